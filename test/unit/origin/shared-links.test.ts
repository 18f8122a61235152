import { readdirSync, readlinkSync } from 'node:fs';
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { piecesOf } from '../../../demo/origin/body.ts';
import { Rules } from '../../../demo/origin/rules.ts';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { SharedLinks } from '../../../demo/origin/shared-links.ts';
import { ask } from './ask.ts';

const SIZE = 100_000;
const LARGE = 64 * 1024 * 1024;

let folder: string;
let large: string;
let origin: Origin;
let url: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'origin-'));
  large = join(folder, 'large');
  await writeFile(large, '');
  await truncate(large, LARGE);
  origin = createOrigin({
    files: [{ at: '/media/', from: (name) => (name === 'large' ? large : Buffer.alloc(SIZE, name)) }],
  });
  url = await origin.listen();
});
afterEach(async () => {
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

/** Asks, and waits for the first piece of the body. */
const begin = (path: string) =>
  new Promise<{ asked: ClientRequest; response: IncomingMessage; first: Buffer }>((resolve, reject) => {
    const asked = get(`${url}${path}`, { agent: false }, (response) => {
      response.on('error', () => undefined);
      response.once('data', (first: Buffer) => resolve({ asked, response, first }));
    });
    asked.on('error', reject);
  });

const line = (bitsPerSecond: number) =>
  origin.rules.add({ effect: { type: 'bandwidth', steps: [[1, bitsPerSecond]] } });

describe('a slow line', () => {
  it('lets a body pass piece after piece', async () => {
    line(1e6);
    const { asked, first } = await begin('/media/1');
    expect(first.length).toBeLessThan(SIZE / 2);
    asked.destroy();
  });

  it('is shared: when one of two is through, the other has come far', async () => {
    line(2e6);
    const bodies = await Promise.all(['1', '2'].map((name) => begin(`/media/${name}`)));
    const received = bodies.map(({ first }) => first.length);
    await new Promise<void>((resolve) => {
      for (const [i, { response }] of bodies.entries()) {
        response.on('data', (piece: Buffer) => {
          received[i] = (received[i] ?? 0) + piece.length;
        });
        response.on('end', resolve);
      }
    });
    expect(Math.min(...received)).toBeGreaterThan(SIZE / 2);
    for (const { asked } of bodies) asked.destroy();
  });

  it('lets go of what is on its way when its rule goes', async () => {
    line(1e6);
    const { response } = await begin('/media/1');
    // So slow that the rest would take a day.
    line(10);
    origin.rules.clear();
    let left = 0;
    for await (const piece of response) left += (piece as Buffer).length;
    expect(left).toBeGreaterThan(SIZE / 2);
    expect(response.complete).toBe(true);
  });

  it('slows nothing that its rule is not about', async () => {
    origin.rules.add({ match: { url: '/1' }, effect: { type: 'bandwidth', steps: [[1, 0]] } });
    const stuck = get(`${url}/media/1`, { agent: false }).on('error', () => undefined);
    expect((await ask(url, '/media/2')).body.length).toBe(SIZE);
    stuck.destroy();
  });
});

describe('lines in force', () => {
  const facts = { path: '/a', stream: 'video' };
  const effect = { type: 'bandwidth', steps: [[1, 1e6]] } as const;

  it('are the same for all that a rule is about', () => {
    const rules = new Rules();
    const lines = new SharedLinks(rules);
    rules.add({ effect, match: { stream: 'VIDEO' } });
    const [one] = lines.over(facts, rules.take(facts));
    expect(lines.over(facts, [])).toEqual([one]);
    expect(lines.over({ path: '/b', stream: 'audio' }, [])).toEqual([]);
  });

  it('are those of rules that come while a response is under way, and not of those that went', () => {
    const rules = new Rules();
    const lines = new SharedLinks(rules);
    const { id } = rules.add({ effect });
    const met = rules.take(facts);
    const [before] = lines.over(facts, met);
    rules.remove(id);
    expect(lines.over(facts, met)).toEqual([]);
    rules.add({ effect });
    const [after, ...more] = lines.over(facts, met);
    expect(after).not.toBe(before);
    expect(more).toEqual([]);
  });

  it('of rules that count requests are for the requests counted', () => {
    const rules = new Rules();
    const lines = new SharedLinks(rules);
    rules.add({ effect, match: { from: 2, count: 1 } });
    const lengths = [0, 1, 2].map(() => lines.over(facts, rules.take(facts)).length);
    expect(lengths).toEqual([0, 1, 0]);
  });
});

it('latency holds back the request that it is about, and no other', async () => {
  origin.rules.add({ match: { url: '/late' }, effect: { type: 'latency', ms: 1e6 } });
  const late = get(`${url}/media/late`, { agent: false }).on('error', () => undefined);
  await vi.waitFor(() => expect(origin.log.entries).toHaveLength(1));
  expect((await ask(url, '/media/2')).status).toBe(200);
  late.destroy();
  await vi.waitFor(() =>
    expect(origin.log.entries[0]).toMatchObject({ status: 0, totalMs: expect.any(Number) }),
  );
});

describe('files', () => {
  const isLinux = process.platform === 'linux';
  const openFiles = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === large;
      } catch {
        return false;
      }
    }).length;

  // What a process has open is told by its own folder, which only Linux has.
  it.runIf(isLinux).each([
    ['does not read on', undefined],
    ['waits for a slow line', 1e6],
  ])('are closed when a client leaves that %s', async (_, bitsPerSecond) => {
    if (bitsPerSecond !== undefined) line(bitsPerSecond);
    const { asked, response } = await begin('/media/large');
    response.pause();
    expect(openFiles()).toBe(1);
    asked.destroy();
    await vi.waitFor(() => expect(openFiles()).toBe(0));
  });

  it('are read no further than the client takes them', async () => {
    const { asked, response } = await begin('/media/large');
    response.pause();
    const [entry] = origin.log.entries;
    asked.destroy();
    await vi.waitFor(() => expect(entry?.totalMs).toBeDefined());
    expect(entry?.bytes).toBeLessThan(LARGE / 2);
  });

  it('that end before they should are an error, not a shorter body', async () => {
    const short = join(folder, 'short');
    await writeFile(short, '12345');
    const read = async (length: number) => {
      const pieces: Buffer[] = [];
      const parts = [Buffer.from('ab'), { path: short, offset: 1, length }];
      for await (const piece of piecesOf(parts, 1, 2 + length)) pieces.push(piece);
      return Buffer.concat(pieces).toString();
    };
    expect(await read(4)).toBe('b2345');
    await expect(read(9)).rejects.toThrow('early');
    await appendFile(short, '67890');
    expect(await read(9)).toBe('b234567890');
  });
});
