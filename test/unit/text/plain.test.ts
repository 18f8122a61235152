import { describe, expect, test } from 'vitest';
import { DEFAULT_REGION } from '../../../src/text/cue.ts';
import { readTextFile, type TextFileContext } from '../../../src/text/plain/read-text-file.ts';
import { finish, told, ttml } from '../../support/text.ts';

function file(source: string | Uint8Array, context: TextFileContext = {}) {
  const read = finish(readTextFile(source, context));
  const cues = read.kind === 'cues' ? read.cues : [];
  return {
    kind: read.kind,
    format: read.kind === 'cues' ? read.format : undefined,
    cues,
    told: told(cues),
    repairs: read.kind === 'manifest' ? [] : read.repairs.map(({ kind }) => kind),
  };
}
const vtt = (...blocks: string[]) => file(`WEBVTT\n\n${blocks.join('\n\n')}\n`);
const placed = (settings: string) => vtt(`00:01.000 --> 00:02.000 ${settings}\nx`).cues[0];

describe('WebVTT', () => {
  test.each<[name: string, text: string, expected: string[], repairs?: string[]]>([
    [
      'minutes, hours, and an identifier',
      'WEBVTT\n\n1\n00:01.500 --> 00:02.000\na\n\n100:00:00.000 --> 100:00:01.000\nb',
      ['1.5-2 a', '360000-360001 b'],
    ],
    [
      'a title, notes, styles, and a map of times',
      'WEBVTT - title\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\nNOTE a\nb\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000\nx',
      ['1-2 x'],
    ],
    [
      'a byte order mark, and lines of Windows',
      '\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nx\r\ny\r\n',
      ['1-2 x/y'],
    ],
    [
      'tags',
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Bob><c.red.bg_blue>a</c> <b>b</b> <00:00:01.500>c <unknown>d</v>',
      ['1-2 a b c d'],
    ],
    [
      'references',
      'WEBVTT\n\n00:01.000 --> 00:02.000\na &amp; b &lt;i&gt; &nbsp;&lrm;',
      ['1-2 a & b <i> \u00a0\u200e'],
    ],
    ['what is no tag', 'WEBVTT\n\n00:01.000 --> 00:02.000\n1 < 2 and I <3', ['1-2 1 < 2 and I <3']],
    [
      'tags without a name of the format, or without any',
      'WEBVTT\n\n00:01.000 --> 00:02.000\na<br/>b<>c</>d<c_x>e</c-y>f<!g>',
      ['1-2 a/bcdef'],
    ],
    ['settings right behind the time', 'WEBVTT\n\n00:01.000 --> 00:02.000line:0\nx', ['1-2 x']],
    ['commas in times', 'WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nx', ['1-2 x'], ['time-format']],
    [
      'an end before the begin, and a time that is none',
      'WEBVTT\n\n00:02.000 --> 00:01.000\nx\n\nsoon --> later\ny\n\n00:03.000 --> 00:04.000\nz',
      ['3-4 z'],
      ['time-rejected'],
    ],
    [
      'no empty line between cues',
      'WEBVTT\n00:01.000 --> 00:02.000\nx\n00:03.000 --> 00:04.000\ny',
      ['1-2 x', '3-4 y'],
    ],
    ['no text', 'WEBVTT\n\n00:01.000 --> 00:02.000\n\n', []],
    ['the header alone', 'WEBVTT', []],
  ])('%s', (_, text, expected, repairs = []) => {
    expect(file(text)).toMatchObject({ format: 'vtt', told: expected, repairs });
  });

  test('line breaks of HTML, with or without those of the file', () => {
    const { told } = vtt('00:01.000 --> 00:02.000\na<br>b<br/>\n<i>c</i><BR />d <rt/>e');
    expect(told).toEqual(['1-2 a/b/c/d e']);
  });

  test('tags become styles', () => {
    const [cue] = vtt('00:01.000 --> 00:02.000\n<b>a<i>b</b>c<c.yellow>d').cues;
    expect(cue?.runs.map(({ text, style }) => [text, Object.keys(style).join()])).toEqual([
      ['a', 'isBold'],
      ['b', 'isBold,isItalic'],
      ['c', ''],
      ['d', 'color'],
    ]);
  });

  test.each<[settings: string, region: object, align?: string]>([
    ['', DEFAULT_REGION],
    ['line:-1', { top: 0, height: 1, displayAlign: 'after' }],
    ['line:0', { top: 0, height: 1, displayAlign: 'before' }],
    ['line:50%', { top: 0.5, height: 0.5, displayAlign: 'before' }],
    ['line:50%,center', { top: 0, height: 1, displayAlign: 'center' }],
    ['line:80%,end', { top: 0, height: 0.8, displayAlign: 'after' }],
    ['size:40%', { left: 0.3, width: 0.4 }],
    ['position:10% size:40% align:start', { left: 0.1, width: 0.4 }, 'start'],
    ['position:10%,line-right', { left: 0, width: 0.1 }],
    ['position:60%,end size:35%', { left: 0.25, width: 0.35 }],
    ['position:20%,start', { left: 0.2, width: 0.8 }],
    ['position:20%,middle align:start', { left: 0, width: 0.4 }, 'start'],
    ['position:90% align:right', { left: 0, width: 0.9 }, 'right'],
    ['position:20%', { left: 0, width: 0.4 }],
    ['vertical:rl', { writingMode: 'vertical-rl' }],
    ['vertical:lr line:0', { writingMode: 'vertical-lr', left: 0, displayAlign: 'before' }],
    ['align:left line:x position:200% size:-1% foo:bar', DEFAULT_REGION, 'left'],
  ])('settings %s', (settings, region, align = 'center') => {
    const cue = placed(settings);
    for (const [name, value] of Object.entries(region)) {
      const got = cue?.region[name as keyof typeof DEFAULT_REGION];
      if (typeof value === 'number') expect(got, name).toBeCloseTo(value, 9);
      else expect(got, name).toEqual(value);
    }
    expect(cue?.paragraph.align).toBe(align);
  });

  test('a region', () => {
    const region =
      'REGION\nid:r\nwidth:40%\nlines:3\nregionanchor:0%,100%\nviewportanchor:10%,90%\nscroll:up';
    const { region: box } = vtt(region, '00:01.000 --> 00:02.000 region:r\nx').cues[0] ?? {};
    expect(box).toMatchObject({ id: 'r', left: 0.1, width: 0.4, displayAlign: 'after' });
    expect(box?.top).toBeCloseTo(0.7, 9);
  });
});

