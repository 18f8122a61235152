import { expect, test } from 'vitest';
import { ticks } from '../../../src/base/time.ts';
import { ChunkRuns } from '../../../src/manifest/chunk-runs.ts';
import type { ChunkList } from '../../../src/manifest/presentation.ts';
import fc from '../../support/properties.ts';

/** `c` elements as "t d r", "-" where one is absent; commas between them. */
function gather(written: string, whole: number | 'unknown' = 100) {
  const runs = new ChunkRuns();
  for (const entry of written.split(', ')) {
    const [t, d, r] = entry.split(' ').map((value) => (value === '-' ? undefined : value));
    runs.add(t, d, r);
  }
  const list = runs.finish({ whole: whole === 'unknown' ? undefined : whole, otherwise: undefined });
  return { list, leftOut: runs.leftOut.count, mended: runs.mended.count };
}

/** Chunks as "start+duration". */
const outline = (list: ChunkList) =>
  Array.from(list, ({ start, duration }) => `${start}+${duration}`).join(' ');

test.each<{ name: string; written: string; chunks: string; leftOut?: number; mended?: number }>([
  { name: 'd only: from 0, end to end', written: '- 2, - 3', chunks: '0+2 2+3' },
  { name: 'a first t, then d only', written: '7 2, - 2', chunks: '7+2 9+2' },
  {
    name: 't only: each lasts to the next, the last as its neighbour',
    written: '1, 4, 9',
    chunks: '1+3 4+5 9+5',
  },
  {
    name: 't only, and a gap: the chunk before it lasts as long as most',
    written: '0, 2, 4, 40, 42, 44',
    chunks: '0+2 2+2 4+2 40+2 42+2 44+2',
    mended: 1,
  },
  {
    name: 't only, and a gap before the last',
    written: '0, 2, 4, 6, 60',
    chunks: '0+2 2+2 4+2 6+2 60+2',
    mended: 1,
  },
  {
    name: 't only, and one that is twice as long as most',
    written: '0, 2, 4, 8, 10',
    chunks: '0+2 2+2 4+4 8+2 10+2',
  },
  { name: 'a lone open one lasts as long as the presentation', written: '5', chunks: '5+100' },
  { name: 'a lone one without attributes too', written: '-', chunks: '0+100' },
  { name: 'r counts all of the run', written: '0 2 3, - 5', chunks: '0+2 2+2 4+2 6+5' },
  { name: 'a gap stays', written: '0 2, 10 2', chunks: '0+2 10+2' },
  { name: 'an overlap shortens the chunk before', written: '0 2000, 1999 9', chunks: '0+1999 1999+9' },
  { name: 'of a run, only the last', written: '0 2000 2, 3999 9', chunks: '0+2000 2000+1999 3999+9' },
  { name: 'a large overlap is told', written: '0 2000, 1000 9', chunks: '0+1000 1000+9', mended: 1 },
  { name: 'one that goes back is left out', written: '10 2, 4 2, 12 2', chunks: '10+2 12+2', leftOut: 1 },
  { name: 'a repeated one is left out', written: '10 2, 10 2, 12 2', chunks: '10+2 12+2', leftOut: 1 },
  {
    name: 'a run that begins in the one before continues it',
    written: '0 2 3, 4 2 3, - 2',
    chunks: '0+2 2+2 4+2 6+2 8+2 10+2',
    mended: 1,
  },
  {
    name: 'a run that goes far back continues after what is known',
    written: '10 2 3, 4 3 5',
    chunks: '10+2 12+2 14+2 16+3',
    mended: 1,
  },
  {
    name: 'one that is off by some ticks too',
    written: '0 20 3, 21 20 4',
    chunks: '0+20 20+20 40+20 61+20 81+20',
    mended: 1,
  },
  {
    name: 'one whose chunks begin elsewhere loses none of them',
    written: '0 20 3, 28 20 4',
    chunks: '0+20 20+20 40+8 48+20 68+20 88+20',
    mended: 2,
  },
  {
    name: 'a run that goes back and ends no later is left out',
    written: '0 2 5, 2 2 4, 3 3 2, 10 2',
    chunks: '0+2 2+2 4+2 6+2 8+2 10+2',
    leftOut: 2,
  },
  { name: 'neither t nor d, before a t', written: '0 2, -, 5 2', chunks: '0+2 2+3 5+2' },
  { name: 'neither t nor d, before no t', written: '0 2, -, - 2', chunks: '0+2 2+2', leftOut: 1 },
  { name: 'r without d', written: '0 - 3, 4 2', chunks: '4+2', leftOut: 1 },
  { name: 'a d of 0 holds nothing', written: '0 0, - 2', chunks: '0+2', leftOut: 1 },
  {
    name: 'an unreadable d hides the times behind it',
    written: '0 -1, - 2, 8 2',
    chunks: '8+2',
    leftOut: 2,
    mended: 1,
  },
  { name: 'an unreadable d before a t', written: '0 -1, 2 2', chunks: '0+2 2+2', mended: 1 },
  {
    name: 'an unreadable d of the last',
    written: '0 2, 2 18446744073709551614',
    chunks: '0+2 2+2',
    mended: 1,
  },
  { name: 'an unreadable t too', written: '0 2, 1e3 2, - 2, 8 2', chunks: '0+2 8+2', leftOut: 2 },
  { name: 'an r of 0 is one chunk', written: '0 2 0, 2 2', chunks: '0+2 2+2', mended: 1 },
  { name: 'a last one that says neither t nor d', written: '0 2, - -', chunks: '0+2', leftOut: 1 },
])('$name', ({ written, chunks, leftOut = 0, mended = 0 }) => {
  const result = gather(written);
  expect(outline(result.list)).toBe(chunks);
  expect([result.leftOut, result.mended]).toEqual([leftOut, mended]);
});

