import { describe, expect, test } from 'vitest';
import { cellular, type LineShape, markov, outage, ramp, steady, steps } from './lines.ts';
import { LADDER, type Seen, watch } from './watch.ts';

const TOP = LADDER.length - 1;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const switches = ({ levels }: Seen) =>
  levels.filter((level, index) => index > 0 && level !== levels[index - 1]).length;
/** Mean bits per second of what was seen, as a share of what the line could carry, the best level at most. */
const share = ({ levels }: Seen, line: number) =>
  mean(levels.map((level) => LADDER[level] ?? 0)) / Math.min(line, ...LADDER.slice(-1));

describe('on a steady line', () => {
  test.each([2, 3, 5, 10, 40].map((times) => ({ times })))(
    'of $times times the lowest bitrate nothing stalls, and few changes are seen',
    ({ times }) => {
      const line = LADDER[0] * times;
      const seen = watch(steady(line));
      expect(seen.stalled).toBe(0);
      expect(switches(seen)).toBeLessThan(20);
      expect(share(seen, line)).toBeGreaterThan(0.6);
    },
  );

  test('that just carries a level there is no more than a moment of waiting', () => {
    for (const level of LADDER.slice(1)) {
      expect(watch(steady(level * 1.02)).stalled).toBeLessThan(1);
      expect(watch(steady(level * 1.5)).stalled).toBeLessThan(1);
    }
  });

  test('that is fast the top is reached within four chunks, and kept', () => {
    const { levels } = watch(steady(50e6));
    expect(new Set(levels.slice(4))).toEqual(new Set([TOP]));
  });

  test('that carries not even the lowest level it stays there', () => {
    const { levels } = watch(steady(150_000), 40);
    expect(new Set(levels.slice(2))).toEqual(new Set([0]));
  });
});

describe('when the line changes for good', () => {
  test('a fast one that gets slow is followed without a stall', () => {
    const seen = watch(steps(60, 8e6, 600_000), 50);
    expect(seen.stalled).toBe(0);
    expect(seen.levels.at(-1)).toBeLessThan(2);
  });

  test('a slow one that gets fast is followed within half a minute', () => {
    const { levels, times } = watch(steps(60, 400_000, 12e6), 60);
    const reached = times[levels.indexOf(TOP)] ?? Number.POSITIVE_INFINITY;
    expect(reached).toBeGreaterThan(60);
    expect(reached).toBeLessThan(90);
  });
});

test('after an outage that the buffer outlasts nothing was missed, and the quality comes back', () => {
  const seen = watch(outage(8e6, 60, 12), 110);
  expect(seen.stalled).toBe(0);
  expect(seen.levels.slice(-10)).toContain(TOP);
});

test('after an outage that nothing outlasts playback goes on, and so does the quality', () => {
  const seen = watch(outage(8e6, 90, 60), 85);
  expect(seen.stalled).toBeLessThan(40);
  expect(seen.levels.at(-1)).toBe(TOP);
});

test('a download that the line has left is given up for a lower level', () => {
  expect(watch(steps(45, 12e6, 150_000), 60).given.up).toBeGreaterThan(0);
});

test.each<{ name: string; lines: readonly LineShape[]; atMost: number }>([
  { name: 'ramps', lines: [ramp(400_000, 6e6, 60), ramp(300_000, 3e6, 30)], atMost: 0.002 },
  {
    name: 'jumps among a few rates',
    lines: [1, 2, 3, 4].map((seed) => markov(seed, [400_000, 1e6, 2.5e6, 6e6])),
    atMost: 0.01,
  },
  { name: 'phones on the move', lines: [1, 2, 3, 4].map((seed) => cellular(seed, 2.5e6)), atMost: 0.01 },
])('$name: next to nothing stalls', ({ lines, atMost }) => {
  const seen = lines.map((line) => watch(line));
  expect(mean(seen.map(({ stalled, levels }) => stalled / (levels.length * 2)))).toBeLessThan(atMost);
  expect(mean(seen.flatMap(({ levels }) => levels))).toBeGreaterThan(1);
});

test('the same line is watched the same way again', () => {
  expect(watch(cellular(7, 1e6), 40)).toEqual(watch(cellular(7, 1e6), 40));
});
