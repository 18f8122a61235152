import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import {
  type ClockInput,
  type ClockRemedy,
  remedyForClock,
  type StreamAtEdge,
} from '../../../src/heuristics/stall.ts';

/** A stream that has media past the edge. */
const going: StreamAtEdge = {
  type: 'audio',
  hasMedia: true,
  ahead: 20,
  resumesAt: seconds(10),
  comesAt: seconds(30),
  isUnavailable: false,
};
/** One that ends at 10.02 s, has more from 12 s on, and brings nothing before that. */
const ending: StreamAtEdge = {
  type: 'video',
  hasMedia: false,
  ahead: 0.02,
  resumesAt: seconds(12),
  comesAt: seconds(14),
  isUnavailable: false,
};
const base: ClockInput = {
  shouldMove: true,
  isSeeking: false,
  stoodMs: 0,
  frozenMs: 0,
  at: seconds(10),
  rate: 1,
  ahead: 20,
  streams: [going, { ...going, type: 'video' }],
  nudges: 0,
};
const bothEnd: Partial<ClockInput> = { ahead: 0.02, streams: [ending, { ...ending, type: 'audio' }] };
const oneEnds: Partial<ClockInput> = { ahead: 0.02, streams: [ending, going] };
const none: ClockRemedy = { kind: 'none' };
const hole = (start: number, end: number, type = 'video') => ({
  type,
  start: expect.closeTo(start, 6) as unknown as number,
  end: expect.closeTo(end, 6) as unknown as number,
});
const fill = (...holes: object[]) => ({ kind: 'fill', holes });