test.each([
  {
    name: 'the last takes what is left of the whole',
    written: '7 2, 9 2, 11',
    whole: 5,
    chunks: '7+2 9+2 11+1',
  },
  { name: 'one that says nothing too', written: '0 2, 4 2, -', whole: 8, chunks: '0+2 4+2 6+2' },
  { name: 'as long as the longest at least', written: '0 4, 4 1, 5', whole: 8, chunks: '0+4 4+1 5+3' },
  {
    name: 'a last one that is much too long ends with the whole',
    written: '7 2 3, 13 900',
    whole: 7,
    chunks: '7+2 9+2 11+2 13+1',
  },
  {
    name: 'a long last one stays where the whole is as long',
    written: '0 2, 2 9',
    whole: 11,
    chunks: '0+2 2+9',
  },
  { name: 'unless that is impossible', written: '7 2, 9 2, 11', whole: 4, chunks: '7+2 9+2 11+2' },
])('$name', ({ written, whole, chunks }) => {
  expect(outline(gather(written, whole).list)).toBe(chunks);
});

test('neighbours of one duration make one run, however they are written', () => {
  const { list } = gather('0 2, - 2 4, 10 2, 12 2 3, - 3');
  expect(list.runs).toEqual([
    { first: 0, start: 0n, duration: 2n, count: 9 },
    { first: 9, start: 18n, duration: 3n, count: 1 },
  ]);
});

test('four thousand million chunks are one run', () => {
  const { list } = gather('- 20000000 4294967295, - 5');
  expect(list.length).toBe(4_294_967_296);
  expect(list.runs.length).toBe(2);
  expect(list.end).toBe(4_294_967_295n * 20_000_000n + 5n);
  expect(list.at(4_294_967_294)?.start).toBe(4_294_967_294n * 20_000_000n);
  expect(list.from(ticks(4_294_967_295n * 20_000_000n))?.index).toBe(4_294_967_295);
});

test.each(['0 20000000000 4294967295', '18446734073709551615 10000000000001'])(
  'beyond 64 bits: %s',
  (written) => {
    expect(gather(written).leftOut).toBe(1);
  },
);

test('times keep every tick of their 64 bits', () => {
  const anyStart = fc.bigInt({ min: -(10n ** 12n), max: 2n ** 64n - 10n ** 13n - 10_000_000n });
  const anyEntry = fc.tuple(
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1, max: 9 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(anyStart, fc.array(anyEntry, { minLength: 1, maxLength: 9 }), (start, entries) => {
      const expected: string[] = [];
      let time = start;
      const written = entries.map(([duration, count, hasTime], index) => {
        const t = hasTime || index === 0 ? time : '-';
        for (let step = 0; step < count; step++, time += BigInt(duration)) {
          expected.push(`${time}+${duration}`);
        }
        return `${t} ${duration} ${count > 1 ? count : '-'}`;
      });
      const { list, leftOut } = gather(written.join(', '), 'unknown');
      expect(outline(list)).toBe(expected.join(' '));
      expect([leftOut, list.start, list.end]).toEqual([0, start, time]);
    }),
  );
});

test.each([
  { written: '-213333', wraps: false },
  { written: '18446744073709338283', wraps: true },
])('a time below 0 is one, and told: $written', ({ written, wraps }) => {
  const runs = new ChunkRuns();
  runs.add(written, '500000', '2');
  runs.add(undefined, '500001', undefined);
  const list = runs.finish({ whole: undefined, otherwise: undefined });
  expect(outline(list)).toBe('-213333+500000 286667+500000 786667+500001');
  expect(list.from(ticks(-5))?.start).toBe(-213333n);
  expect([runs.wrapsTimes, runs.leftOut.count, runs.mended.count]).toEqual([wraps, 0, 1]);
});

test.each(['--5', '- 5', '-', '-1.5', '-10000000000000'])('and this is none: %s', (written) => {
  const runs = new ChunkRuns();
  runs.add(written, '5', undefined);
  expect([runs.leftOut.count, runs.length]).toEqual([1, 0]);
});

test('whatever is written, chunks ascend without overlap and can be found by index and by time', () => {
  const anyNumber = fc.oneof(
    fc.nat(20).map(String),
    fc.constantFrom('-', '', '-1', 'NaN', '0x10', '1e9', '\t3', '18446744073709551615'),
  );
  const anyEntry = fc
    .tuple(anyNumber, anyNumber, fc.constantFrom('-', '0', '1', '2', 'x'))
    .map((values) => values.join(' '));
  fc.assert(
    fc.property(fc.array(anyEntry), (entries) => {
      const { list } = gather(entries.join(', '));
      let end = -2n;
      let index = 0;
      for (const chunk of list) {
        expect(chunk.index).toBe(index++);
        expect(chunk.start >= end && chunk.duration > 0n).toBe(true);
        end = chunk.start + chunk.duration;
        expect(list.at(chunk.index)).toEqual(chunk);
        expect(list.from(chunk.start)).toEqual(chunk);
        expect(list.from(ticks(end - 1n))).toEqual(chunk);
      }
      expect(index).toBe(list.length);
      expect(list.from(list.end)).toBeUndefined();
      expect(list.at(list.length)).toBeUndefined();
      expect(list.at(-1)).toBeUndefined();
    }),
  );
});

test('a moment in a gap leads to the chunk behind it, one before the start to the first', () => {
  const { list } = gather('5 2, 10 2');
  expect(list.from(ticks(0))?.index).toBe(0);
  expect(list.from(ticks(7))?.index).toBe(1);
  expect(list.from(ticks(12))).toBeUndefined();
});
