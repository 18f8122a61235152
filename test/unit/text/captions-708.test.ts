import { describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { InBandCaptions } from '../../../src/text/captions/in-band.ts';
import { codesOf, defineWindow, packets708, pairs, picturesOf, triplet } from '../../support/captions.ts';

const RATE = 10;

/** Codes of each picture, for one service, ten pictures a second; what is shown, in tenths of a second. */
function decode(pictures: readonly (readonly number[])[], service = 1) {
  const captions = new InBandCaptions();
  const filled = packets708(
    pictures.filter((codes) => codes.length > 0).map((codes) => ({ service, codes })),
  );
  captions.add(
    picturesOf(
      pictures.map((codes) => (codes.length > 0 ? (filled.shift() ?? []) : [])),
      0,
      RATE,
    ),
  );
  return captions;
}
const shown = (captions: InBandCaptions, channel = '708-1') =>
  captions.cuesOf(channel).map(({ start, end, text }) => {
    const at = (time: number) => (Number.isFinite(time) ? Math.round(time * RATE) : '?');
    return `${at(start)}-${at(end)} ${text.replaceAll('\n', '/')}`;
  });
const only = (...codes: number[][]) => {
  const [cue] = decode([codes.flat()]).cuesOf('708-1');
  if (!cue) throw new Error('a cue expected');
  return cue;
};

const [CLW, DSW, HDW, TGW, DLW, RST] = [0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8f];
const NEW = defineWindow(0);
const HIDDEN = defineWindow(0, { isVisible: false });

test.each<[name: string, pictures: number[][], expected: string[]]>([
  ['text in a window', [[...NEW, ...codesOf('ab')], [], [DLW, 1]], ['0-2 ab']],
  ['told as soon as its packet is whole', [[...NEW, ...codesOf('ab')]], ['0-? ab']],
  ['text that grows is one cue', [[...NEW, ...codesOf('ab')], codesOf('cd'), [HDW, 1]], ['0-2 abcd']],
  ['loaded unseen, then displayed', [[...HIDDEN, ...codesOf('ab')], [], [DSW, 1], [], [HDW, 1]], ['2-4 ab']],
  [
    'toggled',
    [
      [...NEW, ...codesOf('ab')],
      [TGW, 1],
      [TGW, 1],
    ],
    ['0-1 ab', '2-? ab'],
  ],
  [
    'cleared, and other text',
    [
      [...NEW, ...codesOf('ab')],
      [CLW, 1, ...codesOf('cd')],
    ],
    ['0-1 ab', '1-? cd'],
  ],
  [
    'a form feed clears too',
    [
      [...NEW, ...codesOf('ab')],
      [0x0c, ...codesOf('cd')],
    ],
    ['0-1 ab', '1-? cd'],
  ],
  [
    'written over without a clear',
    [
      [...NEW, ...codesOf('ab')],
      [0x92, 0, 0, ...codesOf('cd')],
    ],
    ['0-1 ab', '1-? cd'],
  ],
  ['rows', [[...NEW, ...codesOf('ab'), 0x0d, ...codesOf('cd')]], ['0-? ab/cd']],
  [
    'rows that roll',
    [
      [...NEW, ...codesOf('a'), 0x0d, ...codesOf('b')],
      [0x0d, ...codesOf('c')],
      [0x0d, ...codesOf('d')],
    ],
    ['0-1 a/b', '1-2 b/c', '2-? c/d'],
  ],
  [
    'a row that begins again',
    [
      [...NEW, ...codesOf('ab')],
      [0x0e, ...codesOf('c')],
    ],
    ['0-1 ab', '1-? c'],
  ],
  ['Korean, as KS X 1001 has it', [[...NEW, 0x18, 0xb9, 0xd9, 0x18, 0xb7, 0xce]], ['0-? 바로']],
  ['Korean, as Unicode has it', [[...NEW, 0x18, 0xc5, 0x48, 0x18, 0xb1, 0x55]], ['0-? 안녕']],
  ['Polish', [[...NEW, 0x18, 0x01, 0x42, 0xf3, 0x18, 0x01, 0x7c]], ['0-? łóż']],
  [
    'written over letter by letter: one cue',
    [[...NEW, ...codesOf('abcd')], [0x92, 0, 0], codesOf('u'), codesOf('v'), codesOf('w')],
    ['0-2 abcd', '2-? uvwd'],
  ],
  ['backspace', [[...NEW, ...codesOf('abc'), 0x08, 0x08, ...codesOf('d')]], ['0-? ad']],
  [
    'backspace before other text, which stays where it is',
    [[...NEW, ...codesOf('abcd'), 0x92, 0, 2, 0x08]],
    ['0-? a cd'],
  ],
  [
    'the pen stays where it is when a window is cleared',
    [
      [...NEW, ...codesOf('ab\rcd'), CLW, 1],
      [...codesOf('ef'), 0x92, 0, 0, ...codesOf('g')],
    ],
    ['1-? g/ef'],
  ],
  [
    'with a form feed, it begins at the first row',
    [[...NEW, ...codesOf('ab\rcd'), 0x0c, ...codesOf('ef')]],
    ['0-? ef'],
  ],
  ['another place in the window', [[...NEW, 0x92, 1, 3, ...codesOf('ab')]], ['0-? ab']],
  [
    'two windows, the more important first',
    [
      [
        ...defineWindow(0, { priority: 3 }),
        ...codesOf('ab'),
        ...defineWindow(1, { priority: 1 }),
        ...codesOf('cd'),
      ],
    ],
    ['0-? cd', '0-? ab'],
  ],
  [
    'back to a window',
    [[...defineWindow(0), ...defineWindow(1), 0x80, ...codesOf('ab'), 0x81, ...codesOf('cd')]],
    ['0-? ab', '0-? cd'],
  ],
  [
    'defined again, its text stays',
    [
      [...NEW, ...codesOf('ab')],
      [...NEW, ...codesOf('c')],
    ],
    ['0-? abc'],
  ],
  [
    'defined again while it is displayed: nothing changes',
    [
      [...HIDDEN, ...codesOf('ab')],
      [DSW, 1],
      [...HIDDEN, ...codesOf('c')],
    ],
    ['1-? abc'],
  ],
  ['defined as hidden', [[...NEW, ...codesOf('ab')], HIDDEN], ['0-1 ab']],
  [
    'with fewer rows: the uppermost are lost',
    [
      [...defineWindow(0, { rows: 3 }), ...codesOf('a\rb\rc')],
      defineWindow(0, { rows: 2 }),
      [0x0d, ...codesOf('d')],
    ],
    ['0-1 a/b/c', '1-2 b/c', '2-? c/d'],
  ],
  [
    'with fewer rows, none of which is lost',
    [
      [...defineWindow(0, { rows: 3 }), ...codesOf('a')],
      [...defineWindow(0, { rows: 2 }), ...codesOf('b')],
    ],
    ['0-? ab'],
  ],
  [
    'all windows deleted',
    [
      [...defineWindow(0), ...codesOf('ab'), ...defineWindow(1), ...codesOf('cd')],
      [DLW, 0xff],
    ],
    ['0-1 ab', '0-1 cd'],
  ],
  ['reset', [[...NEW, ...codesOf('ab')], [RST]], ['0-1 ab']],
  [
    'a delay holds up what comes behind it',
    [[...NEW, 0x8d, 3, ...codesOf('ab')], [], codesOf('c'), [], [], []],
    ['3-? abc'],
  ],
  ['a delay that is cancelled', [[...NEW, 0x8d, 50, ...codesOf('ab')], [0x8e]], ['1-? ab']],
  [
    'a delay is not cancelled by a parameter of that value',
    [[...NEW, 0x8d, 2, ...codesOf('ab')], [...defineWindow(0, { vertical: 14 }), ...codesOf('c')], []],
    ['2-? abc'],
  ],
  [
    'characters of all sets',
    [[...NEW, 0x7f, 0xe9, 0x10, 0x39, 0x10, 0x25, 0x10, 0xa0, 0x18, 0x26, 0x6a, 0x10, 0x40]],
    ['0-? ♪é™…[CC]♪_'],
  ],
  [
    'codes of other lengths are passed over',
    [
      [
        ...NEW,
        0x11,
        0x41,
        0x1b,
        0x41,
        0x41,
        0x10,
        0x09,
        0x41,
        0x10,
        0x8a,
        1,
        2,
        3,
        4,
        5,
        0x10,
        0x91,
        0x02,
        1,
        2,
        ...codesOf('ab'),
      ],
    ],
    ['0-? ab'],
  ],
  ['text before any window', [codesOf('ab')], []],
])('%s', (_, pictures, expected) => {
  expect(shown(decode(pictures))).toEqual(expected);
});

test('a code cut by the end of its block goes on in the next', () => {
  expect(shown(decode([NEW.slice(0, 3), [...NEW.slice(3), ...codesOf('ab')]]))).toEqual(['1-? ab']);
});

test('services are in the order of their numbers', () => {
  const captions = new InBandCaptions();
  const codes = [...NEW, ...codesOf('ab')];
  captions.add(picturesOf(packets708([10, 2, 63].map((service) => ({ service, codes })))));
  expect(captions.channels).toEqual(['708-2', '708-10', '708-63']);
});

describe('packets', () => {
  const codes = [...NEW, ...codesOf('ab')];

  test('spread over pictures', () => {
    const [packet = []] = packets708([{ service: 1, codes }]);
    const captions = new InBandCaptions();
    captions.add(
      picturesOf(
        packet.map((each) => [each]),
        0,
        RATE,
      ),
    );
    expect(shown(captions)).toEqual([`${packet.length - 1}-? ab`]);
  });

  test('one that is not whole is dropped, and the next is read', () => {
    const all = packets708([
      { service: 1, codes },
      { service: 1, codes },
    ]);
    const captions = new InBandCaptions();
    captions.add(picturesOf([all[0]?.slice(0, 2) ?? [], all[1] ?? []], 0, RATE));
    expect(shown(captions)).toEqual(['1-? ab']);
  });

  test('one that is missing does not change what the next means', () => {
    const all = packets708([
      { service: 1, codes: [...codes, ...NEW.slice(0, 3)] },
      { service: 1, codes: NEW.slice(3) },
      { service: 1, codes: [CLW, 1, ...codesOf('cd')] },
      { service: 1, codes: [0x8d, 1, ...NEW.slice(0, 3)] },
      { service: 1, codes: NEW.slice(3) },
      { service: 1, codes: [CLW, 1, ...codesOf('ef')] },
    ]);
    const captions = new InBandCaptions();
    captions.add(
      picturesOf(
        [all[0], [], all[2], all[3], [], all[5]].map((each) => each ?? []),
        0,
        RATE,
      ),
    );
    expect(shown(captions)).toEqual(['0-2 ab', '2-5 cd', '5-? ef']);
  });

  test('other services, and those with large numbers', () => {
    const captions = new InBandCaptions();
    captions.add(
      picturesOf(
        packets708([
          { service: 2, codes },
          { service: 33, codes },
        ]),
        0,
        RATE,
      ),
    );
    expect(captions.channels).toEqual(['708-2', '708-33']);
  });

  test('whatever comes, no error', () => {
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return state >> 8;
    };
    for (let run = 0; run < 300; run++) {
      const captions = new InBandCaptions();
      const pictures = Array.from({ length: 40 }, () =>
        Array.from({ length: 10 }, () =>
          triplet((random() & 3) as 0 | 1 | 2 | 3, [random() & 0xff, random() & 0xff]),
        ),
      );
      captions.add(picturesOf(pictures, 0, RATE));
      for (const channel of captions.channels) {
        for (const { text, start, end } of captions.cuesOf(channel))
          expect([end > start, text.length > 0]).toEqual([true, true]);
      }
    }
  });
});

