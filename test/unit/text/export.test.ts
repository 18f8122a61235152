import { describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { type Cue, DEFAULT_PARAGRAPH, DEFAULT_REGION, type TextStyle } from '../../../src/text/cue.ts';
import type { EventCue } from '../../../src/text/events/event-cue.ts';
import { exportText } from '../../../src/text/export/export-text.ts';
import { readTextFile } from '../../../src/text/plain/read-text-file.ts';
import fc from '../../support/properties.ts';
import { finish, secondsOf } from '../../support/text.ts';

const cue = (start: number, end: number, text: string, more: Partial<Cue> = {}): Cue => ({
  id: `${start}`,
  start: seconds(start),
  end: seconds(end),
  text,
  runs: [{ text, style: {} }],
  paragraph: DEFAULT_PARAGRAPH,
  region: DEFAULT_REGION,
  isForced: false,
  ...more,
});
const event = (start: number, end: number, text: string | undefined, data = text ?? ''): EventCue => ({
  id: `${start}`,
  start: seconds(start),
  end: seconds(end),
  data: new TextEncoder().encode(data),
  ...(text !== undefined && { text }),
});
const TOP = { ...DEFAULT_REGION, id: 'top', top: 0.05, height: 0.2, displayAlign: 'before' as const };
const exported = (cues: Cue[], format: 'vtt' | 'srt' | 'ttml' | 'json', language = 'en') =>
  exportText({ kind: 'cues', cues, language }, format);
const readBack = (text: string) => {
  const read = finish(readTextFile(text));
  if (read.kind !== 'cues') throw new Error('cues expected');
  return read;
};

const PAIR = [
  cue(1.5, 3, 'Tom & <Jerry>\nsecond line'),
  cue(3661, 3662.25, 'slanted', {
    runs: [{ text: 'slanted', style: { isItalic: true } }],
    region: TOP,
    paragraph: { align: 'left', direction: 'ltr' },
  }),
];

test('WebVTT', () => {
  expect(exported(PAIR, 'vtt')).toBe(
    'WEBVTT\n\n00:00:01.500 --> 00:00:03.000\nTom &amp; &lt;Jerry&gt;\nsecond line\n\n01:01:01.000 --> 01:01:02.250 line:5%,start position:50%,center size:80% align:left\n<i>slanted</i>\n',
  );
});

test('SubRip', () => {
  expect(exported(PAIR, 'srt')).toBe(
    '1\n00:00:01,500 --> 00:00:03,000\nTom & <Jerry>\nsecond line\n\n2\n01:01:01,000 --> 01:01:02,250\n{\\an8}<i>slanted</i>\n',
  );
});

test('TTML', () => {
  const text = exported(PAIR, 'ttml', 'fr');
  expect(text).toContain('xml:lang="fr"');
  expect(text).toContain('Tom &amp; &lt;Jerry&gt;<br/>second line');
  expect(text).toContain('<span tts:fontStyle="italic">slanted</span>');
  expect(readBack(text).repairs).toEqual([]);
});

test('JSON, in which an end that nobody knows is null', () => {
  const { cues } = JSON.parse(exported([cue(1, Number.POSITIVE_INFINITY, 'x')], 'json'));
  expect(cues).toMatchObject([{ start: 1, end: null, text: 'x' }]);
});

test('an end that nobody knows is put somewhere', () => {
  expect(exported([cue(1, Number.POSITIVE_INFINITY, 'x')], 'vtt')).toContain('00:00:01.000 --> 00:00:11.000');
});

test('states of one text are one cue', () => {
  expect(
    exported([cue(1, 2, 'x'), cue(2, 3, 'x', { runs: [{ text: 'x', style: { isBold: true } }] })], 'srt'),
  ).toBe('1\n00:00:01,000 --> 00:00:03,000\nx\n');
});

test('images are in TTML and JSON, and nowhere else', () => {
  const png = new Uint8Array(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  );
  const image = cue(1, 2, '', { runs: [], image: { type: 'image/png', data: png, width: 1, height: 1 } });
  expect(exported([image], 'vtt')).toBe('WEBVTT\n');
  expect(exported([image], 'srt')).toBe('');
  expect(readBack(exported([image], 'ttml')).cues).toMatchObject([{ image: { data: png } }]);
  expect(JSON.parse(exported([image], 'json')).cues[0].image.data).toBe(Buffer.from(png).toString('base64'));
});

describe('events', () => {
  const chapters = [
    event(0, 10, 'One &\n two'),
    event(10, 20, 'Two'),
    event(30, 30, 'no length'),
    event(40, 50, undefined),
  ];

  test('chapters as WebVTT', () => {
    expect(exportText({ kind: 'events', cues: chapters }, 'vtt')).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:10.000\nOne &amp; two\n\n00:00:10.000 --> 00:00:20.000\nTwo\n',
    );
  });

  test('as JSON, the data in base64', () => {
    const { cues } = JSON.parse(
      exportText({ kind: 'events', cues: [event(1, 1, undefined, 'abc')] }, 'json'),
    );
    expect(cues).toEqual([{ id: '1', start: 1, end: 1, data: 'YWJj' }]);
  });

  test('as SubRip', () => {
    expect(exportText({ kind: 'events', cues: chapters }, 'srt')).toContain('\nTwo\n');
  });
});

