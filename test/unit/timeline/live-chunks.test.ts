import { describe, expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { chunkList } from '../../../src/manifest/chunk-list.ts';
import { ChunkRuns } from '../../../src/manifest/chunk-runs.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { ChunkList } from '../../../src/manifest/presentation.ts';
import { LiveChunks, MOST_RUNS } from '../../../src/timeline/live-chunks.ts';
import fc from '../../support/properties.ts';

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
  expect(MOST_RUNS).toBeGreaterThan(7 * 43_200);
  const mostRuns = 1000;
  const chunks = new LiveChunks(listOf([0n, 2n * SECOND]), timescale(SECOND), { mostRuns });
  let start = 2n * SECOND;
  for (let index = 0; index < 10 * mostRuns; index += 1) {
    const duration = 2n * SECOND + BigInt(index % 2);
    chunks.announce([span(start, duration)]);
    start += duration;
  }
  expect(chunks.runs.length).toBeLessThanOrEqual(mostRuns);
  expect(chunks.runs.length).toBeGreaterThan(mostRuns / 2);
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

/** As `LiveChunks` should be, chunk by chunk. */
class Model {
  chunks: { index: number; start: bigint; duration: bigint }[];
  next: number;

  constructor(list: ChunkList) {
    this.chunks = [...list];
    this.next = list.length;
  }

  get end(): bigint {
    const last = this.chunks.at(-1);
    return last ? last.start + last.duration : 0n;
  }

  add({ start, duration }: { start: bigint; duration: bigint }): void {
    const last = this.chunks.at(-1);
    if (start < 0n || duration > 600n * SECOND || (last && start <= last.start)) return;
    if (last && start < this.end) {
      if (start + duration <= this.end) return;
      last.duration = start - last.start;
    }
    this.chunks.push({ index: this.next++, start, duration });
  }

  announce(spans: readonly { start: bigint; duration: bigint }[]): void {
    for (const { start, duration } of spans) {
      const last = this.chunks.at(-1);
      if (last && start - this.end > 86_400n * SECOND) continue;
      const length = duration || (last?.duration ?? 0n);
      if (length > 0n) this.add({ start, duration: length });
    }
  }

  merge(fresh: ChunkList): void {
    const listed = [...fresh];
    const covers = (time: bigint) =>
      listed.some(({ start, duration }) => start <= time && time < start + duration);
    if (listed.length === 0 || fresh.end <= this.end) return;
    for (let last = this.chunks.at(-1); last; last = this.chunks.at(-1)) {
      if (last.start < fresh.start || covers(last.start + last.duration / 2n)) break;
      this.chunks.pop();
    }
    const { end } = this;
    let from = this.chunks.length === 0 ? 0 : listed.findIndex((one) => one.start + one.duration > end);
    const first = listed[from];
    if (this.chunks.length > 0 && first && end > first.start + first.duration / 2n) from += 1;
    if (from >= 0) for (const one of listed.slice(from)) this.add(one);
  }

  trim(time: bigint): void {
    while (this.chunks.length > 1 && (this.chunks[0]?.start ?? 0n) + (this.chunks[0]?.duration ?? 0n) <= time)
      this.chunks.shift();
  }

  dropAfter(index: number): void {
    while (this.chunks.length > 1 && (this.chunks.at(-1)?.index ?? 0) > index) this.chunks.pop();
  }
}

describe('merged run by run, the chunks are the same as one by one', () => {
  const ticksOf = fc.bigInt({ min: 0n, max: 60n });
  const listing = fc.array(
    fc.record({
      gap: fc.constantFrom(0n, 0n, 0n, 1n, 7n),
      duration: fc.constantFrom(1n, 4n, 5n),
      count: fc.integer({ min: 1, max: 6 }),
    }),
    { maxLength: 6 },
  );
  const spans = fc.array(fc.record({ start: ticksOf, duration: fc.constantFrom(0n, 1n, 4n, 6n) }), {
    maxLength: 4,
  });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('merge' as const), from: ticksOf, list: listing }),
    fc.record({ kind: fc.constant('announce' as const), spans }),
    fc.record({ kind: fc.constant('trim' as const), at: ticksOf }),
    fc.record({ kind: fc.constant('dropAfter' as const), index: fc.integer({ min: -1, max: 40 }) }),
  );
  const chunksOf = (from: bigint, list: readonly { gap: bigint; duration: bigint; count: number }[]) => {
    let at = from;
    return list.flatMap(({ gap, duration, count }) => {
      at += gap;
      return Array.from({ length: count }, () => {
        at += duration;
        return [at - duration, duration] as const;
      });
    });
  };

  test.each([0n, 638_990_000_000_000_003n])('from tick %s on', (zero) => {
    fc.assert(
      fc.property(ticksOf, listing, fc.array(step, { maxLength: 8 }), (from, initial, steps) => {
        const first = listOf(...chunksOf(zero + from, initial));
        const live = new LiveChunks(first, timescale(SECOND));
        const model = new Model(first);
        for (const one of steps) {
          if (one.kind === 'merge') {
            const fresh = listOf(...chunksOf(zero + one.from, one.list));
            live.merge(fresh);
            model.merge(fresh);
          } else if (one.kind === 'announce') {
            const told = one.spans.map(({ start, duration }) => span(zero + start, duration));
            live.announce(told);
            model.announce(told);
          } else if (one.kind === 'trim') {
            live.trim(ticks(zero + one.at));
            model.trim(zero + one.at);
          } else {
            live.dropAfter(one.index);
            model.dropAfter(one.index);
          }
          expect([...live]).toEqual(model.chunks);
          expect(live.length).toBe(model.next);
          expect([...live.runsFrom(0)]).toEqual(live.runs);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('lists that repeat a chunk thousands of millions of times', () => {
  const endless = (start: bigint, duration: bigint): ChunkList => {
    const list = listOf([start, duration]);
    const repeated = chunkList({
      firsts: [0],
      starts: [start],
      durations: [Number(duration)],
      counts: [4_294_967_295],
    });
    return { ...list, ...repeated };
  };

  test('are merged', () => {
    const chunks = liveOf(...two(0n, 5));
    expect(chunks.merge(endless(10n * SECOND, 1n))).toBe(true);
    expect(chunks.length).toBe(5 + 4_294_967_295);
    expect(chunks.runs).toHaveLength(2);
    expect(chunks.at(4_294_967_299)).toEqual(chunks.last);
  });

  test('are taken back, trimmed and replaced', () => {
    const chunks = new LiveChunks(endless(0n, 1n), timescale(SECOND));
    chunks.merge(listOf([0n, 5n], [5000n * SECOND, SECOND]));
    expect(startsOf(chunks)).toEqual([0n, 1n, 2n, 3n, 4n, 5000n * SECOND]);
    const others = new LiveChunks(endless(0n, 1n), timescale(SECOND));
    others.trim(ticks(4_294_967_290n));
    expect([...others]).toHaveLength(5);
    others.restart(endless(0n, 2n));
    others.dropAfter(4_294_967_296);
    expect(startsOf(others)).toEqual([0n, 2n]);
  });
});

test('fragments announce nothing that is more than a day ahead', () => {
  const chunks = liveOf(...two(0n, 1));
  expect(chunks.announce([span(86_500n * SECOND, 2n * SECOND), span(86_400n * SECOND, 2n * SECOND)])).toBe(1);
  expect(chunks.merge(listOf(...two(0n, 1), [100_000n * SECOND, 2n * SECOND]))).toBe(true);
});

describe('of a sparse stream', () => {
  const momentsOf = (...listed: readonly { t: number; d?: number }[]): ChunkList => {
    const runs = new ChunkRuns({ isSparse: true });
    for (const { t, d } of listed) runs.add(String(t), d === undefined ? undefined : String(d), undefined);
    return runs.finish({ whole: undefined, otherwise: 2 });
  };
  const at = (...times: readonly number[]) => momentsOf(...times.map((t) => ({ t })));
  const sparse = (list: ChunkList) => new LiveChunks(list, timescale(1), { isSparse: true });
  const spansOf = (chunks: Iterable<{ start: bigint; duration: bigint }>) =>
    [...chunks].map(({ start, duration }) => [Number(start), Number(duration)]);

  test.each([
    { known: [0, 900], listed: [0, 900, 1800, 2700] },
    { known: [0, 500], listed: [0, 500, 800] },
    { known: [0, 500], listed: [0, 500, 700] },
    { known: [0, 500], listed: [0, 500, 501] },
    { known: [0, 10], listed: [10, 5000] },
    { known: [0, 10], listed: [4000, 5000] },
    { known: [], listed: [3, 4] },
  ])('$listed after $known are all added, and last until the next one', ({ known, listed }) => {
    const chunks = sparse(at(...known));
    expect(chunks.merge(at(...listed))).toBe(true);
    const all = [...new Set([...known, ...listed])].sort((a, b) => a - b);
    expect(startsOf(chunks).map(Number)).toEqual(all);
    expect([...chunks].map(({ index }) => index)).toEqual(all.map((_, index) => index));
    const ends = [...chunks].slice(0, -1).map(({ start, duration }) => Number(start + duration));
    if (listed.some((time) => known.includes(time))) expect(ends).toEqual(all.slice(1));
    expect(chunks.merge(at(...listed))).toBe(false);
  });

  test('a list that ends earlier changes nothing', () => {
    const chunks = sparse(at(0, 500, 800));
    expect(chunks.merge(at(0, 500))).toBe(false);
    expect(startsOf(chunks)).toEqual([0n, 500n, 800n]);
  });

  test('a chunk keeps a long duration, and its place when a later list states another', () => {
    const chunks = sparse(momentsOf({ t: 0, d: 20 }, { t: 500, d: 0 }));
    chunks.merge(momentsOf({ t: 0, d: 20 }, { t: 500, d: 30 }, { t: 2000, d: 3600 }));
    expect(spansOf(chunks)).toEqual([
      [0, 20],
      [500, 30],
      [2000, 3600],
    ]);
    expect(chunks.length).toBe(3);
  });

  test('a list that repeats one duration stays one run', () => {
    const regular = (count: number) =>
      momentsOf(...Array.from({ length: count }, (_, i) => ({ t: 2 * i, d: 2 })));
    const chunks = sparse(regular(3));
    for (let count = 4; count < 9; count += 1) chunks.merge(regular(count));
    expect(chunks.length).toBe(8);
    expect(chunks.runs).toHaveLength(1);
  });
});
