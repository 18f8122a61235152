import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ticks } from '../../../../src/base/time.ts';
import type { Chunk, Protection, Stream } from '../../../../src/manifest/presentation.ts';
import type { FragmentRequest } from '../../../../src/player/fragment/fragment-request.ts';
import type { Settings } from '../../../../src/player/options.ts';
import type { FragmentReport } from '../../../../src/transmux/fragment-transmuxer.ts';

const stream = {} as Stream;
const encryption = { keyId: '0123456789abcdef0123456789abcdef', ivSize: 8 } as const;
const encrypted = { encryption, keyIds: [encryption.keyId] } as unknown as FragmentReport;
const clear = { encryption: undefined, keyIds: [] as readonly string[] } as FragmentReport;

// Other tests may have loaded the module, which asks for the engine at once.
beforeEach(() => vi.resetModules());

afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock('../../../../src/player/fragment/peek-fragment.ts');
  vi.resetModules();
});

test.each([
  { engine: 'Gecko', isGecko: true, track: undefined },
  { engine: 'another engine', isGecko: false, track: encryption },
])('in $engine, what is clear in a protected stream', async ({ isGecko, track }) => {
  vi.stubGlobal('CSS', { supports: (name: string) => isGecko && name === '-moz-appearance' });
  const { StreamEncryption } = await import('../../../../src/player/delivery/stream-encryption.ts');
  const streams = new StreamEncryption({ isLive: false, protection: [{} as Protection] });
  expect(streams.protectionOf(stream, encrypted)).toEqual({ track: encryption, keyIds: [encryption.keyId] });
  expect(streams.protectionOf(stream, clear)).toEqual({ track, keyIds: [] });
  expect(streams.protectionOf(stream, encrypted)).toEqual({ track: encryption, keyIds: [encryption.keyId] });
});

describe('a stream that begins clear is decided by a later fragment', () => {
  const [first, ...others] = [0, 1, 2].map((index) => ({ index, start: ticks(index) }) as Chunk);
  const long = {
    chunks: { at: (i: number) => [first, ...others][i], length: 3 },
    levels: [],
  } as unknown as Stream;
  const request = { stream: long, chunk: first } as FragmentRequest;
  const { signal } = new AbortController();

  /** Answers with what is found in the fragments that are examined; none: they are unavailable. */
  async function open(isLive: boolean, answers: (FragmentReport | undefined)[]) {
    const peeked: number[] = [];
    vi.doMock('../../../../src/player/fragment/peek-fragment.ts', () => ({
      peekFragment: async ({ chunk }: FragmentRequest) => {
        peeked.push(chunk.index);
        return answers.shift();
      },
    }));
    const { StreamEncryption } = await import('../../../../src/player/delivery/stream-encryption.ts');
    const streams = new StreamEncryption({ isLive, protection: [{} as Protection] });
    return { streams, peeked };
  }

  test.each([
    { isLive: false, index: 2 },
    { isLive: true, index: 1 },
  ])('live: $isLive, chunk $index', async ({ isLive, index }) => {
    const { streams, peeked } = await open(isLive, [encrypted]);
    expect(streams.isUndecided(request, clear)).toBe(true);
    await streams.decide(request, {} as Settings, signal);
    expect(peeked).toEqual([index]);
    expect(streams.isUndecided(request, clear)).toBe(false);
    expect(streams.of(long)).toEqual(encryption);
  });

  test('and by another one, where that is unavailable', async () => {
    const { streams } = await open(false, [undefined, encrypted]);
    await streams.decide(request, {} as Settings, signal);
    expect(streams.isUndecided(request, clear)).toBe(false);
    expect(streams.of(long)).toBeUndefined();
    const next = { ...request, chunk: others[0] } as FragmentRequest;
    expect(streams.isUndecided(next, clear)).toBe(true);
    await streams.decide(next, {} as Settings, signal);
    expect(streams.of(long)).toEqual(encryption);
  });

  test('and not at all once three of them are unavailable: it is clear until a fragment is encrypted', async () => {
    const chunks = Array.from({ length: 10 }, (_, index) => ({ index, start: ticks(index) }) as Chunk);
    const whole = { chunks, levels: [] } as unknown as Stream;
    const { streams, peeked } = await open(false, []);
    for (const chunk of chunks) {
      const one = { stream: whole, chunk } as FragmentRequest;
      for (let n = 0; n < 2 && streams.isUndecided(one, clear); n += 1) {
        await streams.decide(one, {} as Settings, signal);
      }
      expect(streams.isUndecided(one, clear)).toBe(false);
    }
    expect(peeked).toEqual([9, 5, 3]);
    expect(streams.protectionOf(whole, clear).track).toBeUndefined();
    expect(streams.protectionOf(whole, encrypted).track).toEqual(encryption);
  });
});
