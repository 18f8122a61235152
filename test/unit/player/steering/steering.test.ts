import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SmoothError, SmoothSource } from '../../../../src/index.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import { Steering } from '../../../../src/player/steering/steering.ts';
import type { SteeringOptions } from '../../../../src/player/steering/steering-options.ts';

const [A, B, C] = [
  'https://a/t.ism/Manifest',
  'https://b/t.ism/Manifest',
  'https://c/t.ism/Manifest',
] as const;
const URL_OF_STEERING = 'https://s/steer.json';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A title on hosts, and a server that answers as it is told. */
function open(source: Partial<SmoothSource> = {}, options: Partial<SteeringOptions> = {}) {
  const server = { answer: () => new Response('', { status: 404 }), asked: [] as Request[] };
  const fetch = async (request: Request) => {
    server.asked.push(request);
    return server.answer();
  };
  const settings = settingsOf({ network: { fetch: fetch as typeof globalThis.fetch } });
  const warned: string[] = [];
  const orders: string[] = [];
  const ports = {
    settings: () => settings,
    warn: (error: SmoothError) => warned.push(error.code),
    onOrder: (names: readonly string[]) => orders.push(names.join(' ')),
  };
  const steering = new Steering(
    { url: A, alternatives: [B, C], ...source },
    { url: URL_OF_STEERING, pathways: { a: A, b: B, c: C }, ...options },
    ports,
  );
  const controller = new AbortController();
  let isOver = false;
  /** Begins to ask; what the server says is there when it resolves. */
  const begin = async () => {
    void steering.follow(URL_OF_STEERING, controller.signal).then(
      () => (isOver = true),
      () => (isOver = true),
    );
    await vi.advanceTimersByTimeAsync(0);
  };
  const say = (...priority: string[]) => {
    server.answer = () => Response.json({ VERSION: 1, TTL: 10, 'PATHWAY-PRIORITY': priority });
  };
  return { steering, server, warned, orders, begin, say, controller, isOver: () => isOver };
}

const hostOf = (url: string) => new URL(url).host;
const sourceOrder = ({ source }: Steering) =>
  [source.url, ...(source.alternatives ?? [])].map(hostOf).join('');
const orderOf = (steering: Steering, urls: readonly string[]) => steering.order(urls).map(hostOf).join('');