describe('looks and places', () => {
  test('pens', () => {
    const cue = only(
      NEW,
      codesOf('a'),
      [0x90, 0x05, 0xc3],
      codesOf('b'),
      [0x91, 0x30, 0x83, 0],
      codesOf('c'),
    );
    expect(cue.runs.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(cue.runs[1]?.style).toMatchObject({
      isItalic: true,
      isUnderlined: true,
      fontFamily: ['monospace-sans-serif'],
    });
    expect(cue.runs[2]?.style).toMatchObject({
      color: { red: 255, green: 0, blue: 0, alpha: 1 },
      background: { blue: 255, alpha: 0.5 },
    });
  });

  test('a pen is switched back', () => {
    const cue = only(
      NEW,
      // Small, casual, with an edge, underlined and in italics; flashing red.
      [0x90, 0x04, 0xdd],
      [0x91, 0x70, 0x00, 0x00],
      codesOf('a'),
      [0x90, 0x05, 0x00],
      codesOf('b'),
      [0x91, 0x3f, 0x00, 0x00],
      codesOf('c'),
      [0x90, 0x04, 0xdd],
      codesOf('d'),
    );
    const WHITE = { red: 255, green: 255, blue: 255, alpha: 1 };
    const RED = { ...WHITE, green: 0, blue: 0 };
    const background = { red: 0, green: 0, blue: 0, alpha: 1 };
    const plain = { isItalic: false, isUnderlined: false };
    const changed = {
      isItalic: true,
      isUnderlined: true,
      fontFamily: ['casual'],
      fontSize: 0.05,
      outline: { color: background, thickness: 0.003, blur: 0 },
    };
    expect(cue.runs).toEqual([
      { text: 'a', style: { ...changed, color: RED, background, isFlashing: true } },
      { text: 'b', style: { ...plain, color: RED, background, isFlashing: true } },
      { text: 'c', style: { ...plain, color: WHITE, background } },
      { text: 'd', style: { ...changed, color: WHITE, background } },
    ]);
  });

  const BLACK = { red: 0, green: 0, blue: 0, alpha: 1 };
  const BLUE = { ...BLACK, blue: 255 };

  test('edges are black, or of their own colour', () => {
    const edge = [0x90, 5, 0x18];
    expect(only(NEW, edge, codesOf('a')).runs[0]?.style.outline?.color).toEqual(BLACK);
    const written = only(NEW, edge, [0x91, 0x3f, 0xc0, 0x03], codesOf('a'));
    expect(written.runs[0]?.style.outline?.color).toEqual(BLUE);
    const first = only(NEW, [0x91, 0x3f, 0xc0, 0x03], edge, codesOf('a'));
    expect(first.runs[0]?.style.outline?.color).toEqual(BLUE);
  });

  test.each<[name: string, pen: number, style: object]>([
    ['none', 0, {}],
    ['the first', 1, {}],
    ['monospace with serifs', 2, { fontFamily: ['monospace-serif'] }],
    [
      'with an edge',
      7,
      {
        fontFamily: ['proportional-sans-serif'],
        background: { ...BLACK, alpha: 0 },
        outline: { color: BLACK, thickness: 0.003, blur: 0 },
      },
    ],
  ])('a pen of a predefined style: %s', (_, pen, style) => {
    expect(only(defineWindow(0, { pen }), codesOf('a')).runs[0]?.style).toEqual(style);
  });

  test('a window defined again changes its pen, or keeps it', () => {
    const italic = [0x90, 5, 0x80];
    const again = (pen: number) =>
      only(NEW, italic, defineWindow(0, { pen, rows: 3 }), codesOf('a')).runs[0]?.style.isItalic;
    expect([again(0), again(1)]).toEqual([true, undefined]);
  });

  test('a window defined as before keeps the attributes that were set since', () => {
    expect(only(NEW, [0x97, 0x2a, 0, 0x02, 0], NEW, codesOf('a')).paragraph.align).toBe('center');
  });

  test.each<[name: string, definition: Parameters<typeof defineWindow>[1], region: object]>([
    [
      'in the middle at the bottom',
      { rows: 1, vertical: 100 },
      { displayAlign: 'after', bottom: 0.9, left: 0.5 - (16 * 0.8) / 42 },
    ],
    [
      'at the top left',
      { vertical: 0, horizontal: 0, point: 0 },
      { displayAlign: 'before', top: 0.1, left: 0.1 },
    ],
    ['around its middle', { vertical: 50, horizontal: 50, point: 4 }, { displayAlign: 'center' }],
    [
      'beyond the safe area: moved in',
      { vertical: 99, horizontal: 99, point: 0, rows: 4, columns: 42 },
      { left: 0.1, bottom: 0.9 },
    ],
    [
      'larger than the safe area',
      { vertical: 99, horizontal: 99, point: 0, rows: 16, columns: 64 },
      { left: 0.1, top: 0.1, bottom: 0.9, width: 0.8 },
    ],
  ])('%s', (_, definition, region) => {
    const cue = only(defineWindow(0, definition), codesOf('a'));
    const got = { ...cue.region, bottom: cue.region.top + cue.region.height };
    for (const [name, value] of Object.entries(region)) {
      const found = got[name as keyof typeof got];
      if (typeof value === 'number') expect(found, name).toBeCloseTo(value, 6);
      else expect(found, name).toBe(value);
    }
  });

  test('an anchor in units of the grid', () => {
    const { region } = only([0x98, 0x20, 74, 105, 0x71, 31, 0x11], [0x92, 1, 0], codesOf('a'));
    expect(region.top + region.height).toBeCloseTo(0.9, 6);
  });

  const ROW = 0.8 / 15;
  const COLUMN = 0.8 / 42;
  /** As those that are converted from CEA-608: the whole of the safe area, without a background. */
  const WHOLE = { rows: 15, vertical: 99, style: 2 };
  const LEFT = 0.5 - 16 * COLUMN;

  test.each<[name: string, definition: Parameters<typeof defineWindow>[1], row: number, edges: object]>([
    ['the top row, above the anchor', { ...WHOLE, point: 7 }, 0, { top: 0.1, bottom: 0.1 + ROW }],
    ['the bottom row, above the anchor', { ...WHOLE, point: 7 }, 14, { top: 0.1, bottom: 0.9 }],
    ['the bottom row, below the anchor', { ...WHOLE, point: 1 }, 14, { top: 0.9 - ROW, bottom: 0.9 }],
    [
      'a row in a window around its anchor',
      { ...WHOLE, point: 4, vertical: 50 },
      3,
      { top: 0.1 + 3 * ROW, bottom: 0.1 + 4 * ROW },
    ],
  ])('%s', (_, definition, row, edges) => {
    const { region } = only(defineWindow(0, definition), [0x92, row, 0], codesOf('a'));
    const got = { ...region, bottom: region.top + region.height };
    for (const [name, value] of Object.entries(edges))
      expect(got[name as keyof typeof got], name).toBeCloseTo(value, 6);
  });

  test.each<[name: string, lines: [column: number, text: string][], align: string, from: number]>([
    ['an indented line', [[4, 'abc']], 'left', LEFT + 4 * COLUMN],
    [
      'lines with one indent',
      [
        [4, 'abc'],
        [4, 'abcdef'],
      ],
      'left',
      LEFT + 4 * COLUMN,
    ],
    [
      'lines around the middle',
      [
        [12, 'abcdefgh'],
        [14, 'abcd'],
      ],
      'center',
      LEFT,
    ],
    [
      'lines with a common end',
      [
        [20, 'abcdefgh'],
        [24, 'abcd'],
      ],
      'right',
      0.1,
    ],
    [
      'lines with different indents',
      [
        [2, 'abc'],
        [5, 'abcdef'],
      ],
      'left',
      LEFT + 2 * COLUMN,
    ],
  ])('%s', (_, lines, align, from) => {
    const codes = lines.flatMap(([column, text], row) => [0x92, row, column, ...codesOf(text)]);
    const { paragraph, region } = only(defineWindow(0, WHOLE), codes);
    expect(paragraph.align).toBe(align);
    expect(region.left).toBeCloseTo(from, 6);
  });

  test('text in a window with a background: the background keeps its size', () => {
    const all = only(defineWindow(0, { rows: 3, style: 1 }), codesOf('a\r\ra'));
    expect(all.region.padding).toBeUndefined();
    const { region } = only(defineWindow(0, { rows: 3, style: 1 }), [0x92, 1, 4], codesOf('a'));
    expect(region).toMatchObject({ height: all.region.height, width: all.region.width });
    const [above, right, below, before] = region.padding ?? [];
    expect([above, right]).toEqual([0, 0]);
    expect(below).toBeCloseTo(ROW, 6);
    expect(before).toBeCloseTo(4 * COLUMN, 6);
  });

  test('windows fill, and align what is in them', () => {
    const cue = only(NEW, [0x97, 0x2a, 0, 0x02, 0], codesOf('a'));
    expect(cue).toMatchObject({ region: { background: { red: 170 } }, paragraph: { align: 'center' } });
    expect(only(defineWindow(0, { style: 3 }), codesOf('a')).paragraph.align).toBe('center');
  });
});

test('a service that says what a channel of CEA-608 says is not offered beside it', () => {
  const same = new InBandCaptions();
  const other = new InBandCaptions();
  const [own = [], end = []] = packets708([
    { service: 1, codes: [...NEW, ...codesOf('ab')] },
    { service: 1, codes: [DLW, 1] },
  ]);
  const script = (text: string) => pairs(`RDC! "${text}" EDM!`).map((pair) => triplet(0, pair));
  for (const [captions, text] of [
    [same, 'AB'],
    [other, 'CD'],
  ] as const) {
    const [mode, words, erase] = script(text);
    if (!mode || !words || !erase) throw new Error('three pairs expected');
    captions.add(picturesOf([[mode], [words, ...own], [], [erase, ...end]], 0, RATE));
  }
  expect([same.channels, other.channels]).toEqual([['CC1'], ['708-1', 'CC1']]);
  expect(same.cuesOf('708-1')).toHaveLength(1);
  expect(same.cuesOf('CC1')[0]?.start).toBe(seconds(0.1));
});