describe('what is written reads back the same', () => {
  const styles: fc.Arbitrary<TextStyle> = fc.record(
    { isBold: fc.constant(true), isItalic: fc.constant(true), isUnderlined: fc.constant(true) },
    { requiredKeys: [] },
  );
  const word = fc
    .stringMatching(/^[A-Za-z0-9&<>"'é漢.,!-]{1,12}$/)
    .filter((text) => !/-->|^\d+$|<\/?[bius]>|<font|\{\\/i.test(text));
  const lines = fc.array(
    fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
    { minLength: 1, maxLength: 3 },
  );
  const cues = fc
    .array(
      fc.record({
        start: fc.integer({ min: 0, max: 5_000_000 }),
        length: fc.integer({ min: 1, max: 9000 }),
        lines,
        style: styles,
        isTop: fc.boolean(),
      }),
      { maxLength: 8 },
    )
    .map((list) =>
      list
        .sort((a, b) => a.start - b.start)
        .map(({ start, length, lines: written, style, isTop }, at) =>
          cue(start / 1000, (start + length) / 1000, `${at} ${written.join('\n')}`, {
            runs: [{ text: `${at} ${written.join('\n')}`, style }],
            region: isTop ? TOP : DEFAULT_REGION,
          }),
        ),
    );

  test.each(['vtt', 'srt', 'ttml'] as const)('%s', (format) => {
    fc.assert(
      fc.property(cues, (list) => {
        const read = list.length === 0 ? [] : readBack(exported(list, format)).cues;
        const told = (start: string, end: string, text: string, style: TextStyle | undefined) =>
          `${start}-${end} ${text} ${[style?.isBold, style?.isItalic, style?.isUnderlined].map((on) => (on ? 1 : 0)).join('')}`;
        expect(
          read.map(({ begin, end, text, runs }) =>
            told(secondsOf(begin), secondsOf(end), text, runs[0]?.style),
          ),
        ).toEqual(
          list.map(({ start, end, text, runs }) => told(String(start), String(end), text, runs[0]?.style)),
        );
        if (format === 'ttml') {
          for (const [at, { region }] of read.entries()) {
            expect(region.top).toBeCloseTo(list[at]?.region.top ?? 0, 5);
            expect(region.displayAlign).toBe(list[at]?.region.displayAlign);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('a format that nobody knows is an error', () => {
  const format = 'docx' as 'vtt';
  for (const kind of ['cues', 'events'] as const)
    expect(() => exportText({ kind, cues: [], language: undefined }, format)).toThrow(
      /option-invalid.*vtt, srt/,
    );
});