describe('SubRip', () => {
  test.each<[name: string, text: string, expected: string[]]>([
    [
      'numbers and lines',
      '1\n00:00:01,000 --> 00:00:02,500\na\nb\n\n2\n00:00:03,000 --> 00:00:04,000\nc\n',
      ['1-2.5 a/b', '3-4 c'],
    ],
    ['no numbers, points, coordinates', '00:00:01.000 --> 00:00:02.000 X1:0 X2:9\na', ['1-2 a']],
    [
      'no empty line',
      '1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb',
      ['1-2 a', '3-4 b'],
    ],
    [
      'an empty line within',
      '1\n00:00:01,000 --> 00:00:02,000\na\n\nb\n\n2\n00:00:03,000 --> 00:00:04,000\nc',
      ['1-2 a//b', '3-4 c'],
    ],
    [
      'tags, and what looks like them',
      '1\n00:00:01,000 --> 00:00:02,000\n<i>a</i> <font color="#ff0000">b</font> <LAUGHS & WHOOPS> 1 < 2 {\\an8}{\\b1}c',
      ['1-2 a b <LAUGHS & WHOOPS> 1 < 2 c'],
    ],
    [
      'a script is text',
      '1\n00:00:01,000 --> 00:00:02,000\n<script>alert(1)</script><img src=x onerror=alert(1)>',
      ['1-2 <script>alert(1)</script><img src=x onerror=alert(1)>'],
    ],
    [
      'a number that is text, without numbers of cues',
      '00:00:01,000 --> 00:00:02,000\nHow many?\n42\n\n00:00:03,000 --> 00:00:04,000\nb',
      ['1-2 How many?/42', '3-4 b'],
    ],
    [
      'an empty line behind every line',
      '1\n\n00:00:01,000 --> 00:00:02,000\n\na\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nb\n\n',
      ['1-2 /a', '3-4 /b'],
    ],
    ['cut off behind the number of a cue', '1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n', ['1-2 a']],
    [
      'the first times are negative',
      '1\n-00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 --> 00:00:04,000\nb',
      ['3-4 b'],
    ],
    ['a digit too many', '1\n00:000:001,000 --> 00:00:002,000\na', ['1-2 a']],
    [
      'line breaks of HTML, and tags in braces',
      '1\n00:00:01,000 --> 00:00:02,000\na<br>b<br />\n{i}c{/i} {d}',
      ['1-2 a/b/c {d}'],
    ],
    ['the last without a line at its end', '1\r\n00:00:01,000 --> 00:00:02,000\r\na', ['1-2 a']],
  ])('%s', (_, text, expected) => {
    expect(file(text)).toMatchObject({ format: 'srt', told: expected });
  });

  test('styles and places', () => {
    const { cues } = file(
      '1\n00:00:01,000 --> 00:00:02,000\n{\\an7}<b>a</b><font color=lime>b</font>{i}c{/I}',
    );
    expect(cues[0]).toMatchObject({ region: { displayAlign: 'before' }, paragraph: { align: 'left' } });
    expect(cues[0]?.runs.map(({ style }) => style)).toMatchObject([
      { isBold: true },
      { color: { green: 255 } },
      { isItalic: true },
    ]);
  });
});

