import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { chooseQuality, type QualityInput } from '../../../src/heuristics/choose-quality.ts';

const [low, middle, high] = [{ bitrate: 500_000 }, { bitrate: 1_500_000 }, { bitrate: 4_000_000 }];
const base: QualityInput = {
  levels: [low, middle, high],
  current: middle,
  estimate: 2e6,
  measured: true,
  bufferAhead: seconds(20),
  bufferGoal: seconds(30),
  chunkDuration: seconds(2),
};

test.each<{ name: string; when: Partial<QualityInput>; level: { bitrate: number }; reason: string }>([
  { name: 'one level only: that one', when: { levels: [low] }, level: low, reason: 'only' },
  {
    name: 'first fragment: what the start value allows with caution',
    when: { current: undefined, measured: false, bufferAhead: seconds(0), estimate: 3e6 },
    level: middle,
    reason: 'start',
  },
  {
    name: 'first fragment on a guess of 1 Mbit/s: lowest',
    when: { current: undefined, measured: false, bufferAhead: seconds(0), estimate: 1e6 },
    level: low,
    reason: 'start',
  },
  {
    name: 'nothing measured yet: no change',
    when: { measured: false, estimate: 9e6 },
    level: middle,
    reason: 'hold',
  },
  { name: 'fast and full: up', when: { estimate: 9e6 }, level: high, reason: 'fits' },
  {
    name: 'fast but shallow: hold',
    when: { estimate: 9e6, bufferAhead: seconds(3) },
    level: middle,
    reason: 'hold',
  },
  {
    name: 'so fast that the fragment costs next to nothing: up, however shallow',
    when: { estimate: 80e6, bufferAhead: seconds(2) },
    level: high,
    reason: 'fits',
  },
  {
    name: 'just enough for the next level is not enough to rise',
    when: { estimate: 4.9e6 },
    level: middle,
    reason: 'hold',
  },
  {
    name: 'slow but deep: the dip is sat out',
    when: { estimate: 1.2e6, bufferAhead: seconds(28) },
    level: middle,
    reason: 'hold',
  },
  {
    name: 'slow and shallow: down',
    when: { estimate: 1e6, bufferAhead: seconds(8) },
    level: low,
    reason: 'fits',
  },
  {
    name: 'nearly dry: down at once',
    when: { estimate: 1e6, bufferAhead: seconds(2) },
    level: low,
    reason: 'panic',
  },
  {
    name: 'the level before is no longer allowed: the best below it',
    when: { levels: [low, middle], current: high, estimate: 9e6, measured: false },
    level: middle,
    reason: 'hold',
  },
])('$name', ({ when, level, reason }) => {
  expect(chooseQuality({ ...base, ...when })).toEqual({ level, reason });
});

test('always answers with one of the levels, and with a reason', () => {
  const level = fc.record({ bitrate: fc.integer({ min: 1, max: 1e8 }) });
  const inputs = fc.record({
    levels: fc
      .array(level, { minLength: 1, maxLength: 10 })
      .map((levels) => levels.sort((a, b) => a.bitrate - b.bitrate)),
    current: fc.option(level, { nil: undefined }),
    estimate: fc.double({ min: 0, max: 1e9, noNaN: true }),
    measured: fc.boolean(),
    bufferAhead: fc.double({ min: 0, max: 100, noNaN: true }).map(seconds),
    bufferGoal: fc.double({ min: 0, max: 100, noNaN: true }).map(seconds),
    chunkDuration: fc.double({ min: 0.1, max: 20, noNaN: true }).map(seconds),
  });
  fc.assert(
    fc.property(inputs, ({ levels, ...input }) => {
      const [first, ...rest] = levels;
      if (!first) return;
      const { level, reason } = chooseQuality({ ...input, levels: [first, ...rest] });
      expect(levels).toContain(level);
      expect(reason).not.toBe('');
    }),
  );
});

test('more line never means less quality', () => {
  const line = fc.double({ min: 1e5, max: 1e7, noNaN: true });
  fc.assert(
    fc.property(line, line, fc.double({ min: 0, max: 30, noNaN: true }), (a, b, ahead) => {
      const at = (estimate: number) =>
        chooseQuality({ ...base, estimate, bufferAhead: seconds(ahead) }).level.bitrate;
      expect(at(Math.min(a, b))).toBeLessThanOrEqual(at(Math.max(a, b)));
    }),
  );
});
