import { expect, test } from 'vitest';
import {
  fromTimeRanges,
  intersect,
  nextAfter,
  normalise,
  type Ranges,
  rangeAt,
  subtract,
  union,
} from '../../../src/base/ranges.ts';
import { seconds } from '../../../src/base/time.ts';
import fc from '../../support/properties.ts';

const range = (start: number, end: number) => ({ start: seconds(start), end: seconds(end) });

const anyRanges = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -2, max: 12 })))
  .map((pairs) => normalise(pairs.map(([start, length]) => range(start, start + length))));
const holds = (ranges: Ranges, time: number) => ranges.some(({ start, end }) => start <= time && time < end);
const isProper = (ranges: Ranges) =>
  ranges.every(({ start, end }, index) => start < end && start > (ranges[index - 1]?.end ?? -1));

test('a moment lies in the result as the operation says, and results are sorted and apart', () => {
  fc.assert(
    fc.property(anyRanges, anyRanges, fc.integer({ min: 0, max: 150 }), (a, b, half) => {
      const time = half / 2;
      const [inA, inB] = [holds(a, time), holds(b, time)];
      expect(holds(union(a, b), time)).toBe(inA || inB);
      expect(holds(intersect(a, b), time)).toBe(inA && inB);
      expect(holds(subtract(a, b), time)).toBe(inA && !inB);
      expect([union(a, b), intersect(a, b), subtract(a, b)].every(isProper)).toBe(true);
    }),
  );
});

test('what is taken away and what is common make up the whole', () => {
  fc.assert(
    fc.property(anyRanges, anyRanges, (a, b) => {
      expect(union(subtract(a, b), intersect(a, b))).toEqual(a);
    }),
  );
});

test('finds the range at a moment, exactly before nearly', () => {
  const ranges = [range(0, 2), range(2.1, 4)];
  expect(rangeAt(ranges, seconds(1))).toEqual(range(0, 2));
  expect(rangeAt(ranges, seconds(2))).toBeUndefined();
  expect(rangeAt(ranges, seconds(2.05), seconds(0.06))).toEqual(range(0, 2));
  expect(rangeAt(ranges, seconds(2.1), seconds(0.2))).toEqual(range(2.1, 4));
  expect(rangeAt(ranges, seconds(5), seconds(0.2))).toBeUndefined();
});

test('finds the range after a moment', () => {
  const ranges = [range(1, 2), range(3, 4)];
  expect(nextAfter(ranges, seconds(0))).toEqual(range(1, 2));
  expect(nextAfter(ranges, seconds(1))).toEqual(range(3, 4));
  expect(nextAfter(ranges, seconds(3.5))).toBeUndefined();
});

test('takes what the platform gives', () => {
  const pairs = [
    [0, 1],
    [2, 3],
  ] as const;
  const platform = {
    length: 2,
    start: (i: number) => pairs[i]?.[0] ?? 0,
    end: (i: number) => pairs[i]?.[1] ?? 0,
  };
  expect(fromTimeRanges(platform)).toEqual([range(0, 1), range(2, 3)]);
});
