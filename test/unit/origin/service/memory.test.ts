import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../ask.ts';
import { writeForeignFile } from '../foreign-presentation.ts';
import { until } from '../live/pusher.ts';

const CLI = join(import.meta.dirname, '../../../../dist/cli.js');
const MIB = 1024 * 1024;
const FRAGMENT = 24 * MIB;
const VIEWERS = 200;

let folder: string;
let child: ChildProcess;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'origin-memory-'));
  const fragments = [{ track: 1, time: 0n, payload: 'x'.repeat(FRAGMENT) }];
  await writeForeignFile(join(folder, 'a.ismv'), {
    fragments,
    tfraVersion: 1,
    numberSizes: [1, 1, 1],
    isLarge: false,
  });
  await writeFile(
    join(folder, 'a.ism'),
    '<smil><head><meta name="clientManifestRelativePath" content="a.ismc"/></head><body><switch><video src="a.ismv" systemBitrate="1000"><param name="trackID" value="1"/></video></switch></body></smil>',
  );
  await writeFile(
    join(folder, 'a.ismc'),
    '<SmoothStreamingMedia MajorVersion="2" Duration="20000000"><StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})"><QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="256" MaxHeight="144" CodecPrivateData="000000016742C00CD981013B011000000300100000030320F142A6800000000168C96092C8"/><c t="0" d="20000000"/></StreamIndex></SmoothStreamingMedia>',
  );
  child = spawn(process.execPath, [CLI, 'serve', folder, '--listen', '0', '--json']);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  url = JSON.parse(`${line}`).url;
});
afterAll(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const residentMemory = async () =>
  Number(/process_resident_memory_bytes (\d+)/.exec(`${(await ask(url, '/metrics')).body}`)?.[1]);

/** A viewer who has taken the first bytes of a fragment, and takes no more. */
const begin = (path: string) =>
  new Promise<ClientRequest>((resolve, reject) => {
    const asked = get(`${url}${path}`, { agent: false }, (response) => {
      response.on('error', () => undefined);
      response.once('data', () => {
        response.pause();
        resolve(asked);
      });
    });
    asked.on('error', (error) => (asked.destroyed ? undefined : reject(error)));
  });

it.each([
  ['Smooth', '/a.ism/QualityLevels(1000)/Fragments(video=0)'],
  ['CMAF', '/a.ism/QualityLevels(1000)/Fragments(video=0,format=cmaf).m4s'],
])('memory does not grow with those who watch: %s', async (_, path) => {
  expect((await ask(url, path, { method: 'HEAD' })).headers['content-length']).toMatch(/^251\d{5}$/);
  const few = await Promise.all(Array.from({ length: 10 }, () => begin(path)));
  const before = await residentMemory();
  const many = await Promise.all(Array.from({ length: VIEWERS }, () => begin(path)));
  const after = await residentMemory();
  // Held as a whole, the fragments of these viewers would take 4.8 GB; what is under way takes a piece for each.
  expect(after - before).toBeLessThan(128 * MIB);
  for (const asked of [...few, ...many]) asked.destroy();
  await until(async () => /smooth_origin_connections [1-3]\n/.test(`${(await ask(url, '/metrics')).body}`));
});
