import { expect, test } from 'vitest';
import { isTelling, luminanceOf } from '../../../src/ui/auto-poster.ts';

/** Pixels of these brightnesses, in turn. */
const pixels = (...values: readonly number[]) =>
  Uint8ClampedArray.from(
    Array.from({ length: 64 }, (_, i) => values[i % values.length] ?? 0).flatMap((v) => [v, v, v, 255]),
  );

test.each([
  ['black', pixels(0), false],
  ['black with a little noise', pixels(0, 8), false],
  ['white', pixels(255), false],
  ['an even grey', pixels(128), false],
  ['a picture', pixels(30, 200, 90, 140), true],
  ['a dark picture', pixels(5, 60, 20, 40), false],
])('%s', (_, data, telling) => {
  expect(isTelling(luminanceOf(data))).toBe(telling);
});

test('green counts most', () => {
  const of = (r: number, g: number, b: number) => luminanceOf(Uint8ClampedArray.of(r, g, b, 255)).mean;
  expect(of(0, 255, 0)).toBeGreaterThan(of(255, 0, 0));
  expect(of(255, 0, 0)).toBeGreaterThan(of(0, 0, 255));
});
