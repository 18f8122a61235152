import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { type ClockInput, type ClockRemedy, remedyForClock } from '../../../src/heuristics/stall.ts';

const base: ClockInput = {
  shouldMove: true,
  isSeeking: false,
  stoodMs: 0,
  at: seconds(10),
  ahead: 20,
  resumesAt: undefined,
  holeIsFinal: false,
  nudges: 0,
};
const atHole: Partial<ClockInput> = { ahead: 0.02, resumesAt: seconds(12) };
const none: ClockRemedy = { kind: 'none' };

test.each<{ name: string; when: Partial<ClockInput>; remedy: ClockRemedy }>([
  { name: 'moving: nothing to do', when: {}, remedy: none },
  { name: 'paused: nothing to do, however long', when: { shouldMove: false, stoodMs: 60_000 }, remedy: none },
  {
    name: 'before a hole that stays: jump just past it',
    when: { ...atHole, holeIsFinal: true },
    remedy: { kind: 'jump', to: 12.001 },
  },
  {
    name: 'near a hole that stays, and moving: play on',
    when: { ...atHole, ahead: 0.2, holeIsFinal: true },
    remedy: none,
  },
  {
    name: 'near a hole that stays, and standing: jump',
    when: { ...atHole, ahead: 0.2, stoodMs: 200, holeIsFinal: true },
    remedy: { kind: 'jump', to: 12.001 },
  },
  { name: 'before a hole that is being filled: wait', when: atHole, remedy: none },
  {
    name: 'a seek into a hole that stays: jump',
    when: { ...atHole, isSeeking: true, ahead: 0, holeIsFinal: true },
    remedy: { kind: 'jump', to: 12.001 },
  },
  { name: 'nothing buffered: wait for the network', when: { ahead: 0, stoodMs: 60_000 }, remedy: none },
  { name: 'frozen: first a touch', when: { stoodMs: 1300 }, remedy: { kind: 'nudge', by: 0.001 } },
  { name: 'still frozen: a shove', when: { stoodMs: 2600, nudges: 1 }, remedy: { kind: 'nudge', by: 0.1 } },
  { name: 'between two nudges: patience', when: { stoodMs: 1400, nudges: 1 }, remedy: none },
  {
    name: 'frozen for good: a new media source',
    when: { stoodMs: 3800, nudges: 2 },
    remedy: { kind: 'rebuild' },
  },
  { name: 'a slow seek into media is not frozen', when: { isSeeking: true, stoodMs: 9000 }, remedy: none },
])('$name', ({ when, remedy }) => {
  expect(remedyForClock({ ...base, ...when })).toEqual(remedy);
});
