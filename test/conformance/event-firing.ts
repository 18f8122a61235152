import { chunk, type EventCase, events, SECOND, sparse } from './event-case.ts';

const PLACE = 'the player\u2019s contract: an event fires once as its time is passed';

/** Two that last, four that come together, and one at the end. */
const STREAM = events(
  [
    chunk(0.5, 'a', 2),
    chunk(1, 'b'),
    chunk(1.01, 'c'),
    chunk(1.02, 'd'),
    chunk(1.03, 'e'),
    chunk(3, 'f', 0.5),
    chunk(3.92, 'g'),
  ].join(''),
);
const A = [0.5, 2.5, 'a'] as const;
const TOGETHER = [
  [1, 1, 'b'],
  [1.01, 1.01, 'c'],
  [1.02, 1.02, 'd'],
  [1.03, 1.03, 'e'],
] as const;
const F = [3, 3.5, 'f'] as const;
const G = [3.92, 3.92, 'g'] as const;
const ALL = [A, ...TOGETHER, F, G] as const;

const when = (
  name: string,
  moves: EventCase['moves'],
  fires: EventCase['fires'],
  more: Partial<EventCase> = {},
) => ({
  name,
  place: PLACE,
  streams: STREAM,
  ...(moves && { moves }),
  fires,
  ...more,
});

/** A hundred events, 30 ms apart. */
const MANY = Array.from({ length: 100 }, (_, at) => 0.5 + (3 * at) / 100);

/** When events fire. */
export const FIRING: readonly EventCase[] = [
  when('played at normal speed: each once, in order', [['play', 4, 1]], ALL),
  when('played at half the speed', [['play', 1.2, 0.5]], [A, ...TOGETHER]),
  when(
    'a hundred events at sixteen times the speed',
    [['play', 4, 16]],
    MANY.map((at) => [at, at, 'x']),
    {
      streams: events(MANY.map((at) => chunk(at, 'x')).join('')),
    },
  ),
  when('paused at the start: an event that holds the position', [], [[0, 1, 'x']], {
    streams: events(chunk(0, 'x', 1) + chunk(1.5, 'y')),
  }),
  when('the same in a fragment: fires when it is there', [], [[0, 1, 'x']], {
    streams: events(`<c t="0" d="${SECOND}"/>`, { attributes: 'Subtype="DATA" ParentStreamIndex="video"' }),
    fragment: () => sparse(['x'], 1),
  }),
  when('a seek over events, and into none', [['seek', 2.7]], []),
  when('a seek over events, and into one', [['seek', 3.2]], [F]),
  when('a seek to less than 50 ms from an event without duration', [['seek', 3.94]], [G]),
  when('a seek to more than that', [['seek', 3.8]], []),
  when(
    'played, back by a seek, and played again: again',
    [
      ['play', 1.5, 4],
      ['seek', 0],
      ['play', 1.5, 4],
    ],
    [A, ...TOGETHER, A, ...TOGETHER],
  ),
  when(
    'seeks within one event: once for each',
    [
      ['seek', 1.5],
      ['seek', 2.2],
    ],
    [A, A],
  ),
  when(
    'frame by frame',
    [
      ['seek', 0.8],
      ['step', 1.2],
    ],
    [A, ...TOGETHER],
  ),
  when(
    'frame by frame, back and forth: once',
    [
      ['seek', 2.8],
      ['step', 3.08],
      ['step', 2.9],
      ['step', 3.08],
    ],
    [F],
  ),
  when(
    'another quality within the passage: not again',
    [['play', 1.5, 2], ['quality'], ['play', 8, 4]],
    [...ALL, [7, 7.5, 'h']],
    { isLong: true, streams: STREAM.replace('</StreamIndex>', `${chunk(7, 'h', 0.5)}</StreamIndex>`) },
  ),
  when('fast forward by seeks, up to the end', [['trick', 8]], [A, ...TOGETHER, F], {
    streams: STREAM.replace(chunk(3.92, 'g'), ''),
  }),
  when(
    'fast rewind, up to the beginning: nothing',
    [
      ['seek', 3.8],
      ['trick', -8],
    ],
    [],
  ),
  when('a listener that throws: the rest and the film go on', undefined, ALL, { hasBrokenListener: true }),
  when(
    'a failure, and the title loaded again where it was: not again',
    [['play', 1.5, 2], ['retry'], ['play', 4, 4]],
    ALL,
  ),
];
