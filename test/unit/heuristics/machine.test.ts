import { expect, test } from 'vitest';
import {
  canPlay,
  type FrameTick,
  type MachineState,
  NEVER_STRAINED,
  reasonAgainst,
  watchFrames,
} from '../../../src/heuristics/machine.ts';

const BITRATES = [300_000, 1_000_000, 3_000_000, 6_000_000];
const [LOWEST, LOW, HIGH, TOP] = BITRATES as [number, number, number, number];

/** The state after ticks of a second each, from `from` on, with such shares of 25 frames dropped. */
function after(shares: readonly number[], when: Partial<FrameTick> = {}, known = NEVER_STRAINED, from = 0) {
  return shares.reduce<MachineState>(
    (state, share, index) =>
      watchFrames(
        state,
        { at: from + index, due: 25, dropped: 25 * share, bitrate: TOP, isIdle: false, ...when },
        BITRATES,
      ),
    known,
  );
}
const playable = (state: MachineState, at: number) =>
  BITRATES.filter((bitrate) => canPlay(state, bitrate, at));

test.each<{ name: string; shares: readonly number[]; when?: Partial<FrameTick>; left: readonly number[] }>([
  { name: 'no frames dropped: all', shares: [0, 0, 0, 0, 0], left: BITRATES },
  { name: 'a stumble: all', shares: [0.8, 0.8, 0.8, 0, 0.8], left: BITRATES },
  {
    name: 'some dropped, for long: one level is left',
    shares: [0.2, 0.2, 0.9, 0.2],
    left: [LOWEST, LOW, HIGH],
  },
  { name: 'most dropped: two are left', shares: [0.7, 0.9, 0.7, 0.7], left: [LOWEST, LOW] },
  { name: 'never the lowest', shares: [0.9, 0.9, 0.9, 0.9], when: { bitrate: LOWEST }, left: BITRATES },
  {
    name: 'the second: never the lowest either',
    shares: [0.9, 0.9, 0.9, 0.9],
    when: { bitrate: LOW },
    left: [LOWEST],
  },
  {
    name: 'hidden, paused, seeking: says nothing',
    shares: [0.9, 0.9, 0.9, 0.9],
    when: { isIdle: true },
    left: BITRATES,
  },
  { name: 'few frames: say nothing', shares: [1, 1, 1, 1], when: { due: 4, dropped: 4 }, left: BITRATES },
  {
    name: 'a level that is not among them: nothing',
    shares: [1, 1, 1, 1],
    when: { bitrate: 5 },
    left: BITRATES,
  },
])('$name', ({ shares, when, left }) => {
  expect(playable(after(shares, when), 10)).toEqual(left);
});

test('a level is tried again after a minute, then after twice as long, up to two hours', () => {
  const bad = [0.2, 0.2, 0.2, 0.2];
  let state = after(bad);
  let at = 3;
  for (const backOff of [60, 120, 240, 480, 960, 1920, 3840, 7200, 7200]) {
    expect(playable(state, at + backOff - 1)).toEqual([LOWEST, LOW, HIGH]);
    expect(playable(state, at + backOff)).toEqual(BITRATES);
    state = after(bad, {}, state, at + backOff);
    at += backOff + 3;
  }
});

test('a level that went well for long counts as new', () => {
  const bad = [0.2, 0.2, 0.2, 0.2];
  const state = after(bad, {}, after(bad), 3 + 60 + 241);
  expect(state.times).toBe(1);
});

const calm = { savesPower: false, isUnseen: false };
const fine = { supported: true, smooth: true, powerEfficient: true };
const uhd = { bitrate: 12e6, height: 2160 };

test.each([
  { name: 'fine', level: uhd, answer: fine, when: {}, reason: undefined },
  { name: 'the decoder was not asked', level: uhd, answer: undefined, when: {}, reason: undefined },
  { name: 'not smooth', level: uhd, answer: { ...fine, smooth: false }, when: {}, reason: 'decoder' },
  { name: 'not at all', level: uhd, answer: { ...fine, supported: false }, when: {}, reason: 'decoder' },
  {
    name: 'the lowest always',
    level: { bitrate: 1 },
    answer: { ...fine, smooth: false },
    when: { isUnseen: true },
    reason: undefined,
  },
  {
    name: 'costly, on mains',
    level: uhd,
    answer: { ...fine, powerEfficient: false },
    when: {},
    reason: undefined,
  },
  {
    name: 'costly, the battery low',
    level: uhd,
    answer: { ...fine, powerEfficient: false },
    when: { savesPower: true },
    reason: 'power',
  },
  {
    name: 'nobody looks',
    level: { bitrate: 9e5, height: 360 },
    answer: fine,
    when: { isUnseen: true },
    reason: 'unseen',
  },
])('a level: $name', ({ level, answer, when, reason }) => {
  const lowest = { bitrate: 1, answer: fine };
  expect(reasonAgainst({ ...level, answer }, lowest, { ...calm, ...when })).toBe(reason);
});

test('where not even the lowest level is said to be smooth, others are allowed, but not unsupported ones', () => {
  const rough = { ...fine, smooth: false };
  const lowest = { bitrate: 1, answer: rough };
  expect(reasonAgainst({ bitrate: 2, answer: rough }, lowest, calm)).toBeUndefined();
  expect(reasonAgainst({ bitrate: 2, answer: { ...rough, supported: false } }, lowest, calm)).toBe('decoder');
});
