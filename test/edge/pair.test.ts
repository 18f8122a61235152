import { type ChildProcess, spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startPairEdge } from '../../demo/edge/edge.ts';
import { hasNginx } from '../../demo/edge/nginx.ts';
import { ask } from '../unit/origin/ask.ts';
import { until } from '../unit/origin/live/pusher.ts';
import { LiveEncoder } from './live-encoder.ts';
import { type Experience, watch } from './viewer.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const PATH = '/live/event.isml';
const VIEWERS = 50;
const HISTORY = 24;

if (!hasNginx()) console.log('skipped, since nginx is not installed (Debian: apt-get install nginx-light)');

/** Origin processes, one of which is killed. */
async function startOrigin(port: number, peer: number, archive: string): Promise<ChildProcess> {
  const args = [
    '--publish',
    `${PATH}=${archive}`,
    '--window',
    '60',
    '--peer',
    `http://127.0.0.1:${peer}${PATH}`,
  ];
  const child = spawn(process.execPath, [
    CLI,
    'serve',
    `/archive=${archive}`,
    ...args,
    '--listen',
    `${port}`,
  ]);
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece;
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`The origin ended: ${said}`);
    }),
  ]);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

const timesOf = (manifest: string) => [...manifest.matchAll(/<c t="(\d+)"/g)].map(([, t]) => t);

test.skipIf(!hasNginx())(
  'one of two origins is killed in the midst of an event, and comes back: nobody who watches notices',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pair-'));
    const ports = [await freePort(), await freePort()] as const;
    const urls = ports.map((port) => `http://127.0.0.1:${port}`);
    const [one = '', other = ''] = urls;
    let first = await startOrigin(ports[0], ports[1], join(folder, 'one'));
    const second = await startOrigin(ports[1], ports[0], join(folder, 'other'));
    const edge = await startPairEdge(one, other);
    const encoder = await LiveEncoder.create(BigInt(Date.UTC(2026, 4, 6)) * 10_000n, 3, HISTORY);
    for (const url of urls) encoder.pushTo(url, PATH);
    const crowd: Promise<Experience>[] = [];
    const over = new AbortController();
    setMaxListeners(0, over.signal);
    try {
      await until(async () => timesOf(`${(await ask(edge.url, `${PATH}/Manifest`)).body}`).length > 15);
      for (let viewer = 0; viewer < VIEWERS; viewer += 1) {
        crowd.push(watch(edge.url + PATH, 'video', 57_019, over.signal));
        crowd.push(watch(edge.url + PATH, 'audio', 9871, over.signal));
        await sleep(40);
      }
      await sleep(3000);
      first.kill('SIGKILL');
      await sleep(7000);
      const archiveOfFirst = join(folder, 'one');
      first = await startOrigin(ports[0], ports[1], archiveOfFirst);
      const started = await ask(one, '/healthz');
      await until(async () => (await ask(one, '/healthz')).status === 200);
      await sleep(6000);
      over.abort();
      const experiences = await Promise.all(crowd);
      console.log(
        `${VIEWERS} viewers had ${experiences.reduce((sum, { fragments }) => sum + fragments, 0)} fragments, and ` +
          `${experiences.reduce((sum, { refusals }) => sum + refusals.length, 0)} refusals; the origin said ` +
          `${started.status} when it was back`,
      );
      expect(experiences.filter(({ stalled }) => stalled > 0)).toEqual([]);
      expect(Math.min(...experiences.map(({ fragments }) => fragments))).toBeGreaterThan(8);
      // What it missed has come from the other.
      const metrics = `${(await ask(one, '/metrics')).body}`;
      expect(Number(/peer_fragments_total\{[^}]*\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(0);
      await encoder.stop();
      const manifests = await Promise.all(
        urls.map(async (url) => `${(await ask(url, `${PATH}/Manifest`)).body}`),
      );
      expect(manifests[0]).not.toContain('IsLive');
      expect(timesOf(manifests[0] ?? '').length).toBeGreaterThan(40);
      expect(manifests[0]).toBe(manifests[1]);
    } finally {
      over.abort();
      await Promise.allSettled(crowd);
      await edge.close();
      for (const child of [first, second]) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  },
  90_000,
);
