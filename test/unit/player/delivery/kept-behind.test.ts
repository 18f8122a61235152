import { expect, test } from 'vitest';
import { seconds } from '../../../../src/base/time.ts';
import { keptFrom } from '../../../../src/player/delivery/kept-behind.ts';

const ranges = (...spans: readonly (readonly [number, number])[]) =>
  spans.map(([start, end]) => ({ start: seconds(start), end: seconds(end) }));

test.each([
  { name: 'nothing is buffered', buffered: ranges(), playhead: 50, from: 0 },
  { name: 'as much as may stay', buffered: ranges([15, 80]), playhead: 50, from: 0 },
  { name: 'more than that', buffered: ranges([14, 80]), playhead: 50, from: 20 },
  {
    name: 'a seek ahead: what was played may be come back to',
    buffered: ranges([0, 34], [100, 120]),
    playhead: 106,
    from: 0,
  },
  {
    name: 'before anything is buffered there, too',
    buffered: ranges([0, 38]),
    playhead: 101,
    from: 0,
  },
  {
    name: 'and goes as other media take its place',
    buffered: ranges([0, 34], [100, 130]),
    playhead: 112,
    from: 16,
  },
  {
    name: 'all of it, and a part of the rest',
    buffered: ranges([0, 34], [100, 190]),
    playhead: 140,
    from: 110,
  },
  { name: 'what lies ahead is no part of it', buffered: ranges([100, 190]), playhead: 50, from: 0 },
])('of thirty seconds behind, $name: kept from $from s on', ({ buffered, playhead, from }) => {
  expect(keptFrom(buffered, seconds(playhead), 30)).toBe(from);
});
