import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import {
  type Cue,
  DEFAULT_PARAGRAPH,
  DEFAULT_REGION,
  type Region,
  type TextStyle,
} from '../../../src/text/cue.ts';
import { mergeEqualText, nativeCue, nativeCues, vttText } from '../../../src/text/native-cue.ts';

let ids = 0;
const cue = (start: number, end: number, text: string, more: Partial<Cue> = {}): Cue => ({
  id: String(++ids),
  start: seconds(start),
  end: seconds(end),
  text,
  runs: [{ text, style: {} }],
  paragraph: DEFAULT_PARAGRAPH,
  region: DEFAULT_REGION,
  isForced: false,
  ...more,
});
const region = (more: Partial<Region>): Region => ({ ...DEFAULT_REGION, id: 'r', ...more });
const TOP = region({ left: 0.1, top: 0.05, width: 0.8, height: 0.2, displayAlign: 'before' });

test.each<[name: string, runs: [string, TextStyle?][], text: string]>([
  ['plain', [['a\nb']], 'a\nb'],
  [
    'escaped',
    [['<img src=x onerror=alert(1)> & --> "x"']],
    '&lt;img src=x onerror=alert(1)&gt; &amp; --&gt; "x"',
  ],
  [
    'styles',
    [
      ['a ', {}],
      ['b', { isBold: true, isItalic: true, isUnderlined: true }],
      [' c', { isItalic: true }],
    ],
    'a <b><i><u>b</u></i></b><i> c</i>',
  ],
  ['nothing to style', [[' ', { isBold: true }]], ' '],
  ['an empty line, which would end the cue', [['a\n\nb']], 'a\n\u00a0\nb'],
  ['ruby', [['漢', { ruby: 'base' }], ['かん', { ruby: 'text' }], ['!']], '<ruby>漢<rt>かん</rt></ruby>!'],
  [
    'ruby with delimiters',
    [
      ['漢字', { ruby: 'base' }],
      ['(', { ruby: 'delimiter' }],
      ['かんじ', { ruby: 'text' }],
      [')', { ruby: 'delimiter' }],
      ['!'],
    ],
    '<ruby>漢字<rt>かんじ</rt></ruby>!',
  ],
  [
    'several bases, and their readings',
    [
      ['漢', { ruby: 'base' }],
      ['字', { ruby: 'base' }],
      ['かん', { ruby: 'text' }],
      ['じ', { ruby: 'text' }],
    ],
    '<ruby>漢<rt>かん</rt></ruby><ruby>字<rt>じ</rt></ruby>',
  ],
  [
    'a base of two styles',
    [
      ['漢', { ruby: 'base', isItalic: true }],
      ['字', { ruby: 'base' }],
      ['かんじ', { ruby: 'text' }],
    ],
    '<ruby><i>漢</i>字<rt>かんじ</rt></ruby>',
  ],
  ['a base without a reading', [['漢', { ruby: 'base' }]], '漢'],
  ['a reading without a base', [['かん', { ruby: 'text' }]], 'かん'],
])('text: %s', (_, runs, text) => {
  expect(vttText(runs.map(([written, style = {}]) => ({ text: written, style })))).toBe(text);
});

test.each<[name: string, region: Region, expected: object]>([
  [
    'the default one: the browser stacks',
    DEFAULT_REGION,
    { snapToLines: true, line: 'auto', position: 'auto', size: 100 },
  ],
  [
    'the bottom, as wide',
    region({ left: 0.1, top: 0.8, width: 0.8, height: 0.15 }),
    { snapToLines: true, line: 'auto' },
  ],
  [
    'the top',
    TOP,
    { snapToLines: false, line: 5, lineAlign: 'start', position: 50, positionAlign: 'center', size: 80 },
  ],
  [
    'the middle',
    region({ top: 0.4, height: 0.2, displayAlign: 'center' }),
    { line: 50, lineAlign: 'center' },
  ],
  [
    'a corner at the bottom',
    region({ left: 0.6, top: 0.7, width: 0.3, height: 0.2 }),
    { line: 90, lineAlign: 'end', position: 75, size: 30 },
  ],
  [
    'a corner in a padded region',
    region({ left: 0.5, top: 0.7, width: 0.5, height: 0.3, padding: [0, 0.1, 0.1, 0.1] }),
    { line: 90, lineAlign: 'end', position: 75, size: 30 },
  ],
  [
    'vertical, from right to left',
    region({
      left: 0.1,
      top: 0.1,
      width: 0.8,
      height: 0.8,
      displayAlign: 'before',
      writingMode: 'vertical-rl',
    }),
    { vertical: 'rl', line: 10, lineAlign: 'start', position: 50, size: 80 },
  ],
  [
    'vertical, from left to right',
    region({
      left: 0.2,
      top: 0.1,
      width: 0.7,
      height: 0.5,
      displayAlign: 'before',
      writingMode: 'vertical-lr',
    }),
    { vertical: 'lr', line: 20, position: 35, size: 50 },
  ],
])('place: %s', (_, place, expected) => {
  expect(nativeCue(cue(1, 2, 'x', { region: place }))).toMatchObject(expected);
});

test('alignment is the paragraph\u2019s', () => {
  expect(nativeCue(cue(1, 2, 'x', { paragraph: { align: 'right', direction: 'ltr' } })).align).toBe('right');
});

test('an image has no text', () => {
  const image = { type: 'image/png' as const, data: new Uint8Array(), width: 1, height: 1 };
  expect(nativeCue(cue(1, 2, 'alt', { image }))).toMatchObject({ id: 'image', text: '' });
});

test('what would throw, or never be shown, is left out; an open end stays', () => {
  const cues = [
    cue(1, Number.NaN, 'a'),
    cue(3, 2, 'b'),
    cue(3, 3, 'c'),
    cue(Number.NaN, 4, 'd'),
    cue(5, Number.POSITIVE_INFINITY, 'e'),
  ];
  expect(nativeCues(cues).map(({ text, endTime }) => [text, endTime])).toEqual([
    ['e', Number.POSITIVE_INFINITY],
  ]);
});

test('cues of one region at the same time are stacked, at the top downwards and at the bottom upwards', () => {
  const corner = region({ left: 0.6, top: 0.7, width: 0.3, height: 0.2 });
  const lines = (place: Region) =>
    nativeCues([
      cue(1, 4, 'a\nb', { region: place }),
      cue(2, 3, 'c', { region: place }),
      cue(5, 6, 'd', { region: place }),
    ]).map(({ line }) => line);
  expect(lines(TOP)).toEqual([5, 5 + 2 * 5.33, 5]);
  expect(lines(corner)).toEqual([90 - 5.33, 90, 90]);
});

test('neighbours that look different but say the same are one', () => {
  const red = { runs: [{ text: 'a', style: { isBold: true } }] };
  const merged = mergeEqualText([
    cue(1, 2, 'a'),
    cue(2, 3, 'a', red),
    cue(3.5, 4, 'a'),
    cue(4, 5, 'a', { region: TOP }),
  ]);
  expect(merged.map(({ start, end }) => [start, end])).toEqual([
    [1, 3],
    [3.5, 4],
    [4, 5],
  ]);
});
