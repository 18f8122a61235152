import { describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { fromSeconds, NO_TIME } from '../../../src/text/moment.ts';
import { ClockChoice, zeroOf } from '../../../src/text/times/clock-choice.ts';
import { CueTimeline } from '../../../src/text/times/cue-timeline.ts';
import { chunkAt, documentOf } from '../../support/text.ts';

const UNIX = 1_760_000_000;

/** Fragments of a stream: start and length of each, and the times of its cues as they are written. */
type Fragments = readonly (readonly [
  start: number,
  duration: number,
  ...cues: (readonly [number, number?])[],
])[];

function decide(fragments: Fragments, { origin = 0, prior = 'relative' as 'relative' | 'absolute' } = {}) {
  const choice = new ClockChoice(prior);
  for (const [start, duration, ...cues] of fragments) {
    choice.observe([documentOf(cues, duration)], chunkAt(start, duration, origin));
  }
  return `${choice.clock}${choice.isDecided ? '' : '?'}${choice.isWholeTitle ? ' whole' : ''}${choice.revisions ? ` ${choice.revisions}` : ''}`;
}

test.each<[name: string, fragments: Fragments, expected: string, context?: object]>([
  ['at 0 nothing is decided', [[0, 2, [0.5, 1.5]]], 'relative?'],
  [
    'at 0 nothing is decided, of what announces stpp neither',
    [[0, 2, [0.5, 1.5]]],
    'absolute?',
    { prior: 'absolute' },
  ],
  ['relative, at a minute', [[60, 2, [0, 2]]], 'relative'],
  ['absolute, at a minute', [[60, 2, [60, 61.5]]], 'absolute'],
  ['absolute, its cue begun long before', [[60, 2, [40, 61.5]]], 'absolute'],
  ['relative although stpp is announced', [[60, 2, [0, 2]]], 'relative', { prior: 'absolute' }],
  [
    'long chunks: the second decides',
    [
      [0, 60, [0, 59]],
      [60, 60, [1, 2]],
    ],
    'relative?',
  ],
  [
    'long chunks: the third decides',
    [
      [0, 60, [0, 59]],
      [60, 60, [1, 2]],
      [120, 60, [3, 4]],
    ],
    'relative',
  ],
  [
    'long chunks, absolute',
    [
      [0, 60, [0, 59]],
      [120, 60, [121, 122]],
    ],
    'absolute',
  ],
  [
    'long chunks: the second makes absolute times likely',
    [
      [0, 60, [10, 59]],
      [60, 60, [75, 78]],
    ],
    'absolute?',
  ],
  [
    'long chunks: one that allows both does not change that',
    [
      [60, 60, [75, 78]],
      [60, 60, [59.5, 60.5]],
    ],
    'absolute?',
  ],
  [
    'long chunks: what was likely at the second is corrected by the third',
    [
      [60, 60, [75, 78]],
      [120, 60, [3, 4]],
    ],
    'relative',
  ],
  [
    'long chunks: the second makes relative times likely, although stpp is announced',
    [
      [0, 60, [10, 59]],
      [60, 60, [15, 18]],
    ],
    'relative?',
    { prior: 'absolute' },
  ],
  ['a beginning within a second of 0 tells nothing', [[1, 2, [3.5, 4]]], 'relative?'],
  [
    'no cues decide nothing',
    [
      [60, 2],
      [62, 2],
    ],
    'relative?',
  ],
  [
    'the first decision comes late',
    [
      [0, 2, [0, 1]],
      [2, 2],
      [4, 2],
      [60, 2, [60, 61]],
    ],
    'absolute',
  ],
  ['from 1970, absolute', [[UNIX, 2, [UNIX + 0.5, UNIX + 1.5]]], 'absolute', { origin: UNIX }],
  ['from 1970, relative', [[UNIX + 60, 2, [0.5, 1.5]]], 'relative', { origin: UNIX }],
  ['from 1970, since the title began', [[UNIX + 60, 2, [60.5, 61.5]]], 'origin', { origin: UNIX }],
  [
    'from 1970, at its beginning: since then, or since the fragment',
    [[UNIX, 2, [0.5, 1.5]]],
    'relative?',
    { origin: UNIX },
  ],
  ['a beginning that is not 0, absolute', [[6, 2, [6.5, 7]]], 'absolute', { origin: 6 }],
  ['a beginning that is not 0, since the title began', [[66, 2, [60.5, 61]]], 'origin', { origin: 6 }],
  ['an end that is not told', [[60, 2, [60]]], 'absolute'],
  [
    'all of the title in each fragment',
    [
      [0, 2, [1, 2], [100, 101]],
      [2, 2, [1, 2], [100, 101]],
    ],
    'absolute whole',
  ],
  [
    'all of the title in each fragment, since it began',
    [
      [66, 2, [1, 2], [100, 101]],
      [68, 2, [1, 2], [100, 101]],
    ],
    'origin whole',
    { origin: 6 },
  ],
  [
    'all of a short title in each fragment',
    [
      [0, 4, [1, 3], [3.5, 9], [10, 12]],
      [4, 4, [1, 3], [3.5, 9], [10, 12]],
      [8, 4, [1, 3], [3.5, 9], [10, 12]],
      [12, 4, [1, 3], [3.5, 9], [10, 12]],
      [16, 4, [1, 3], [3.5, 9], [10, 12]],
    ],
    'absolute whole',
  ],
  ['all of the title in one fragment: most likely', [[60, 2, [1, 2], [100, 101]]], 'absolute?'],
  [
    'a whole title goes on to fit',
    [
      [0, 2, [1, 2], [100, 101]],
      [2, 2, [1, 2], [100, 101]],
      [60, 2, [1, 2], [100, 101]],
      [62, 2, [1, 2], [100, 101]],
      [64, 2, [1, 2], [100, 101]],
    ],
    'absolute whole',
  ],
  [
    'two that do not fit change nothing',
    [
      [60, 2, [0, 1]],
      [62, 2, [62, 63]],
      [64, 2, [64, 65]],
    ],
    'relative',
  ],
  [
    'three in a row do',
    [
      [60, 2, [0, 1]],
      [62, 2, [62, 63]],
      [64, 2, [64, 65]],
      [66, 2, [66, 67]],
    ],
    'absolute 1',
  ],
  [
    'three, but not in a row',
    [
      [60, 2, [0, 1]],
      [62, 2, [62, 63]],
      [64, 2, [64, 65]],
      [66, 2, [0, 1]],
      [68, 2, [68, 69]],
    ],
    'relative',
  ],
])('%s', (_, fragments, expected, context = {}) => {
  expect(decide(fragments, context)).toBe(expected);
});

describe('samples', () => {
  const chunk = chunkAt(60, 4);
  const sample = (begin: number, offset: number) => ({
    ...documentOf([[begin, begin + 1]], 2),
    offset: fromSeconds(offset),
  });

  test('each counts from its own beginning', () => {
    expect(zeroOf('relative', sample(0.5, 2), chunk)).toBe(fromSeconds(62));
  });
  test('or from the fragment\u2019s, where only that is possible', () => {
    expect(zeroOf('relative', sample(3.5, 2), chunk)).toBe(fromSeconds(60));
  });
  test('times that are samples\u2019 are the fragment\u2019s in any case', () => {
    expect(zeroOf('absolute', { ...sample(0.5, 0), isPlaced: true }, chunk)).toBe(fromSeconds(60));
    expect(zeroOf('absolute', sample(0.5, 0), chunk)).toBe(NO_TIME);
  });
});

test('cues that are there already are moved when it is decided', () => {
  const timeline = new CueTimeline();
  timeline.add(chunkAt(2, 2), [documentOf([[2.5, 3.5, 'a']], 2)]);
  expect(timeline.cues).toMatchObject([{ start: 4.5, end: 5.5 }]);
  timeline.add(chunkAt(60, 2), [documentOf([[60.5, 61.5, 'b']], 2)]);
  expect(timeline.clockOf()).toMatchObject({ clock: 'absolute', isDecided: true });
  expect(timeline.cues).toMatchObject([
    { start: 2.5, end: 3.5, text: 'a' },
    { start: 60.5, end: 61.5, text: 'b' },
  ]);
});

test('absolute times in long chunks: the second chunk has its cues in place', () => {
  const timeline = new CueTimeline();
  timeline.add(chunkAt(0, 60), [documentOf([[10, 12, 'a']], 60)]);
  timeline.add(chunkAt(60, 60), [documentOf([[75, 78, 'b']], 60)]);
  expect(timeline.cues).toMatchObject([
    { start: 10, end: 12, text: 'a' },
    { start: 75, end: 78, text: 'b' },
  ]);
});

test('times from 1970 keep their milliseconds', () => {
  const timeline = new CueTimeline();
  timeline.add(chunkAt(UNIX + 60, 2, UNIX), [documentOf([[UNIX + 60.123, UNIX + 61.456, 'a']], 2)]);
  const [cue] = timeline.cues;
  expect(cue?.start).toBeCloseTo(60.123, 6);
  expect(cue?.end).toBeCloseTo(61.456, 6);
  expect(timeline.at(seconds(60.2))).toHaveLength(1);
});
