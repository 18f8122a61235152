import { expect, test } from 'vitest';
import type { LiveInfo } from '../../../src/player/live/live-info.ts';
import { changeText, chosenRate, liveFace, liveRates } from '../../../src/ui/live/live-time-format.ts';

/** Playing at 100 s, 7.5 s behind the encoder as is wanted, in a window of a minute. */
const AT_EDGE: LiveInfo = {
  isLive: true,
  isDvr: true,
  edge: 103,
  latency: 7.5,
  targetLatency: 7.5,
  atEdge: true,
  edgeStart: 97,
  window: { start: 45, end: 103 },
  source: 'live',
};
const BEHIND: LiveInfo = { ...AT_EDGE, latency: 90.5, atEdge: false };
const noon = (at: number) => new Date(Date.UTC(2026, 0, 1, 12) + at * 1000);
const face = (live: LiveInfo, time: number, toDate = (_: number): Date | undefined => undefined) =>
  liveFace({ live, time, language: 'en', toDate });

test('the bar ends where the live button leads', () => {
  expect(face(AT_EDGE, 100).range).toEqual({ start: 45, end: 100 });
  expect(face(BEHIND, 17).range).toEqual({ start: 17, end: 100 });
  expect(face({ ...AT_EDGE, latency: 6 }, 101.5).range.end, 'ahead of the target').toBe(101.5);
});

test('of a source that stopped it ends at the last picture', () => {
  expect(face({ ...AT_EDGE, source: 'stopped', latency: 3, atEdge: true }, 100).range.end).toBe(103);
});

test('without a window there is nothing to seek in', () => {
  const { start, end } = face({ ...AT_EDGE, isDvr: false }, 100).range;
  expect(end - start).toBe(0);
});

test('before it is known where the edge is nothing is shown', () => {
  const unknown = { ...AT_EDGE, latency: Number.NaN, window: { start: 0, end: Number.NaN } };
  expect(face(unknown, 0).display).toEqual(['', '']);
});

test.each([
  { name: 'at the edge', live: AT_EDGE, time: 100, display: ['', ''], spoken: 'Live' },
  {
    name: 'behind',
    live: BEHIND,
    time: 17,
    display: ['−1:23', ''],
    spoken: '1 minute, 23 seconds behind live',
  },
])('$name, without a wall clock', ({ live, time, display, spoken }) => {
  expect(face(live, time).display).toEqual(display);
  expect(face(live, time).spoken(time)).toBe(spoken);
});

test('the wall clock is told where it is known', () => {
  const { display, text } = face(BEHIND, 17, noon);
  expect(display[0]).toBe('−1:23');
  expect(display[1]).toMatch(/^ · \d\d:\d\d:17/);
  expect(text(40)).toMatch(/^−1:00 · \d\d:\d\d:40/);
  expect(text(99.5)).toMatch(/^Live · /);
  expect(face(AT_EDGE, 100, noon).display[0]).toMatch(/^\d\d:\d\d:40/);
});

test('faster than it is made nothing plays at the edge', () => {
  expect(liveRates([0.5, 1, 2], AT_EDGE)).toEqual([0.5, 1]);
  expect(liveRates([0.5, 1, 2], BEHIND)).toEqual([0.5, 1, 2]);
});

test.each([
  { rate: 1.05, rates: [1, 2], chosen: 1 },
  { rate: 0.95, rates: [1, 2], chosen: 1 },
  { rate: 1.05, rates: [1, 1.05], chosen: 1.05 },
  { rate: 1.25, rates: [1, 2], chosen: 1.25 },
])('of $rate among $rates, $chosen was chosen', ({ rate, rates, chosen }) => {
  expect(chosenRate(rate, rates)).toBe(chosen);
});

test.each<{ name: string; before?: LiveInfo; now: LiveInfo; text: string | undefined }>([
  { name: 'arrival at the edge', now: AT_EDGE, text: 'Live' },
  { name: 'falling behind', before: AT_EDGE, now: BEHIND, text: 'Behind live' },
  { name: 'nothing new', before: BEHIND, now: { ...BEHIND, targetLatency: 8 }, text: undefined },
  {
    name: 'the source stops',
    before: AT_EDGE,
    now: { ...AT_EDGE, source: 'stopped' },
    text: 'The source has stopped. Playback will continue when it returns.',
  },
  {
    name: 'the connection is lost',
    before: AT_EDGE,
    now: { ...AT_EDGE, source: 'unreachable' },
    text: 'No connection to the source. Playback will continue when it is restored.',
  },
  { name: 'it is back', before: { ...BEHIND, source: 'stopped' }, now: BEHIND, text: 'The source is back' },
  {
    name: 'the event ends',
    before: AT_EDGE,
    now: { ...AT_EDGE, isLive: false, atEdge: false, source: 'ended' },
    text: 'The live event has ended',
  },
])('told of: $name', ({ before, now, text }) => {
  expect(changeText(before, now, 'en')).toBe(text);
});
