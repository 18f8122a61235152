import { describe, expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { ChunkList } from '../../../src/manifest/presentation.ts';
import { LiveChunks, MOST_RUNS } from '../../../src/timeline/live-chunks.ts';

const SECOND = 10_000_000n;

/** A list as a manifest has it, from starts and durations in ticks. */
function listOf(...chunks: readonly (readonly [bigint, bigint])[]): ChunkList {
  const c = chunks.map(([t, d]) => `<c t="${t}" d="${d}"/>`).join('');
  const text = `<SmoothStreamingMedia MajorVersion="2" IsLive="TRUE" Duration="0">
    <StreamIndex Type="audio" Name="a" Url="Q({bitrate})/F({start time})">
      <QualityLevel Index="0" Bitrate="64000" FourCC="AACL" SamplingRate="48000" Channels="2" CodecPrivateData="1190"/>${c}
    </StreamIndex></SmoothStreamingMedia>`;
  const [stream] = parseManifest(text).streams;
  if (!stream) throw new Error('no stream');
  return stream.chunks;
}

const liveOf = (...chunks: readonly (readonly [bigint, bigint])[]) =>
  new LiveChunks(listOf(...chunks), timescale(SECOND));
const span = (start: bigint, duration: bigint) => ({ start: ticks(start), duration: ticks(duration) });
const startsOf = (chunks: Iterable<{ start: bigint }>) => [...chunks].map(({ start }) => start);
const two = (first: bigint, count: number) =>
  Array.from({ length: count }, (_, i) => [first + BigInt(i) * 2n * SECOND, 2n * SECOND] as const);

describe.each([
  { clock: '0', zero: 0n },
  { clock: 'Unix', zero: 17_639_000_000_000_001n },
  { clock: 'the year 1', zero: 638_990_000_000_000_003n },
])('on a clock from $clock', ({ zero }) => {
  test('all announced chunks are added once, to the tick', () => {
    const chunks = liveOf(...two(zero, 3));
    const next = zero + 6n * SECOND;
    expect(chunks.announce([span(next, 2n * SECOND), span(next + 2n * SECOND, 2n * SECOND)])).toBe(2);
    expect(
      chunks.announce([span(next + 2n * SECOND, 2n * SECOND), span(next + 4n * SECOND, 2n * SECOND)]),
    ).toBe(1);
    expect(startsOf(chunks)).toEqual(two(zero, 6).map(([start]) => start));
    expect(chunks.runs).toHaveLength(1);
    expect(chunks.from(ticks(next + SECOND))?.index).toBe(3);
  });

  test('a gap stays one, and an overlap shortens the chunk before', () => {
    const chunks = liveOf([zero, 2n * SECOND]);
    chunks.announce([span(zero + 10n * SECOND, 2n * SECOND), span(zero + 12n * SECOND - 3n, 2n * SECOND)]);
    expect([...chunks].map(({ start, duration }) => [start - zero, duration])).toEqual([
      [0n, 2n * SECOND],
      [10n * SECOND, 2n * SECOND - 3n],
      [12n * SECOND - 3n, 2n * SECOND],
    ]);
    expect(chunks.from(ticks(zero + 5n * SECOND))?.start).toBe(zero + 10n * SECOND);
  });

  test('what was announced and never came is taken back for what a manifest lists', () => {
    const chunks = liveOf(...two(zero, 2));
    chunks.announce([span(zero + 4n * SECOND, 2n * SECOND), span(zero + 6n * SECOND, 2n * SECOND)]);
    const later = zero + 100n * SECOND;
    expect(chunks.merge(listOf(...two(zero, 3), [later, 2n * SECOND]))).toBe(true);
    expect(startsOf(chunks)).toEqual([...two(zero, 3).map(([start]) => start), later]);
    const last = chunks.last;
    expect(last?.index).toBe(4);
    expect(chunks.at(3)?.start).toBe(later);
  });
});

test('a manifest that knows less changes nothing', () => {
  const chunks = liveOf(...two(0n, 3));
  chunks.announce([span(6n * SECOND, 2n * SECOND)]);
  expect(chunks.merge(listOf(...two(0n, 2)))).toBe(false);
  expect(chunks.length).toBe(4);
});

test('a manifest some ticks off is the same media', () => {
  const chunks = liveOf(...two(0n, 3));
  expect(chunks.merge(listOf(...two(2n, 4)))).toBe(true);
  expect(startsOf(chunks)).toEqual([0n, 2n * SECOND, 4n * SECOND, 6n * SECOND + 2n]);
});

test('a manifest whose window has moved on continues after a hole', () => {
  const chunks = liveOf(...two(0n, 2));
  chunks.merge(listOf(...two(50n * SECOND, 2)));
  expect(startsOf(chunks)).toEqual([0n, 2n * SECOND, 50n * SECOND, 52n * SECOND]);
});

test('hostile spans are left out', () => {
  const chunks = liveOf(...two(0n, 1));
  const spans = [
    span(-5n, SECOND),
    span(1n, 1n),
    span(2n * SECOND, 100_000n * SECOND),
    span(0n, 5n * SECOND),
  ];
  expect(chunks.announce(spans)).toBe(0);
  expect(chunks.announce([span(2n * SECOND, 0n)])).toBe(1);
  expect(chunks.last?.duration).toBe(2n * SECOND);
});

test('weeks cost no more than the window', () => {
  const chunks = liveOf(...two(0n, 1));
  for (let index = 1n; index < 300_000n; index += 1n) {
    chunks.announce([span(index * 2n * SECOND, 2n * SECOND)]);
    if (index % 100n === 0n) chunks.trim(ticks((index - 60n) * 2n * SECOND));
  }
  expect(chunks.runs).toHaveLength(1);
  expect(chunks.at(0)?.index).toBeGreaterThan(299_000);
  expect(chunks.length).toBe(300_000);
});

test('chunks of ever other lengths are kept up to a cap', () => {
  const chunks = liveOf([0n, 2n * SECOND]);
  let start = 2n * SECOND;
  for (let index = 0; index < 10 * MOST_RUNS; index += 1) {
    const duration = 2n * SECOND + BigInt(index % 2);
    chunks.announce([span(start, duration)]);
    start += duration;
  }
  expect(chunks.runs.length).toBeLessThanOrEqual(MOST_RUNS);
  expect(chunks.end).toBe(start);
});

test('a trimmed list keeps its indexes, and one chunk in any case', () => {
  const chunks = liveOf(...two(0n, 10));
  chunks.trim(ticks(9n * SECOND));
  expect(chunks.at(0)).toEqual({ index: 4, start: 8n * SECOND, duration: 2n * SECOND });
  chunks.trim(ticks(1000n * SECOND));
  expect(startsOf(chunks)).toEqual([18n * SECOND]);
});

test('a list from an earlier time takes the place of all, under indexes of its own', () => {
  const chunks = liveOf(...two(100n * SECOND, 3));
  chunks.restart(listOf(...two(20n * SECOND, 2)));
  expect([...chunks]).toEqual([
    { index: 3, start: 20n * SECOND, duration: 2n * SECOND },
    { index: 4, start: 22n * SECOND, duration: 2n * SECOND },
  ]);
  expect(chunks.length).toBe(5);
  expect(chunks.announce([span(24n * SECOND, 2n * SECOND)])).toBe(1);
  expect(chunks.last?.index).toBe(5);
});

test('a final list takes the place of all, and what was known last keeps its index', () => {
  const chunks = liveOf(...two(20n * SECOND, 3));
  chunks.replace(listOf(...two(0n, 14)));
  expect(chunks.from(ticks(24n * SECOND))?.index).toBe(2);
  expect(chunks.from(ticks(0n))?.start).toBe(0n);
  expect(chunks.end).toBe(28n * SECOND);
});

test('how long the next chunk may be is told by the longest of the last few', () => {
  const chunks = liveOf([0n, 9n * SECOND], ...two(9n * SECOND, 7), [23n * SECOND, SECOND]);
  expect(chunks.longest).toBe(2n * SECOND);
  expect(liveOf([0n, 9n * SECOND], ...two(9n * SECOND, 2)).longest).toBe(9n * SECOND);
  expect(liveOf().longest).toBeUndefined();
});

test('what lies behind a chunk is taken back, and the first one never', () => {
  const chunks = liveOf(...two(0n, 5));
  chunks.dropAfter(2);
  expect(startsOf(chunks)).toEqual([0n, 2n * SECOND, 4n * SECOND]);
  chunks.dropAfter(-1);
  expect(startsOf(chunks)).toEqual([0n]);
});
