import { describe, expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { chunkList } from '../../../src/manifest/chunk-list.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import type { FragmentContext } from '../../../src/transmux/movie-fragment.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import {
  buildFragment,
  countedBytes,
  type FragmentSpec,
  readBack,
  u8,
  u32,
  u64,
  uuidBox,
} from '../../support/fragment-builder.ts';

const SYNC = 0x02000000;
const NON_SYNC = 0x01010000;

/** The chunks of a stream, as the manifest has them. */
const chunksOf = (...durations: number[]) => {
  let at = 0;
  const starts = durations.map((duration) => {
    at += duration;
    return at - duration;
  });
  return chunkList({ firsts: durations.map((_, i) => i), starts, durations, counts: durations.map(() => 1) });
};

interface Case {
  readonly durations: readonly number[];
  readonly offsets?: readonly number[];
  readonly clock?: number;
  readonly chunk?: number;
  readonly type?: 'video' | 'audio';
  readonly spec?: Partial<FragmentSpec>;
  readonly context?: Partial<FragmentContext>;
}

function transmux({
  durations,
  offsets,
  clock = 10_000_000,
  chunk = 2 * clock,
  type = 'video',
  spec,
  context,
}: Case) {
  const samples = durations.map((duration, i) => ({
    size: 10,
    duration,
    flags: i === 0 || type === 'audio' ? SYNC : NON_SYNC,
    ...(offsets && { offset: offsets[i] ?? 0 }),
  }));
  const input = buildFragment({ runs: [{ samples, dataOffset: 'auto', version: 1 }], ...spec });
  const transmuxer = new FragmentTransmuxer({
    stream: { type, timescale: timescale(clock), chunks: chunksOf(chunk, chunk, chunk) },
    // At 0, reordered pictures are decoded sooner.
    start: ticks(offsets ? chunk : 0),
    duration: ticks(chunk),
    origin: ticks(0),
    ...context,
  });
  const segment = Buffer.concat(transmuxer.push(input));
  const report = transmuxer.finish();
  const read = readBack(segment);
  return {
    segment,
    report,
    ...read,
    durations: read.samples.map(({ duration }) => duration),
    kinds: report.repairs.map(({ kind }) => kind),
  };
}

const many = <Value>(count: number, value: Value): Value[] => new Array<Value>(count).fill(value);
/** Frames of sound, as rounding has them. */
const frames = (count: number, clock: number, rate = 48_000, length = 1024) =>
  Array.from(
    { length: count },
    (_, i) => Math.round(((i + 1) * length * clock) / rate) - Math.round((i * length * clock) / rate),
  );
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const PICTURES = many(50, 400_000);
const SOUND = frames(94, 10_000_000);
const LENGTH_OF_SOUND = sum(SOUND);
const replaced = (values: readonly number[], at: number, value: number) => values.with(at, value);

describe('durations are those of the chunk', () => {
  test.each<{ name: string; kind: string; expected?: readonly number[] } & Case>([
    { name: 'the last of 214 s', durations: replaced(PICTURES, 49, 0x7fffffff), kind: 'last-sample' },
    {
      name: 'the last of 40 times its length',
      durations: replaced(PICTURES, 49, 16_000_000),
      kind: 'last-sample',
    },
    {
      name: 'the last a negative number',
      durations: replaced(PICTURES, 49, 0xfffffff6),
      kind: 'last-sample',
    },
    {
      name: 'one in the middle too long',
      durations: replaced(PICTURES, 20, 30_000_000),
      kind: 'last-sample',
    },
    {
      name: 'three too long',
      durations: PICTURES.map((one, i) => (i % 20 === 9 ? 0x7fffffff : one)),
      kind: 'last-sample',
    },
    { name: 'pictures at 90 kHz', durations: many(50, 3600), kind: 'sample-clock' },
    { name: 'pictures in milliseconds', durations: many(50, 40), kind: 'sample-clock' },
    { name: 'pictures in microseconds', durations: many(50, 40_000), kind: 'sample-clock' },
    { name: 'pictures in nanoseconds', durations: many(50, 40_000_000), kind: 'sample-clock' },
    {
      name: 'pictures at a clock that nobody knows',
      durations: many(50, 491),
      kind: 'sample-clock',
      expected: [],
    },
    {
      name: 'pictures of 100 ns on a clock of 90 kHz',
      durations: many(50, 400_000),
      clock: 90_000,
      expected: many(50, 3600),
      kind: 'sample-clock',
    },
    {
      name: 'pictures of 100 ns on a clock of milliseconds',
      durations: many(50, 400_000),
      clock: 1000,
      expected: many(50, 40),
      kind: 'sample-clock',
    },
    {
      name: 'pictures at 90 kHz, the last far too long',
      durations: replaced(many(50, 3600), 49, 0x7fffffff),
      kind: 'last-sample',
    },
    {
      name: 'pictures at 90 kHz, some without',
      durations: many(50, 3600).map((one, i) => (i % 7 === 3 ? 0 : one)),
      kind: 'sample-durations',
    },
    {
      name: 'sound at its sampling rate',
      durations: many(94, 1024),
      type: 'audio',
      chunk: LENGTH_OF_SOUND,
      expected: SOUND,
      kind: 'sample-clock',
    },
    {
      name: 'sound of 44.1 kHz at 90 kHz',
      durations: frames(86, 90_000, 44_100),
      type: 'audio',
      chunk: sum(frames(86, 10_000_000, 44_100)),
      expected: [],
      kind: 'sample-clock',
    },
    {
      name: 'sound in milliseconds',
      durations: frames(94, 1000),
      type: 'audio',
      chunk: LENGTH_OF_SOUND,
      expected: [],
      kind: 'sample-clock',
    },
    {
      name: 'sound at its sampling rate on a clock of 90 kHz',
      durations: many(94, 1024),
      type: 'audio',
      clock: 90_000,
      chunk: 180_480,
      expected: many(94, 1920),
      kind: 'sample-clock',
    },
    { name: 'none but the last', durations: [...many(49, 0), 20_000_000], kind: 'sample-durations' },
    {
      name: 'none but the last, of one picture',
      durations: [...many(49, 0), 400_000],
      kind: 'sample-durations',
    },
    { name: 'none but the first', durations: [20_000_000, ...many(49, 0)], kind: 'sample-durations' },
    {
      name: 'one tick but the last',
      durations: [...many(49, 1), 19_999_951],
      kind: 'sample-clock',
      expected: [],
    },
    { name: 'none at all', durations: many(50, 0), kind: 'sample-durations' },
    { name: 'none of every other', durations: many(25, [400_000, 0]).flat(), kind: 'sample-durations' },
    {
      name: 'of two pictures for every other',
      durations: many(25, [0, 800_000]).flat(),
      kind: 'sample-durations',
    },
    { name: 'none of the last', durations: replaced(PICTURES, 49, 0), kind: 'sample-durations' },
    {
      name: 'of 24 pictures a second where there are 25',
      durations: many(50, 416_667),
      kind: 'sample-clock',
      expected: [],
    },
    {
      name: 'of 25 pictures a second where there are 50',
      durations: many(100, 400_000),
      kind: 'sample-clock',
      expected: many(100, 200_000),
    },
  ])('$name', ({ kind, expected = PICTURES, ...given }) => {
    const result = transmux(given);
    const { chunk = 2 * (given.clock ?? 10_000_000) } = given;
    const frame = chunk / given.durations.length;
    if (expected.length > 0) expect(result.durations).toEqual(expected);
    expect(Math.abs(sum(result.durations) - chunk)).toBeLessThanOrEqual(given.type === 'audio' ? frame : 1);
    // No picture stands out from the others.
    for (const duration of result.durations)
      expect(Math.abs(duration / frame - 1)).toBeLessThan(given.clock === undefined ? 0.1 : 0.6);
    expect(result.kinds).toContain(kind);
    expect(Number(result.report.duration)).toBe(sum(result.durations));
  });

  test.each<{ name: string } & Case>([
    { name: 'all alike', durations: PICTURES },
    { name: 'of all lengths', durations: [...many(10, 400_000), 16_000_000], chunk: 20_000_000 },
    { name: 'slides', durations: [400_000, 19_600_000] },
    { name: 'sound whose chunk is rounded', durations: SOUND, type: 'audio', chunk: 20_000_000 },
    {
      name: 'sound of its own clock',
      durations: many(94, 1024),
      type: 'audio',
      clock: 48_000,
      chunk: 96_256,
    },
    {
      name: 'half of the sound of its own clock',
      durations: many(47, 1024),
      type: 'audio',
      clock: 48_000,
      chunk: 96_256,
    },
    { name: '29.97 pictures a second in a chunk of two seconds', durations: many(60, 333_667) },
    { name: 'pictures a second apart', durations: many(2, 10_000_000) },
    { name: 'hundreds of pictures a second', durations: many(480, 41_667), chunk: 20_000_160 },
  ])('and stay where they fit: $name', (given) => {
    const result = transmux(given);
    expect(result.durations).toEqual(given.durations);
    expect(result.kinds).toEqual([]);
  });

  test.each([
    { count: 5, duration: 400_000, clock: 10_000_000 },
    { count: 20, duration: 3000, clock: 90_000 },
    { count: 13, duration: 3600, clock: 90_000 },
    { count: 24, duration: 3600, clock: 90_000 },
    { count: 40, duration: 1500, clock: 90_000 },
    { count: 32, duration: 1800, clock: 90_000 },
    { count: 24, duration: 1001, clock: 60_000 },
    { count: 40, duration: 750, clock: 90_000 },
    { count: 9, duration: 6000, clock: 90_000 },
    { count: 30, duration: 33, clock: 1000 },
  ])('$count pictures of $duration on a clock of $clock are few, not slow', ({ count, duration, clock }) => {
    const { durations, kinds } = transmux({ durations: many(count, duration), clock });
    // The last one stands until the chunk ends.
    expect(durations.slice(0, -1)).toEqual(many(count - 1, duration));
    expect(kinds).not.toContain('sample-clock');
  });

  test('several short fragments in one response are not slow either', () => {
    const samples = many(40, { size: 10, duration: 1500, flags: SYNC });
    const one = buildFragment({ runs: [{ samples, dataOffset: 'auto', version: 1 }] });
    const transmuxer = new FragmentTransmuxer({
      stream: { type: 'video', timescale: timescale(90_000), chunks: chunksOf(180_000, 180_000) },
      start: ticks(0),
      duration: ticks(180_000),
      origin: ticks(0),
    });
    transmuxer.push(Buffer.concat([one, one, one]));
    expect(Number(transmuxer.finish().duration)).toBe(180_000);
  });

  test.each([
    { count: 60, duration: 1001, chunk: 180_180 },
    { count: 50, duration: 1200, chunk: 180_000 },
    { count: 48, duration: 1250, chunk: 180_000 },
  ])(
    '$count pictures of $duration on a clock of 90 kHz count on one of 30 kHz',
    ({ count, duration, chunk }) => {
      const { durations } = transmux({
        durations: many(count, duration),
        clock: 90_000,
        chunk,
      });
      expect(durations).toEqual(many(count, 3 * duration));
    },
  );

  test.each([
    { count: 100, duration: 1200 },
    { count: 40, duration: 3000 },
  ])('$count pictures of $duration may last longer than a live manifest guesses', ({ count, duration }) => {
    const clock = 30_000;
    const stream = { type: 'video', timescale: timescale(clock), chunks: chunksOf(60_000) } as const;
    const context = { stream, isLive: true };
    expect(transmux({ durations: many(count, duration), clock, context }).durations).toEqual(
      many(count, duration),
    );
  });

  test('a live fragment knows its own duration better than a manifest that guesses', () => {
    const tfxd = { version: 1, time: 0n, duration: 16_000_000n } as const;
    const durations = many(40, 400_000);
    const guessed = {
      stream: { type: 'video', timescale: timescale(10_000_000), chunks: chunksOf(20_000_000) },
      isLive: true,
    } as const;
    expect(transmux({ durations, spec: { tfxd }, context: guessed }).durations).toEqual(durations);
    expect(transmux({ durations, context: guessed }).durations).toEqual(durations);
    expect(transmux({ durations: many(40, 3600), spec: { tfxd }, context: guessed }).durations).toEqual(
      durations,
    );
    const all = { tfxd: { version: 1, time: 0n, duration: 144_000n } } as const;
    expect(sum(transmux({ durations: many(50, 2880), spec: all, context: { isLive: true } }).durations)).toBe(
      20_000_000,
    );
    const last = replaced(durations, 39, 0x7fffffff);
    expect(sum(transmux({ durations: last, context: guessed }).durations)).toBeLessThanOrEqual(20_000_000);
  });

  test('the last chunk of a list may say what it will', () => {
    const stream = { type: 'video', timescale: timescale(10_000_000), chunks: chunksOf(60_000_000) } as const;
    const durations = many(50, 400_000);
    expect(transmux({ durations, chunk: 60_000_000, context: { stream } }).durations).toEqual(durations);
    expect(sum(transmux({ durations, chunk: 30_000_000, context: { stream } }).durations)).toBe(30_000_000);
  });

  test('a chunk may reach to the next one, whatever its own duration says', () => {
    const chunks = chunkList({
      firsts: [0, 1],
      starts: [0, 24_000_000],
      durations: [20_000_000, 20_000_000],
      counts: [1, 1],
    });
    const durations = many(60, 400_000);
    const stream = { type: 'video', timescale: timescale(10_000_000), chunks } as const;
    expect(transmux({ durations, context: { stream } }).durations).toEqual(durations);
  });
});

describe('composition offsets', () => {
  const order = Array.from({ length: 50 }, (_, i) => [1, 3, 0, 0][i % 4] ?? 0);
  const right = order.map((pictures) => pictures * 400_000);
  const shown = (offsets: readonly number[]) => offsets.map((offset) => offset - (offsets[0] ?? 0));

  test.each<{ name: string } & Case>([
    {
      name: 'count as durations do, at 90 kHz',
      durations: many(50, 3600),
      offsets: order.map((n) => n * 3600),
    },
    {
      name: 'count as durations do, in milliseconds',
      durations: many(50, 40),
      offsets: order.map((n) => n * 40),
    },
    { name: 'count as the stream does', durations: many(50, 3600), offsets: right },
    { name: 'count at 90 kHz by themselves', durations: PICTURES, offsets: order.map((n) => n * 3600) },
    { name: 'count in milliseconds by themselves', durations: PICTURES, offsets: order.map((n) => n * 40) },
    { name: 'are right', durations: PICTURES, offsets: right },
    {
      name: 'are right where durations are shared out',
      durations: [...many(49, 0), 20_000_000],
      offsets: right,
    },
  ])('$name', (given) => {
    const result = transmux(given);
    expect(shown(result.samples.map(({ offset }) => offset))).toEqual(shown(right));
    expect(result.durations).toEqual(PICTURES);
  });

  test('a few ticks apart are rounding', () => {
    const offsets = order.map((n) => n % 2);
    const { samples } = transmux({ durations: PICTURES, offsets });
    expect(shown(samples.map(({ offset }) => offset))).toEqual(shown(offsets));
  });

  test('of another clock are scaled back', () => {
    const given = { clock: 90_000, durations: many(50, 400_000), offsets: right };
    expect(shown(transmux(given).samples.map(({ offset }) => offset))).toEqual(
      shown(order.map((n) => n * 3600)),
    );
  });
});

describe('a fragment that ends before its chunk', () => {
  test.each([
    { name: 'by three frames', count: 47 },
    { name: 'by half', count: 25 },
    { name: 'but for one frame', count: 1 },
  ])('$name: the last picture stands', ({ count }) => {
    const { durations, kinds } = transmux({ durations: many(count, 400_000) });
    expect(durations).toEqual([...many(count - 1, 400_000), 20_000_000 - (count - 1) * 400_000]);
    expect(kinds).toEqual(['last-sample']);
  });

  test('the last one that is shown, not the last one that is decoded', () => {
    // Shown as 0 2 3 1 4 …, the third of each four last.
    const offsets = [400_000, 1_200_000, 0, 0];
    const { durations, samples } = transmux({ durations: many(4, 400_000), offsets, chunk: 3_200_000 });
    expect(durations).toEqual([400_000, 2_000_000, 400_000, 400_000]);
    let decode = 0;
    const shown = samples.map(({ duration, offset }) => {
      decode += duration;
      return decode - duration + offset;
    });
    expect(shown.map((time) => time - (shown[0] ?? 0))).toEqual([0, 1_200_000, 400_000, 800_000]);
  });

  const level = { fourCC: 'AACL', codec: 'mp4a.40.2', codecPrivateData: Uint8Array.of(0x11, 0x90) } as const;
  const sound = { type: 'audio', chunk: LENGTH_OF_SOUND } as const;

  test.each([
    { name: 'by six frames', count: 88 },
    { name: 'by half', count: 47 },
    { name: 'but for one frame', count: 1 },
  ])('$name: sound goes on in silence', ({ count }) => {
    const result = transmux({ ...sound, durations: SOUND.slice(0, count), context: { level } });
    const missing = 94 - count;
    expect(result.samples).toHaveLength(94);
    expect(sum(result.durations)).toBe(LENGTH_OF_SOUND);
    expect(Math.max(...result.durations) - Math.min(...result.durations)).toBeLessThan(3);
    expect(result.report.repairs).toEqual([{ kind: 'silence', count: missing }]);
    expect(result.report).toMatchObject({ samples: 94, duration: BigInt(LENGTH_OF_SOUND) });
    const data = result.samples.map((one) => one.data.toString('hex'));
    expect(data.slice(0, count).join('')).toBe(countedBytes(10 * count).toString('hex'));
    expect(new Set(data.slice(count))).toEqual(new Set(['21000000001c']));
    const mdat = result.segment.indexOf('mdat') - 4;
    expect(result.segment.readUInt32BE(mdat)).toBe(result.segment.length - mdat);
  });

  test.each([
    {
      name: 'of a codec without a known silence',
      context: { level: { ...level, fourCC: 'EC-3', codec: 'ec-3' } },
    },
    { name: 'of nobody knows what', context: {} },
  ])('sound $name stays as it is', ({ context }) => {
    const result = transmux({ ...sound, durations: SOUND.slice(0, 88), context });
    expect(result.durations).toEqual(SOUND.slice(0, 88));
    expect(result.kinds).toEqual([]);
  });

  test('sound whose last frame is far too long ends in silence too', () => {
    const durations = replaced(SOUND.slice(0, 88), 87, 0x7fffffff);
    const result = transmux({ ...sound, durations, context: { level } });
    expect(result.samples).toHaveLength(94);
    expect(sum(result.durations)).toBe(LENGTH_OF_SOUND);
    expect(result.kinds).toEqual(['last-sample', 'silence']);
  });

  test('silence is clear where sound is encrypted', () => {
    const entries = Array.from({ length: 88 }, (_, i) => u64(BigInt(i)));
    const extra = [uuidBox('a2394f525a9b4f14a2446c427c648df4', u32(0, 88), ...entries)];
    const readEncryption = encryptionReader(['00112233445566778899aabbccddeeff']);
    const result = transmux({
      ...sound,
      durations: SOUND.slice(0, 88),
      spec: { extra },
      context: { level, readEncryption },
    });
    expect(result.samples).toHaveLength(94);
    const senc = result.segment.subarray(result.segment.indexOf('senc') + 4);
    expect([senc.readUInt32BE(0), senc.readUInt32BE(4)]).toEqual([2, 94]);
    const own = Buffer.concat([u64(87n), u8(0, 1, 0, 0), u32(10)]);
    const silent = Buffer.concat([u64(0n), u8(0, 1, 0, 6), u32(0)]);
    expect(senc.subarray(8 + 87 * 16, 8 + 89 * 16)).toEqual(Buffer.concat([own, silent]));
  });

  test.each([
    ['video', 400_000, 3],
    ['audio', 213_333, 6],
  ] as const)('only the last moof of a %s fragment is added to', (type, duration, parts) => {
    const chunk = parts * 5 * duration;
    const part = buildFragment({
      defaultDuration: duration,
      defaultFlags: type === 'audio' ? SYNC : NON_SYNC,
      runs: [{ samples: many(5, { size: 10 }), dataOffset: 'auto', firstSampleFlags: SYNC }],
    });
    const context = {
      stream: { type, timescale: timescale(10_000_000), chunks: chunksOf(chunk, chunk) },
      start: ticks(0),
      duration: ticks(chunk),
      origin: ticks(0),
      level,
    };
    const whole = new FragmentTransmuxer(context);
    whole.push(Buffer.concat(many(parts, part)));
    expect(whole.finish()).toMatchObject({ duration: BigInt(chunk), repairs: [] });
    const short = new FragmentTransmuxer(context);
    const out = short.push(Buffer.concat(many(parts - 1, part)));
    expect(short.finish()).toMatchObject({
      duration: BigInt(chunk),
      repairs: [{ kind: type === 'video' ? 'last-sample' : 'silence' }],
    });
    const times = out
      .filter((piece) => Buffer.from(piece).toString('latin1', 4, 8) === 'moof')
      .map((piece) => Number(readBack(Buffer.from(piece)).decodeTime));
    expect(times).toEqual(many(parts - 1, 0).map((_, i) => i * 5 * duration));
  });
});

test('hostile numbers make no endless silence', () => {
  const level = { fourCC: 'AACL', codec: 'mp4a.40.2', codecPrivateData: Uint8Array.of(0x11, 0x90) } as const;
  for (const chunk of [Number.MAX_SAFE_INTEGER, 1e15, 4e9]) {
    for (const duration of [1, 0xffffffff, 213_333]) {
      const result = transmux({ type: 'audio', chunk, durations: [duration, duration], context: { level } });
      expect(result.samples.length).toBeLessThan(10);
      const picture = transmux({ chunk, durations: [duration, duration] });
      expect(picture.durations.every((one) => one > 0 && one <= 0xffffffff)).toBe(true);
    }
  }
});
