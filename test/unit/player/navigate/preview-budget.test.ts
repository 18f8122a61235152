import { expect, test } from 'vitest';
import { PreviewBudget } from '../../../../src/player/navigate/preview-budget.ts';

const playing = { bufferAhead: 12, isFull: false, isStalled: false, estimate: 3_000_000 };

test('the first pictures come at once, then as many as a tenth of the bandwidth carries', () => {
  const budget = new PreviewBudget();
  let fetched = 0;
  for (let now = 0; now <= 10_000; now += 50) {
    if (!budget.judge(12_000, now, playing).may) continue;
    budget.spend(12_000);
    fetched += 1;
  }
  // 64 KiB to begin with, and 37.5 kB a second.
  expect(fetched * 12_000).toBeGreaterThan(350_000);
  expect(fetched * 12_000).toBeLessThanOrEqual(65_536 + 375_000);
});

test('a full buffer leaves them a quarter', () => {
  const count = (isFull: boolean) => {
    const budget = new PreviewBudget();
    let fetched = 0;
    for (let now = 0; now <= 10_000; now += 50) {
      if (!budget.judge(12_000, now, { ...playing, isFull }).may) continue;
      budget.spend(12_000);
      fetched += 1;
    }
    return fetched;
  };
  expect(count(true)).toBeGreaterThan(1.9 * count(false));
});

test.each([
  { name: 'a buffer that runs low', state: { bufferAhead: 3 }, reason: 'playback' },
  { name: 'a stall', state: { isStalled: true, isFull: true }, reason: 'playback' },
])('$name has the network to itself', ({ state, reason }) => {
  expect(new PreviewBudget().judge(1000, 0, { ...playing, ...state })).toEqual({ may: false, reason });
});

test('the end of a title, which is all there, is no buffer that runs low', () => {
  expect(new PreviewBudget().judge(1000, 0, { ...playing, bufferAhead: 1, isFull: true }).may).toBe(true);
});

test('a picture larger than all that can be saved up is fetched in the end', () => {
  const budget = new PreviewBudget();
  expect(budget.judge(200_000, 0, playing).may).toBe(true);
  budget.spend(200_000);
  expect(budget.judge(200_000, 1000, playing).may).toBe(false);
  expect(budget.judge(200_000, 60_000, playing).may).toBe(true);
});
