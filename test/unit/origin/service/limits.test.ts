import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FileCache } from '../../../../demo/origin/file-cache.ts';
import { createOrigin, type OriginOptions } from '../../../../demo/origin/server.ts';
import { ByteBudget } from '../../../../demo/origin/service/byte-budget.ts';
import { ask } from '../ask.ts';
import { Pusher, until } from '../live/pusher.ts';

const cleaning: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'origin-limits-'));
  cleaning.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function serve(options: OriginOptions): Promise<string> {
  const origin = createOrigin(options);
  cleaning.push(() => origin.close());
  return origin.listen();
}

/** A bare connection, and what came on it. */
async function open(url: string): Promise<{ socket: Socket; read: () => string; closed: Promise<void> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  cleaning.push(() => void socket.destroy());
  let text = '';
  socket.on('data', (piece) => {
    text += piece.toString('latin1');
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
  });
  return { socket, read: () => text, closed };
}

const files = [{ at: '/media/', from: () => Buffer.alloc(1000, 'm') }];

describe('connections', () => {
  it('whose headers never come to an end are cut off, where encoders push for hours too', async () => {
    const archive = await folderOf();
    const limits = { headersSeconds: 0.2 };
    const url = await serve({ publish: [{ path: '/live/event.isml', archive }], limits });
    const slow = await open(url);
    slow.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-');
    await slow.closed;
    expect(slow.read()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that bring a body nobody asked for end with the answer', async () => {
    const archive = await folderOf();
    const url = await serve({ publish: [{ path: '/live/event.isml', archive }], files });
    const slow = await open(url);
    slow.socket.write('GET /media/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx');
    await slow.closed;
    expect(slow.read()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it('beyond those of viewers get 503, but may push and ask for health', async () => {
    const archive = await folderOf();
    const limits = { connections: 2, reservedConnections: 4 };
    const url = await serve({ publish: [{ path: '/live/event.isml', archive }], files, limits });
    const idle = [await open(url), await open(url)];
    const refused = await ask(url, '/media/a');
    expect([refused.status, refused.headers['retry-after'], refused.headers.connection]).toEqual([
      503,
      '2',
      'close',
    ]);
    expect((await ask(url, '/healthz')).status).toBe(200);
    expect((await new Pusher(url, '/live/event.isml/Streams(a)').end()).status).toBe(200);
    for (const { socket } of idle) socket.destroy();
    await until(async () => (await ask(url, '/media/a')).status === 200);
  });

  it('beyond all are dropped, and counted', async () => {
    const limits = { connections: 1, reservedConnections: 1 };
    const url = await serve({ files, limits });
    const idle = [await open(url), await open(url)];
    const dropped = await open(url);
    await dropped.closed;
    expect(dropped.read()).toBe('');
    idle[0]?.socket.destroy();
    idle[1]?.socket.destroy();
    await until(async () => {
      const answer = await ask(url, '/metrics').catch(() => undefined);
      return `${answer?.body}`.includes('smooth_origin_connections_refused_total');
    });
    const { body } = await ask(url, '/metrics');
    expect(Number(/connections_refused_total (\d+)/.exec(`${body}`)?.[1])).toBeGreaterThan(0);
  });

  it('of encoders are limited too', async () => {
    const archive = await folderOf();
    const limits = { pushes: 1 };
    const url = await serve({ publish: [{ path: '/live/event.isml', archive }], limits });
    const first = new Pusher(url, '/live/event.isml/Streams(a)');
    first.write(Buffer.from([0, 0, 0, 8]));
    await until(async () =>
      `${(await ask(url, '/metrics')).body}`.includes('ingest_connections{title="/live/event.isml"} 1'),
    );
    const second = new Pusher(url, '/live/event.isml/Streams(b)');
    second.write(Buffer.from([0]));
    expect((await second.end()).status).toBe(503);
    first.break();
  });
});

it('a client that takes nothing more of a response is given up', async () => {
  const folder = await folderOf();
  const large = join(folder, 'large');
  await writeFile(large, '');
  await truncate(large, 64 * 1024 * 1024);
  const url = await serve({ files: [{ at: '/media/', from: () => large }], limits: { stalledSeconds: 0.3 } });
  const end = await new Promise<string>((resolve, reject) => {
    get(`${url}/media/a`, { agent: false }, (response) => {
      response.on('close', () => resolve(response.complete ? 'whole' : 'cut'));
      response.on('error', () => undefined);
      response.once('data', () => {
        response.pause();
        // Long enough for the server to give up, short of the test's own end.
        setTimeout(() => response.resume(), 1500);
      });
    }).on('error', reject);
  });
  expect(end).toBe('cut');
});

describe('a budget of bytes', () => {
  it('lets the next in when there is room, in the order of asking', async () => {
    const budget = new ByteBudget(10);
    const order: string[] = [];
    const take = async (name: string, bytes: number) => {
      const giveBack = await budget.take(bytes);
      order.push(name);
      return giveBack;
    };
    const first = await take('first', 7);
    const large = take('large', 9);
    // It would fit, but whoever waits for much must not wait for ever.
    const small = take('small', 2);
    await sleep(1);
    expect(order).toEqual(['first']);
    first();
    first();
    const giveBack = await large;
    await sleep(1);
    expect(order).toEqual(['first', 'large']);
    giveBack();
    (await small)();
    expect(order).toEqual(['first', 'large', 'small']);
    (await take('all', 10))();
  });

  it('has no room for more than there is', async () => {
    await expect(new ByteBudget(10).take(11)).rejects.toThrow('exceed the budget');
  });
});

describe('a cache of files', () => {
  it('keeps what was asked for last, up to its limit', async () => {
    const folder = await folderOf();
    const paths = ['a', 'b', 'c'].map((name) => join(folder, name));
    for (const path of paths) await writeFile(path, 'x');
    const read: string[] = [];
    const cache = new FileCache<string>(
      async (path) => {
        read.push(path.slice(-1));
        return path;
      },
      { weigh: () => 10, maxBytes: 20 },
    );
    const [a = '', b = '', c = ''] = paths;
    for (const path of [a, b, a, c, a, b]) await cache.of(path);
    expect(read).toEqual(['a', 'b', 'c', 'b']);
    expect(cache.bytes).toBe(20);
  });

  it('forgets what could not be read', async () => {
    const folder = await folderOf();
    const path = join(folder, 'a');
    await writeFile(path, 'x');
    let isBroken = true;
    const cache = new FileCache<string>(
      async () => {
        if (isBroken) throw new Error('broken');
        return 'read';
      },
      { weigh: () => 1, maxBytes: 10 },
    );
    await expect(cache.of(path)).rejects.toThrow('broken');
    isBroken = false;
    expect((await cache.of(path))?.value).toBe('read');
  });
});
