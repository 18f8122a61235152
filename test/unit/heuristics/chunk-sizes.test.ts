import { expect, test } from 'vitest';
import { expectSize, learnSize, UNKNOWN_SIZES } from '../../../src/heuristics/chunk-sizes.ts';
import { FIRST_BYTE_GUESS, learnFirstByte } from '../../../src/heuristics/first-byte.ts';

const after = (ratios: readonly number[]) =>
  expectSize(ratios.reduce((known, ratio) => learnSize(known, ratio * 1000, 1000), UNKNOWN_SIZES));

test('nothing seen: as announced', () => {
  expect(expectSize(UNKNOWN_SIZES).factor).toBe(1);
});

test('a stream that is always larger than announced is expected so', () => {
  expect(after(Array.from({ length: 30 }, () => 1.5)).factor).toBeCloseTo(1.5, 1);
});

test('a large chunk makes the next one larger than the mean, but not as large', () => {
  const { factor } = after([1, 1, 1, 1, 1, 1, 2]);
  expect(factor).toBeGreaterThan(1.3);
  expect(factor).toBeLessThan(2);
});

test('even sizes are trusted more than uneven ones', () => {
  const even = after(Array.from({ length: 20 }, () => 1));
  const uneven = after(Array.from({ length: 20 }, (_, index) => (index % 2 ? 0.5 : 1.6)));
  expect(even.spread).toBeLessThan(uneven.spread);
});

test.each([
  [0, 1000],
  [1000, 0],
  [Number.NaN, 1000],
])('%d bytes of %d tell nothing', (bytes, nominal) => {
  expect(learnSize(UNKNOWN_SIZES, bytes, nominal)).toBe(UNKNOWN_SIZES);
});

test('the wait for a first byte follows what it was', () => {
  expect(learnFirstByte(undefined, 0.3)).toBe(0.3);
  expect(learnFirstByte(FIRST_BYTE_GUESS, 0.3)).toBeGreaterThan(FIRST_BYTE_GUESS);
  expect(learnFirstByte(FIRST_BYTE_GUESS, 0.3)).toBeLessThan(0.3);
  const slowOnce = learnFirstByte(0.1, 1.1) - 0.1;
  const fastOnce = 1.1 - learnFirstByte(1.1, 0.1);
  expect(slowOnce).toBeGreaterThan(2 * fastOnce);
});