test.each<{ name: string; when: Partial<ClockInput>; remedy: object }>([
  { name: 'moving: nothing to do', when: {}, remedy: none },
  { name: 'paused: nothing to do, however long', when: { shouldMove: false, stoodMs: 60_000 }, remedy: none },
  { name: 'a hole in both: jump just past it', when: bothEnd, remedy: { kind: 'jump', to: 12.001 } },
  {
    name: 'a hole in both, and one resumes sooner: jump to that',
    when: { ahead: 0.02, streams: [ending, { ...ending, type: 'audio', resumesAt: seconds(11) }] },
    remedy: { kind: 'jump', to: 11.001 },
  },
  {
    name: 'near a hole in both, and moving: play on',
    when: { ahead: 0.2, streams: bothEnd.streams?.map((stream) => ({ ...stream, ahead: 0.2 })) ?? [] },
    remedy: none,
  },
  {
    name: 'near a hole in both, and standing: jump',
    when: {
      ahead: 0.2,
      stoodMs: 200,
      streams: bothEnd.streams?.map((stream) => ({ ...stream, ahead: 0.2 })) ?? [],
    },
    remedy: { kind: 'jump', to: 12.001 },
  },
  {
    name: 'at four times the speed a hole is reached sooner',
    when: {
      rate: 4,
      ahead: 0.15,
      streams: bothEnd.streams?.map((stream) => ({ ...stream, ahead: 0.15 })) ?? [],
    },
    remedy: { kind: 'jump', to: 12.001 },
  },
  {
    name: 'a hole in both that is being filled: wait',
    when: {
      ahead: 0.02,
      streams: [
        { ...ending, comesAt: seconds(10.02) },
        { ...ending, type: 'audio' },
      ],
    },
    remedy: none,
  },
  {
    name: 'a seek into a hole in both: jump',
    when: {
      isSeeking: true,
      ahead: 0,
      streams: [
        { ...ending, ahead: 0 },
        { ...ending, type: 'audio', ahead: 0 },
      ],
    },
    remedy: { kind: 'jump', to: 12.001 },
  },
  { name: 'a hole in one: bridged', when: oneEnds, remedy: fill(hole(10.02, 12)) },
  {
    name: 'a hole in one, seconds ahead: bridged in time',
    when: {
      ahead: 2,
      streams: [{ ...ending, ahead: 2, resumesAt: seconds(17), comesAt: seconds(18) }, going],
    },
    remedy: fill(hole(12, 17)),
  },
  {
    name: 'no sound, however briefly: bridged in time',
    when: {
      ahead: 2,
      streams: [
        { ...ending, type: 'audio', ahead: 2, resumesAt: seconds(14), comesAt: seconds(16) },
        { ...going, type: 'video' },
      ],
    },
    remedy: fill(hole(12, 14, 'audio')),
  },
  {
    name: 'a hole in one, far ahead: nothing yet',
    when: {
      ahead: 8,
      streams: [{ ...ending, ahead: 8, resumesAt: seconds(20), comesAt: seconds(22) }, going],
    },
    remedy: none,
  },
  {
    name: 'a stream that has ended: bridged as far as the other reaches',
    when: {
      ahead: 0.02,
      streams: [{ ...ending, resumesAt: undefined, comesAt: undefined }, going],
    },
    remedy: fill(hole(10.02, 30)),
  },
  {
    name: 'a stream whose next fragment is late: wait',
    when: { ahead: 0.02, streams: [{ ...ending, resumesAt: undefined, comesAt: seconds(10.02) }, going] },
    remedy: none,
  },
  {
    name: 'one that is unavailable while the other is served: bridged for a while',
    when: {
      ahead: 0.02,
      streams: [{ ...ending, resumesAt: undefined, comesAt: seconds(10.02), isUnavailable: true }, going],
    },
    remedy: fill(hole(10.02, 15.02)),
  },
  {
    name: 'a hole in both, one of them unavailable, and media behind it: jump',
    when: {
      ahead: 0.02,
      streams: [
        { ...ending, comesAt: seconds(10.02), isUnavailable: true },
        { ...ending, type: 'audio' },
      ],
    },
    remedy: { kind: 'jump', to: 12.001 },
  },
  {
    name: 'a hole in both, one of them still to come: wait',
    when: {
      ahead: 0.02,
      streams: [
        { ...ending, comesAt: seconds(10.02) },
        { ...ending, type: 'audio' },
      ],
    },
    remedy: none,
  },
  {
    name: 'a picture that is held counts as no media: both are jumped',
    when: {
      ahead: 0.02,
      streams: [
        { ...ending, ahead: 1.5 },
        { ...ending, type: 'audio' },
      ],
    },
    remedy: { kind: 'jump', to: 12.001 },
  },
  {
    name: 'a tiny hole in one, while the clock moves: browsers play across',
    when: { ahead: 0.02, streams: [{ ...ending, resumesAt: seconds(10.06) }, going] },
    remedy: none,
  },
  {
    name: 'a tiny hole in one at which the clock stands: jump',
    when: { ahead: 0.02, stoodMs: 200, streams: [{ ...ending, resumesAt: seconds(10.06) }, going] },
    remedy: { kind: 'jump', to: 10.061 },
  },
  {
    name: 'nothing buffered: wait for the network',
    when: {
      ahead: 0,
      stoodMs: 60_000,
      streams: [{ ...ending, ahead: 0, resumesAt: undefined, comesAt: seconds(10) }],
    },
    remedy: none,
  },
  { name: 'frozen: first a touch', when: { frozenMs: 1300 }, remedy: { kind: 'nudge', by: 0.001 } },
  { name: 'still frozen: a shove', when: { frozenMs: 2600, nudges: 1 }, remedy: { kind: 'nudge', by: 0.1 } },
  { name: 'between two nudges: patience', when: { frozenMs: 1400, nudges: 1 }, remedy: none },
  {
    name: 'frozen for good: a new media source',
    when: { frozenMs: 3800, nudges: 2 },
    remedy: { kind: 'rebuild' },
  },
  {
    name: 'a slow seek into media is not frozen',
    when: { isSeeking: true, stoodMs: 9000, frozenMs: 9000 },
    remedy: none,
  },
  {
    name: 'a seek into media that does not come to rest: sought again',
    when: { isSeeking: true, stoodMs: 11_000, frozenMs: 11_000 },
    remedy: { kind: 'nudge', by: 0.001 },
  },
  {
    name: 'nor then: a new media source',
    when: { isSeeking: true, stoodMs: 31_000, frozenMs: 31_000, nudges: 2 },
    remedy: { kind: 'rebuild' },
  },
])('$name', ({ when, remedy }) => {
  expect(remedyForClock({ ...base, ...when })).toEqual(remedy);
});
