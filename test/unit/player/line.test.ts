import { afterEach, expect, test, vi } from 'vitest';
import { Line } from '../../../src/player/line.ts';
import { rememberLine } from '../../../src/player/remembered-lines.ts';

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
  const line = new Line();
  line.learnStart(transfer);
  expect(line.expected).toBe(expected);
  expect(line.firstByte).toBe(0.03);
  expect(line.estimate).toBeUndefined();
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
  const line = new Line();
  rememberLine(line, url, leaving.signal);
  const { expected } = line;
  line.learn({ firstByteMs: 40 });
  Object.defineProperty(line, 'estimate', { value: bits });
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
  const line = new Line();
  line.learnStart({ bytes: 50_000, firstByteMs: 30, bodyMs: 200 });
  line.recall({ estimate: 9e6, firstByte: 1 });
  expect(line.expected).toBe(2e6);
  expect(line.firstByte).toBe(0.03);
});
