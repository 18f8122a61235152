import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { bufferGoal } from '../../../src/heuristics/buffer-goal.ts';
import { type PlanInput, plan } from '../../../src/heuristics/plan.ts';

const base: PlanInput = {
  nextStart: seconds(12),
  playhead: seconds(10),
  rate: 1,
  goal: seconds(30),
  isHeld: false,
};

test.each<{ name: string; when: Partial<PlanInput>; kind: string }>([
  { name: 'room in the buffer: fetch', when: {}, kind: 'fetch' },
  { name: 'full: wait', when: { nextStart: seconds(40) }, kind: 'wait' },
  { name: 'held: wait', when: { isHeld: true }, kind: 'wait' },
  { name: 'past the last chunk: end', when: { nextStart: undefined }, kind: 'end' },
])('$name', ({ when, kind }) => {
  expect(plan({ ...base, ...when }).kind).toBe(kind);
});

test.each<{ name: string; when: Partial<PlanInput>; atMostMs: number }>([
  { name: 'until there is room', when: { nextStart: seconds(40.4) }, atMostMs: 400 },
  { name: 'sooner at a higher rate', when: { nextStart: seconds(40.4), rate: 2 }, atMostMs: 200 },
  { name: 'not for less than the clock is exact', when: { nextStart: seconds(40) }, atMostMs: 50 },
  { name: 'a second at most', when: { nextStart: seconds(60) }, atMostMs: 1000 },
  { name: 'a second while held', when: { isHeld: true }, atMostMs: 1000 },
])('waits $name', ({ when, atMostMs }) => {
  const step = plan({ ...base, ...when });
  expect(step.kind === 'wait' && step.atMostMs).toBeCloseTo(atMostMs, 6);
});

test.each([
  { name: 'the wish, where bytes allow it', input: { wanted: 30, bitrate: 2e6, squeeze: 1 }, goal: 30 },
  { name: '48 MB, where the wish is more', input: { wanted: 60, bitrate: 16e6, squeeze: 1 }, goal: 24 },
  { name: 'less after the browser was full', input: { wanted: 30, bitrate: 2e6, squeeze: 0.5 }, goal: 15 },
  { name: 'never under six seconds', input: { wanted: 30, bitrate: 2e6, squeeze: 0.1 }, goal: 6 },
  { name: 'unless less was asked for', input: { wanted: 4, bitrate: 2e6, squeeze: 0.1 }, goal: 4 },
])('buffer goal: $name', ({ input, goal }) => {
  expect(bufferGoal(input)).toBe(goal);
});