describe('encodings', () => {
  const srt = '1\n00:00:01,000 --> 00:00:02,000\nCaf\u00e9 \u2013 \u00fc';
  const document = ttml('<div><p begin="1s" end="2s">Caf\u00e9 \u2013 \u017b\u00f3\u0142w</p></div>');
  const utf16 = (text: string, isBigEndian: boolean, hasMark = true) => {
    const bytes = Buffer.from((hasMark ? '\ufeff' : '') + text, 'utf16le');
    return new Uint8Array(isBigEndian ? bytes.swap16() : bytes);
  };
  /** ISO 8859-2, as far as the words of the test go. */
  const latin2 = (text: string) =>
    Uint8Array.from(
      text,
      (character) =>
        ({ '\u00e9': 0xe9, '\u2013': 0x2d, '\u017b': 0xaf, '\u00f3': 0xf3, '\u0142': 0xb3 })[character] ??
        character.charCodeAt(0),
    );

  test.each<[name: string, source: Uint8Array, expected: string, repairs?: string[]]>([
    [
      'UTF-8 with a mark',
      new TextEncoder().encode(`\ufeff${document}`),
      '1-2 Caf\u00e9 \u2013 \u017b\u00f3\u0142w',
    ],
    [
      'UTF-16 with a mark, and UTF-8 declared',
      utf16(document, false),
      '1-2 Caf\u00e9 \u2013 \u017b\u00f3\u0142w',
      ['encoding'],
    ],
    [
      'UTF-16, the other way round',
      utf16(document.replace('utf-8', 'utf-16'), true),
      '1-2 Caf\u00e9 \u2013 \u017b\u00f3\u0142w',
    ],
    [
      'UTF-16 without a mark',
      utf16(document.replace('utf-8', 'UTF-16'), false, false),
      '1-2 Caf\u00e9 \u2013 \u017b\u00f3\u0142w',
    ],
    [
      'another encoding, as declared',
      latin2(document.replace('utf-8', 'iso-8859-2')),
      '1-2 Caf\u00e9 - \u017b\u00f3\u0142w',
    ],
    [
      'UTF-8 that is declared as something else',
      new TextEncoder().encode(document.replace('utf-8', 'iso-8859-1')),
      '1-2 Caf\u00e9 \u2013 \u017b\u00f3\u0142w',
      ['encoding'],
    ],
    [
      'Windows-1252 without a word',
      Uint8Array.from(Buffer.from(srt.replace('\u2013', '-'), 'latin1')),
      '1-2 Caf\u00e9 - \u00fc',
      ['encoding'],
    ],
    [
      'UTF-8, cut in a character',
      new TextEncoder().encode(`${srt}\u20ac`).subarray(0, -1),
      '1-2 Caf\u00e9 \u2013 \u00fc',
    ],
    [
      'NULs behind it',
      new TextEncoder().encode(`${document}\0\0\0`),
      '1-2 Caf\u00e9 \u2013 \u017b\u00f3\u0142w',
    ],
  ])('%s', (_, source, expected, repairs = []) => {
    expect(file(source)).toMatchObject({ told: [expected], repairs });
  });
});

test.each<[name: string, source: string, kind: string]>([
  ['nothing', '', 'unreadable'],
  ['a web page', '<!DOCTYPE html><html><body>x</body></html>', 'unreadable'],
  ['words', 'Not found', 'unreadable'],
  ['other XML', '<rss><p>x</p></rss>', 'unreadable'],
  [
    'a manifest that adds streams',
    '<?xml version="1.0"?>\n<SmoothStreamingMedia MajorVersion="2"/>',
    'manifest',
  ],
])('%s is %s', (_, source, kind) => {
  expect(file(source).kind).toBe(kind);
});

test('a format is taken at its word where the text does not tell', () => {
  expect(file('\n\n00:01.000 --> 00:02.000\nx', { format: 'vtt' })).toMatchObject({ told: ['1-2 x'] });
});

test('ticks of 100 ns in a file are known by the length of titles', () => {
  const text = ttml('<div><p begin="36000000000t" end="36010000000t">x</p></div>');
  expect(file(text)).toMatchObject({ told: ['3600-3601 x'], repairs: ['tick-rate'] });
});
