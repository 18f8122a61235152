import { describe, expect, test } from 'vitest';
import { cellular, markov, type NetworkShape, outage, ramp, steady, steps } from './networks.ts';
import { LADDER, play, type Session } from './play.ts';

const TOP = LADDER.length - 1;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const switches = ({ levels }: Session) =>
  levels.filter((level, index) => index > 0 && level !== levels[index - 1]).length;
/** Mean bitrate of what was played, as a share of the bandwidth, or of the highest level if that is less. */
const share = ({ levels }: Session, bandwidth: number) =>
  mean(levels.map((level) => LADDER[level] ?? 0)) / Math.min(bandwidth, ...LADDER.slice(-1));

describe('on a steady network', () => {
  test.each([2, 3, 5, 10, 40].map((times) => ({ times })))(
    'of $times times the lowest bitrate nothing stalls, with few changes of level',
    ({ times }) => {
      const bandwidth = LADDER[0] * times;
      const session = play(steady(bandwidth));
      expect(session.stalled).toBe(0);
      expect(switches(session)).toBeLessThan(20);
      expect(share(session, bandwidth)).toBeGreaterThan(0.6);
    },
  );

  test('that only just sustains a level there is at most a moment of stalling', () => {
    for (const level of LADDER.slice(1)) {
      expect(play(steady(level * 1.02)).stalled).toBeLessThan(1);
      expect(play(steady(level * 1.5)).stalled).toBeLessThan(1);
    }
  });

  test('that is fast the top is reached within four chunks, and kept', () => {
    const { levels } = play(steady(50e6));
    expect(new Set(levels.slice(4))).toEqual(new Set([TOP]));
  });

  test('that does not sustain even the lowest level it stays there', () => {
    const { levels } = play(steady(150_000), 40);
    expect(new Set(levels.slice(2))).toEqual(new Set([0]));
  });
});

describe('when the network changes for good', () => {
  test('a fast one that becomes slow is followed without a stall', () => {
    const session = play(steps(60, 8e6, 600_000), 50);
    expect(session.stalled).toBe(0);
    expect(session.levels.at(-1)).toBeLessThan(2);
  });

  test('a slow one that becomes fast is followed within half a minute', () => {
    const { levels, times } = play(steps(60, 400_000, 12e6), 60);
    const reached = times[levels.indexOf(TOP)] ?? Number.POSITIVE_INFINITY;
    expect(reached).toBeGreaterThan(60);
    expect(reached).toBeLessThan(90);
  });
});

test('after an outage that the buffer outlasts nothing stalled, and the quality comes back', () => {
  const session = play(outage(8e6, 60, 12), 110);
  expect(session.stalled).toBe(0);
  expect(session.levels.slice(-10)).toContain(TOP);
});

test('after an outage longer than the buffer playback resumes, and so does the quality', () => {
  const session = play(outage(8e6, 90, 60), 85);
  expect(session.stalled).toBeLessThan(40);
  expect(session.levels.at(-1)).toBe(TOP);
});

test('a download on a network that failed is abandoned for a lower level', () => {
  expect(play(steps(45, 12e6, 150_000), 60).abandoned).toBeGreaterThan(0);
});

test.each<{ name: string; networks: readonly NetworkShape[]; atMost: number }>([
  { name: 'ramps', networks: [ramp(400_000, 6e6, 60), ramp(300_000, 3e6, 30)], atMost: 0.002 },
  {
    name: 'jumps among a few rates',
    networks: [1, 2, 3, 4].map((seed) => markov(seed, [400_000, 1e6, 2.5e6, 6e6])),
    atMost: 0.01,
  },
  { name: 'phones on the move', networks: [1, 2, 3, 4].map((seed) => cellular(seed, 2.5e6)), atMost: 0.01 },
])('$name: next to nothing stalls', ({ networks, atMost }) => {
  const session = networks.map((network) => play(network));
  expect(mean(session.map(({ stalled, levels }) => stalled / (levels.length * 2)))).toBeLessThan(atMost);
  expect(mean(session.flatMap(({ levels }) => levels))).toBeGreaterThan(1);
});

test('the same network is played the same way again', () => {
  expect(play(cellular(7, 1e6), 40)).toEqual(play(cellular(7, 1e6), 40));
});