describe('the order', () => {
  test('is that of the source, from the default pathway on, until the server says another', async () => {
    const { steering, say, begin, orders } = open({}, { defaultPathway: 'b' });
    expect([sourceOrder(steering), orderOf(steering, [B, C, A])]).toEqual(['bac', 'bac']);
    say('c', 'a');
    await begin();
    expect([sourceOrder(steering), orderOf(steering, [B, C, A])]).toEqual(['cab', 'cab']);
    expect(orders).toEqual(['c a']);
  });

  test('changes again when the manifest does, and is told only then', async () => {
    const { steering, say, begin, orders, server } = open();
    say('c');
    await begin();
    await vi.advanceTimersByTimeAsync(10_000);
    say('b');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(orderOf(steering, [A, B, C])).toBe('bac');
    expect(orders).toEqual(['c', 'b']);
    expect(server.asked).toHaveLength(3);
  });

  test('has where a redirect led in the place of where it began', async () => {
    const { steering, say, begin } = open();
    say('c', 'b', 'a');
    await begin();
    expect(orderOf(steering, ['https://edge/t.ism/Manifest', C, A])).toBe(`cedgea`);
    const alone = open({ alternatives: [] }, { pathways: {} });
    expect(orderOf(alone.steering, ['https://edge/t.ism/Manifest', A])).toBe('edge');
  });

  test('stays when the server fails, or sends something else', async () => {
    const { steering, say, begin, server, warned } = open();
    say('c', 'b');
    await begin();
    for (const answer of [
      () => new Response('', { status: 500 }),
      () => new Response('<html>'),
      () => Response.error(),
    ]) {
      server.answer = answer;
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(orderOf(steering, [A, B, C])).toBe('cba');
    expect(warned).toEqual(['network-status', 'source-invalid', expect.stringMatching(/^network-/)]);
  });
});

describe('the server', () => {
  test('is left alone for as long as it says, and for good when it says that it is gone', async () => {
    const { begin, server, isOver } = open();
    server.answer = () => new Response('', { status: 429, headers: { 'Retry-After': '40' } });
    await begin();
    await vi.advanceTimersByTimeAsync(39_999);
    expect(server.asked).toHaveLength(1);
    server.answer = () => new Response('', { status: 410 });
    await vi.advanceTimersByTimeAsync(1);
    expect([server.asked.length, isOver()]).toEqual([2, true]);
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(server.asked).toHaveLength(2);
  });

  test('is asked no more when the title goes', async () => {
    const { begin, say, server, controller, isOver } = open();
    say('a');
    await begin();
    controller.abort();
    await vi.advanceTimersByTimeAsync(100_000);
    expect([server.asked.length, isOver()]).toEqual([1, true]);
  });

  test('is told what was received from where', async () => {
    const { steering, begin, say, server } = open();
    say('a', 'b');
    await begin();
    const url = 'https://b/t.ism/QualityLevels(1)/Fragments(v=0)';
    steering.observe({ url, at: 0, bytes: 12_500, firstByteMs: 10, totalMs: 110 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.asked.map((request) => request.url)).toEqual([
      URL_OF_STEERING,
      `${URL_OF_STEERING}?_DASH_pathway=%22b%22&_DASH_throughput=1000000`,
    ]);
  });

  test('is told of a pathway whose manifest was redirected by its name', async () => {
    const { steering, begin, say, server } = open();
    say('a', 'b');
    await begin();
    steering.order(['https://edge/t.ism/Manifest', B, C]);
    for (const [host, totalMs] of [
      ['b', 20],
      ['a', 110],
      ['edge', 60],
    ] as const) {
      const url = `https://${host}/t.ism/QualityLevels(1)/Fragments(v=0)`;
      steering.observe({ url, at: 0, bytes: 12_500, firstByteMs: 10, totalMs });
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.asked[1]?.url).toBe(
      `${URL_OF_STEERING}?_DASH_pathway=%22b%2Ca%22&_DASH_throughput=10000000,1333333`,
    );
  });

  test.each([
    ['https://s/', null],
    ['https://a/', 'token'],
  ])('at %s gets of the title’s headers: %s', async (url, expected) => {
    const { steering, server, controller } = open({ headers: { Authorization: 'token' } });
    void steering.follow(url, controller.signal).catch(() => {});
    await vi.advanceTimersByTimeAsync(0);
    expect(server.asked[0]?.headers.get('authorization')).toBe(expected);
  });
});

test('a request to a copy takes its parameters, and then what the app’s hook does', async () => {
  const { steering, begin, server } = open();
  const clone = { ID: 'x', 'BASE-ID': 'a', 'URI-REPLACEMENT': { HOST: 'x', PARAMS: { k: 'v' } } };
  const body = { VERSION: 1, 'PATHWAY-PRIORITY': ['x', 'a'], 'PATHWAY-CLONES': [clone] };
  server.answer = () => Response.json(body);
  await begin();
  const [first = ''] = steering.order([A, B, C]);
  expect(first).toBe('https://x/t.ism/Manifest?k=v');
  const hooks = { request: (request: Request) => new Request(`${request.url}&signed`) };
  const subject = (host: string) => ({ host }) as Parameters<Steering['hooksFor']>[0];
  const { request } = steering.hooksFor(subject(first), hooks);
  expect((await request?.(new Request('https://x/f'), { trusted: false }))?.url).toBe(
    'https://x/f?k=v&signed',
  );
  expect(steering.hooksFor(subject(A), hooks)).toBe(hooks);
  // Manifests come from where the app said.
  expect(sourceOrder(steering)).toBe('abc');
});
