import { afterEach, expect, test, vi } from 'vitest';
import type { BytesResponse } from '../../../../src/net/fetch-bytes.ts';
import { BandwidthEstimator } from '../../../../src/player/quality/bandwidth-estimator.ts';
import { rememberBandwidth } from '../../../../src/player/quality/remembered-bandwidth.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  {
    name: 'took its time: its rate',
    transfer: { bytes: 50_000, firstByteMs: 30, bodyMs: 200 },
    expected: 2e6,
  },
  {
    name: 'was there at once: nothing',
    transfer: { bytes: 50_000, firstByteMs: 30, bodyMs: 10 },
    expected: undefined,
  },
  { name: 'was small: nothing', transfer: { bytes: 3000, firstByteMs: 30, bodyMs: 60 }, expected: undefined },
])('a manifest that $name', ({ transfer, expected }) => {
  const bandwidth = new BandwidthEstimator();
  bandwidth.learnStart(transfer);
  expect(bandwidth.expected).toBe(expected);
  expect(bandwidth.firstByte).toBe(0.03);
  expect(bandwidth.estimate).toBeUndefined();
});

/** One body of 50,000 bytes that is there at once, so many milliseconds after its request, on a network with a first byte after 20 ms. */
async function receive(firstByteMs: number): Promise<BandwidthEstimator> {
  const bandwidth = new BandwidthEstimator();
  bandwidth.learn({ firstByteMs: 20 });
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + 2);
  const response = {
    requestedAt: now - firstByteMs,
    answeredAt: now,
    received: 0,
    body: undefined as unknown,
  };
  response.body = (async function* () {
    response.received = 50_000;
    yield new Uint8Array(50_000);
  })();
  await bandwidth.meter.measure(response as unknown as BytesResponse, () => true);
  vi.restoreAllMocks();
  return bandwidth;
}

test('a first fragment that is there at once is no sample, but tells what the network delivers at least', async () => {
  const bandwidth = await receive(23);
  expect(bandwidth.model).toBeUndefined();
  expect(bandwidth.estimate).toBeCloseTo(400_000 / 0.025, -3);
});

test('one that a cache may have had tells nothing', async () => {
  expect((await receive(3)).estimate).toBeUndefined();
});

/** A page with a storage of its own; gives what lies in it. */
function stubPage(storage: { items: Map<string, string>; isFull?: boolean }) {
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.items.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (storage.isFull) throw new DOMException('full', 'QuotaExceededError');
      storage.items.set(key, value);
    },
  });
  return storage;
}

const URL_OF_ONE = 'https://one.example/a.ism/Manifest';

/** A visit on which the line gave so many bits per second. */
function visit(url: string, bits: number) {
  const leaving = new AbortController();
  const bandwidth = new BandwidthEstimator();
  rememberBandwidth(bandwidth, url, leaving.signal);
  const { expected } = bandwidth;
  bandwidth.learn({ firstByteMs: 40 });
  Object.defineProperty(bandwidth, 'estimate', { value: bits });
  leaving.abort();
  return expected;
}

test('what a host was like is there on the next visit, and no other host has it', () => {
  const { items } = stubPage({ items: new Map() });
  expect(visit(URL_OF_ONE, 4e6)).toBeUndefined();
  expect(visit(URL_OF_ONE, 6e6)).toBe(4e6);
  expect(visit('https://two.example/a.ism', 1e6)).toBeUndefined();
  expect(visit(URL_OF_ONE, 6e6)).toBe(6e6);
  expect(items.size).toBe(1);
});

test('few hosts are remembered, and none for long', () => {
  const { items } = stubPage({ items: new Map() });
  for (let index = 0; index < 20; index += 1) visit(`https://host${index}.example/a.ism`, 4e6);
  const [kept = ''] = items.values();
  expect(JSON.parse(kept)).toHaveLength(8);
  vi.useFakeTimers({ now: Date.now() + 8 * 86_400_000 });
  expect(visit('https://host19.example/a.ism', 4e6)).toBeUndefined();
  vi.useRealTimers();
});

test.each(['{', '{"a":1}', '[null, 5, {"host":"one.example"}]', '[{"host":"one.example","estimate":"x"}]'])(
  'what else lies there is no hindrance: %s',
  (text) => {
    stubPage({ items: new Map([['smooth-player.lines', text]]) });
    expect(visit(URL_OF_ONE, 4e6)).toBeUndefined();
    expect(visit(URL_OF_ONE, 4e6)).toBe(4e6);
  },
);

test('a page that keeps nothing does without', () => {
  stubPage({ items: new Map(), isFull: true });
  expect(visit(URL_OF_ONE, 4e6)).toBeUndefined();
  vi.stubGlobal('localStorage', undefined);
  expect(visit(URL_OF_ONE, 4e6)).toBeUndefined();
});

test('what was measured here beats what is remembered', () => {
  const bandwidth = new BandwidthEstimator();
  bandwidth.learnStart({ bytes: 50_000, firstByteMs: 30, bodyMs: 200 });
  bandwidth.recall({ estimate: 9e6, firstByte: 1 });
  expect(bandwidth.expected).toBe(2e6);
  expect(bandwidth.firstByte).toBe(0.03);
});
