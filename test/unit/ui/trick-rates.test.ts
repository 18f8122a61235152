import { expect, test } from 'vitest';
import { nextTrickRate, trickLabel } from '../../../src/ui/trick-rates.ts';

test('each step is faster, through normal speed, and stays at either end', () => {
  const through = (from: number, by: 1 | -1, steps: number) => {
    const rates = [from];
    for (let i = 0; i < steps; i += 1) rates.push(nextTrickRate(rates.at(-1) ?? 1, by));
    return rates;
  };
  expect(through(1, 1, 5)).toEqual([1, 4, 8, 16, 32, 32]);
  expect(through(1, -1, 5)).toEqual([1, -4, -8, -16, -32, -32]);
  expect(through(-8, 1, 3)).toEqual([-8, -4, 1, 4]);
});

test('a rate between the steps goes to the next of them', () => {
  expect(nextTrickRate(5, 1)).toBe(8);
  expect(nextTrickRate(5, -1)).toBe(4);
});

test('rates are written with a sign that is as wide as a digit', () => {
  expect([8, -16].map(trickLabel)).toEqual(['8×', '−16×']);
});
