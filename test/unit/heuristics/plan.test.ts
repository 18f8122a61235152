import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { shouldAbandon } from '../../../src/heuristics/abandon.ts';
import { bufferGoal } from '../../../src/heuristics/buffer-goal.ts';
import { type PlanInput, plan } from '../../../src/heuristics/plan.ts';

const base: PlanInput = { nextStart: seconds(12), playhead: seconds(10), goal: seconds(30), isHeld: false };

test.each<{ name: string; when: Partial<PlanInput>; kind: string }>([
  { name: 'room in the buffer: fetch', when: {}, kind: 'fetch' },
  { name: 'full: wait', when: { nextStart: seconds(40) }, kind: 'wait' },
  { name: 'held: wait', when: { isHeld: true }, kind: 'wait' },
  { name: 'past the last chunk: end', when: { nextStart: undefined }, kind: 'end' },
])('$name', ({ when, kind }) => {
  expect(plan({ ...base, ...when }).kind).toBe(kind);
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

const download = {
  elapsed: 2,
  receiving: 2,
  received: 100_000,
  expected: 1_000_000,
  bufferAhead: seconds(5),
  lowestBytes: 50_000,
};

test.each([
  { name: 'slower than the buffer lasts: give up', when: {}, gone: true },
  { name: 'the buffer lasts: go on', when: { bufferAhead: seconds(30) }, gone: false },
  { name: 'too early to tell', when: { receiving: 0.2 }, gone: false },
  {
    name: 'nearly complete: go on',
    when: { received: 980_000, receiving: 20, bufferAhead: seconds(0.1) },
    gone: false,
  },
  { name: 'a lower level would save nothing', when: { lowestBytes: 800_000 }, gone: false },
])('abandon: $name', ({ when, gone }) => {
  expect(shouldAbandon({ ...download, ...when })).toBe(gone);
});
