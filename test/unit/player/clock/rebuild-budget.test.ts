import { expect, test } from 'vitest';
import { RebuildBudget } from '../../../../src/player/clock/rebuild-budget.ts';

test('three decoder failures in a minute are borne, one frozen clock is, and others are not', () => {
  const budget = new RebuildBudget();
  const decode = [0, 1000, 2000, 3000].map((now) => budget.take('media-decode', now));
  expect(decode).toEqual([true, true, true, false]);
  expect([budget.take('media-stuck', 3000), budget.take('media-stuck', 4000)]).toEqual([true, false]);
  expect(budget.take('media-quota', 5000)).toBe(false);
});

test('what is a minute past is forgotten', () => {
  const budget = new RebuildBudget();
  expect([0, 59_000, 60_000].map((now) => budget.take('media-stuck', now))).toEqual([true, false, true]);
});
