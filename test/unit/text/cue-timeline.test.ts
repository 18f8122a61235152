import { describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { fromSeconds } from '../../../src/text/moment.ts';
import { CueTimeline } from '../../../src/text/times/cue-timeline.ts';
import fc from '../../support/properties.ts';
import { chunkAt, documentOf, read, ttml, type WrittenCue } from '../../support/text.ts';

const shown = (timeline: CueTimeline) =>
  timeline.cues.map(({ start, end, text }) => `${round(start)}-${round(end)} ${text}`);
const round = (value: number) => Math.round(value * 1000) / 1000;

/** Chunks of two seconds from 60 s on, with relative times. */
function timelineOf(...chunks: readonly (readonly WrittenCue[])[]) {
  const timeline = new CueTimeline();
  for (const [at, cues] of chunks.entries()) timeline.add(chunkAt(60 + 2 * at, 2), [documentOf(cues, 2)]);
  return timeline;
}

test.each<[name: string, chunks: WrittenCue[][], expected: string[]]>([
  [
    'the same cue again, in each chunk that it is in',
    [[[1, 5, 'a']], [[-1, 3, 'a']], [[-3, 1, 'a']]],
    ['61-65 a'],
  ],
  ['cut at boundaries', [[[1, 2, 'a']], [[0, 2, 'a']], [[0, 1, 'a']]], ['61-65 a']],
  ['whole first, then what is left of it', [[[1, 5, 'a']], [[0, 3, 'a']]], ['61-65 a']],
  ['whole in the first only', [[[1, 5, 'a']], [[0.5, 1, 'b']]], ['61-65 a', '62.5-63 b']],
  [
    'an end that is not told is the chunk\u2019s, or what the next one says',
    [[[1, undefined, 'a']], [[0, 1, 'a']], [[0, undefined, 'b']]],
    ['61-63 a', '64-66 b'],
  ],
  [
    'the same text in another place',
    [[[1, 2, 'a', { top: 0 }]], [[0, 1, 'a', { top: 0.5 }]]],
    ['61-62 a', '62-63 a'],
  ],
  [
    'the same text at another side of the same region',
    [[[1, 2, 'a']], [[0, 1, 'a', { displayAlign: 'before' }]]],
    ['61-62 a', '62-63 a'],
  ],
  [
    'the same cue again, in a region with another id',
    [[[1, 5, 'a', { id: 'r1' }]], [[-1, 3, 'a', { id: 'r2' }]], [[-3, 1, 'a']]],
    ['61-65 a'],
  ],
  [
    'cut at boundaries, in regions with other ids',
    [[[1, 2, 'a', { id: 'r1' }]], [[0, 2, 'a', { id: 'r2' }]]],
    ['61-64 a'],
  ],
  [
    'the same text twice in a chunk, one behind the other',
    [
      [
        [0, 1, 'a'],
        [1, 2, 'a'],
      ],
    ],
    ['60-61 a', '61-62 a'],
  ],
  [
    'the same text again, but not at a boundary',
    [[[0, 1.5, 'a']], [[0.5, 1, 'a']]],
    ['60-61.5 a', '62.5-63 a'],
  ],
  [
    'the same twice in one document',
    [
      [
        [0, 1, 'a'],
        [0, 1, 'a'],
      ],
    ],
    ['60-61 a'],
  ],
  ['within 20 ms it is the same', [[[1, 3, 'a']], [[-0.99, 1.01, 'a']]], ['61-63 a']],
  [
    'small gaps between different cues stay, and overlaps',
    [
      [
        [0, 0.97, 'a'],
        [1, 2, 'b'],
        [0.5, 1.5, 'c'],
      ],
    ],
    ['60-60.97 a', '60.5-61.5 c', '61-62 b'],
  ],
  [
    'words that accumulate',
    [
      [
        [0, 1, 'a'],
        [1, 2, 'a b'],
      ],
      [[0, 1, 'a b c']],
    ],
    ['60-61 a', '61-62 a b', '62-63 a b c'],
  ],
  ['what stands for more than ten minutes ends with its chunk', [[[1, 10_000, 'a']]], ['61-62 a']],
])('%s', (_, chunks, expected) => {
  expect(shown(timelineOf(...chunks))).toEqual(expected);
});

test('after a seek back, what was cut is put together from behind', () => {
  const timeline = new CueTimeline();
  timeline.add(chunkAt(62, 2), [documentOf([[0, 1, 'a']], 2)]);
  const [before] = timeline.cues;
  timeline.add(chunkAt(60, 2), [documentOf([[1, 2, 'a']], 2)]);
  expect(shown(timeline)).toEqual(['61-63 a']);
  expect(timeline.cues[0]?.id).toBe(before?.id);
});

test('a chunk that comes again takes its own place', () => {
  const timeline = timelineOf([[0, 1, 'a']]);
  timeline.add(chunkAt(60, 2), [documentOf([[0, 1, 'b']], 2)]);
  expect(shown(timeline)).toEqual(['60-61 b']);
});

test('cues keep their identity while nothing about them changes', () => {
  const timeline = timelineOf([[0, 1, 'a']]);
  const [before] = timeline.cues;
  const { revision } = timeline;
  timeline.add(chunkAt(62, 2), [documentOf([[0, 1, 'b']], 2)]);
  expect(timeline.revision).toBeGreaterThan(revision);
  expect(timeline.cues[0]).toBe(before);
});

describe('memory', () => {
  test('what lies outside of what is kept is dropped, but not what reaches into it', () => {
    const timeline = timelineOf([[0, 1, 'a']], [[1, 4, 'b']], [[1.5, 2, 'c']], [[0, 1, 'd']]);
    timeline.keep(seconds(64), seconds(66));
    expect(shown(timeline)).toEqual(['63-66 b', '65.5-66 c']);
    expect(['60', '62', '64', '66'].map((key) => timeline.holds(key))).toEqual([false, false, true, false]);
    timeline.keep(seconds(100), seconds(102));
    expect(timeline.cues).toEqual([]);
  });

  test.each([
    { isLive: true, kept: ['8', '10'] },
    { isLive: false, kept: ['8', '10'] },
  ])('the number of cues is limited: %o', ({ isLive, kept }) => {
    const timeline = new CueTimeline({ isLive, mostCues: 4 });
    for (const start of [0, 2, 4, 6, 8, 10]) {
      timeline.add(chunkAt(start, 2), [
        documentOf(
          [
            [0, 1, `${start}`],
            [1, 2, `${start}+`],
          ],
          2,
        ),
      ]);
    }
    expect(['0', '2', '4', '6', '8', '10'].filter((key) => timeline.holds(key))).toEqual(kept);
    expect(timeline.cues).toHaveLength(4);
  });

  test('on demand, what is furthest from where somebody is goes first', () => {
    const timeline = new CueTimeline({ mostCues: 2 });
    for (const start of [100, 0, 2]) timeline.add(chunkAt(start, 2), [documentOf([[0, 1, `${start}`]], 2)]);
    expect(['0', '2', '100'].map((key) => timeline.holds(key))).toEqual([true, true, false]);
  });
});

describe('clips', () => {
  test('are moved to their place, begin and end with it, and count each in its own way', () => {
    const timeline = new CueTimeline();
    const second = {
      key: '1/60',
      clip: '1',
      zero: fromSeconds(50),
      bounds: { begin: fromSeconds(61), end: fromSeconds(63) },
    };
    timeline.add({ ...chunkAt(60, 2), clip: '0', key: '0/60' }, [documentOf([[0, 1, 'a']], 2)]);
    timeline.add({ ...chunkAt(60, 2), ...second }, [
      documentOf(
        [
          [60, 60.5, 'b'],
          [60.5, 61.5, 'c'],
        ],
        2,
      ),
    ]);
    timeline.add({ ...chunkAt(62, 2), ...second, key: '1/62' }, [documentOf([[62.5, 63.5, 'd']], 2)]);
    expect(shown(timeline)).toEqual(['11-11.5 c', '12.5-13 d', '60-61 a']);
    expect([timeline.clockOf('0').clock, timeline.clockOf('1').clock]).toEqual(['relative', 'absolute']);
  });
});

test('cues before the title\u2019s beginning are cut there', () => {
  const timeline = new CueTimeline();
  timeline.add(chunkAt(0, 2), [
    documentOf(
      [
        [-1, 1, 'a'],
        [-1, -0.5, 'b'],
      ],
      2,
    ),
  ]);
  expect(shown(timeline)).toEqual(['0-1 a']);
});

/** In what way a packager treats a cue that is longer than a chunk. */
const MANNERS = {
  'whole, where it begins': (cue, chunk) => (holds(chunk, cue[0]) ? cue : undefined),
  'whole, in every chunk': (cue) => cue,
  'cut at boundaries': ([from, to, text], chunk) => [
    Math.max(from, chunk.from),
    Math.min(to ?? 0, chunk.to),
    text,
  ],
  'whole, then what is left': ([from, to, text], chunk) => [Math.max(from, chunk.from), to, text],
  'cut, and open where it goes on': ([from, to = 0, text], chunk) => [
    Math.max(from, chunk.from),
    to > chunk.to ? undefined : to,
    text,
  ],
} satisfies Record<string, (cue: WrittenCue, chunk: { from: number; to: number }) => WrittenCue | undefined>;
const holds = ({ from, to }: { from: number; to: number }, time: number) => time >= from && time < to;

test.each(Object.entries(MANNERS))('cues cut at any boundaries come back: %s', (_, manner) => {
  const tenths = (value: number) => value / 10;
  const cues = fc.array(fc.tuple(fc.integer({ min: 300, max: 600 }), fc.integer({ min: 1, max: 90 })), {
    maxLength: 12,
  });
  const lengths = fc.array(fc.integer({ min: 5, max: 60 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      cues,
      lengths,
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      (written, durations, isRelative, random) => {
        const list = written.map(
          ([from, length], at): WrittenCue => [tenths(from), tenths(from + length), `cue ${at}`],
        );
        const timeline = new CueTimeline({ prior: isRelative ? 'relative' : 'absolute' });
        const chunks: { from: number; to: number }[] = [];
        for (let from = 300, at = 0; from < 700; at++) {
          const length = durations[at % durations.length] ?? 20;
          chunks.push({ from: tenths(from), to: tenths(from + length) });
          from += length;
        }
        const order = chunks
          .map((chunk) => ({ chunk, key: random.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key);
        for (const { chunk } of order) {
          const inside = list.flatMap((cue): WrittenCue[] => {
            const [from, to = 0] = cue;
            const part = from < chunk.to && to > chunk.from ? manner(cue, chunk) : undefined;
            if (!part) return [];
            const zero = isRelative ? chunk.from : 0;
            return [[part[0] - zero, part[1] === undefined ? undefined : part[1] - zero, part[2]]];
          });
          // Whole cues of other chunks would say nothing of how times are counted.
          timeline.add({ ...chunkAt(chunk.from, chunk.to - chunk.from), origin: fromSeconds(0) }, [
            { ...documentOf(inside, chunk.to - chunk.from), isPlaced: isRelative },
          ]);
          const now = seconds(tenths(300 + ((random.next().value ?? 0) % 400)));
          const onScreen = timeline.cues.filter(({ start, end }) => start <= now && now < end);
          expect(new Set(timeline.at(now))).toEqual(new Set(onScreen));
        }
        const expected = list
          .map(([from, to = 0, text]) => ({ from, line: `${round(from)}-${round(to)} ${text}` }))
          .sort((a, b) => a.from - b.from || a.line.localeCompare(b.line));
        const got = timeline.cues
          .map(({ start, end, text }) => ({ from: start, line: `${round(start)}-${round(end)} ${text}` }))
          .sort((a, b) => round(a.from) - round(b.from) || a.line.localeCompare(b.line));
        expect(got.map(({ line }) => line)).toEqual(expected.map(({ line }) => line));
      },
    ),
    { numRuns: 150 },
  );
});

test('a cue whose chunk was dropped and comes again stays one', () => {
  const timeline = new CueTimeline();
  const add = (start: number) => timeline.add(chunkAt(start, 4), [documentOf([[0, 4]], 4)]);
  for (const start of [0, 4, 8]) add(start);
  const [cue] = timeline.cues;
  timeline.keep(seconds(5), seconds(20));
  expect(timeline.cues[0]).toBe(cue);
  add(0);
  expect(timeline.cues).toMatchObject([{ start: 0, end: 12 }]);
});

test.each<[name: string, cues: WrittenCue[]]>([
  ['the same text again and again', Array.from({ length: 5000 }, (_, at) => [at * 2, at * 2 + 1])],
  ['the same text, overlapping', Array.from({ length: 5000 }, (_, at) => [at, 10_000])],
])('thousands of cues with %s take linear time', (_, cues) => {
  const timeline = new CueTimeline();
  // In quadratic time this takes minutes.
  for (let start = 0; start < 6; start += 2) timeline.add(chunkAt(start, 2), [documentOf(cues, 10_000)]);
  expect(timeline.cues.length).toBeGreaterThan(0);
});

test('on screen together, paragraphs are in the order of their document, earlier fragments first', () => {
  const timeline = new CueTimeline();
  const bodies = [
    '<div><p begin="0s" end="6s">a<span begin="1s"> word</span></p><p begin="0s" end="6s">below</p></div>',
    '<div><p begin="1s" end="2s">last</p><p begin="0.5s" end="2s">lower</p></div>',
  ];
  for (const at of [1, 0])
    timeline.add(chunkAt(2 * at, 2), [{ ...documentOf([], 2), cues: read(ttml(bodies[at] ?? '')).cues }]);
  const at = (time: number) => timeline.at(seconds(time)).map(({ text }) => text);
  expect([at(0.5), at(1.5), at(3.5), at(7)]).toEqual([
    ['a', 'below'],
    ['a word', 'below'],
    ['a word', 'below', 'last', 'lower'],
    [],
  ]);
  expect(timeline.cues.map(({ text }) => text)).toEqual(['a', 'below', 'a word', 'lower', 'last']);
});

test('cues are still on screen after the clock of their stream was found', () => {
  const timeline = new CueTimeline();
  const add = (start: number, cue: WrittenCue) => timeline.add(chunkAt(start, 2), [documentOf([cue], 2)]);
  const texts = (time: number) => timeline.at(seconds(time)).map(({ text }) => text);
  add(0, [0.5, 1.5, 'first']);
  const [first] = timeline.at(seconds(1));
  // Counted from its fragment, this would begin six seconds after it.
  add(6, [6.5, 7.5, 'later']);
  expect([texts(1), texts(7)]).toEqual([['first'], ['later']]);
  expect(timeline.at(seconds(1))[0]).toBe(first);
});
