import { describe, expect, test } from 'vitest';
import { formatColour, parseColour } from '../../../src/text/colour.ts';
import { DEFAULT_REGION } from '../../../src/text/cue.ts';
import { read, told, ttml } from '../../support/text.ts';

/** The only cue of a document with one paragraph. */
function only(p: string, head = '', attributes = '', context = {}) {
  const [cue, second] = read(ttml(`<div>${p}</div>`, { head, attributes }), context).cues;
  if (!cue || second) throw new Error('one cue expected');
  return cue;
}
const styled = (attributes: string, head = '') =>
  only(`<p begin="1s" end="2s" ${attributes}>x</p>`, head).runs[0]?.style;
const paragraph = (attributes: string) => only(`<p begin="1s" end="2s" ${attributes}>x</p>`).paragraph;
const regionOf = (attributes: string, parameters = '', context = {}) =>
  only(
    '<p begin="1s" end="2s" region="r">x</p>',
    `<layout><region xml:id="r" ${attributes}/></layout>`,
    parameters,
    context,
  ).region;

test.each<[text: string, colour: string | undefined]>([
  ['red', '#ff0000'],
  [' Lime ', '#00ff00'],
  ['transparent', '#00000000'],
  ['#FFee00', '#ffee00'],
  ['#ffee0080', '#ffee0080'],
  ['#fe0', '#ffee00'],
  ['rgb(1,2,3)', '#010203'],
  ['rgba( 1, 2 ,3, 128 )', '#01020380'],
  ['rgba(1,2,3,999)', '#010203'],
  ['red;background:url(http://127.0.0.1/)', undefined],
  ['url(x)', undefined],
  ['constructor', undefined],
  ['', undefined],
  ['#ggg', undefined],
])('colour %s', (text, colour) => {
  const parsed = parseColour(text);
  expect(parsed && formatColour(parsed)).toBe(colour);
});

describe('characters', () => {
  test.each<[attributes: string, expected: object]>([
    ['tts:color="red"', { color: { red: 255, green: 0, blue: 0, alpha: 1 } }],
    ['tts:fontStyle="italic" tts:fontWeight="bold"', { isItalic: true, isBold: true }],
    ['tts:textDecoration="underline lineThrough"', { isUnderlined: true, isStruckThrough: true }],
    ['tts:fontSize="2c"', { fontSize: 2 / 15 }],
    ['tts:fontSize="150%"', { fontSize: 1.5 / 15 }],
    ['tts:fontSize="72px"', { fontSize: 0.1 }],
    ['tts:fontSize="10rh"', { fontSize: 0.1 }],
    ['tts:fontSize="1c 2c"', { fontSize: 2 / 15, fontStretch: 0.5 }],
    ['tts:fontSize="5px"', { fontSize: 0.035 }],
    [
      'tts:fontFamily="Arial, \'Times New Roman\', monospaceSerif"',
      { fontFamily: ['Arial', 'Times New Roman', 'monospace-serif'] },
    ],
    ['tts:fontFamily="x,url(http://127.0.0.1:9/y)"', { fontFamily: ['x'] }],
    ['tts:opacity="0.5"', { opacity: 0.5 }],
    [
      'tts:textOutline="black 7.2px 36px"',
      { outline: { color: { red: 0, green: 0, blue: 0, alpha: 1 }, thickness: 0.01, blur: 0.05 } },
    ],
    [
      'tts:textShadow="7.2px 7.2px red, 1px 1px"',
      { shadow: { color: { red: 255, green: 0, blue: 0, alpha: 1 }, x: 0.01, y: 0.01, blur: 0 } },
    ],
    ['tts:textEmphasis="filled circle"', { emphasis: 'circle' }],
    ['tts:textCombine="all"', { isCombined: true }],
    ['tts:shear="16.67%"', { isItalic: true }],
    ['tts:unicodeBidi="bidiOverride" tts:direction="rtl"', { direction: 'rtl', isBidiOverridden: true }],
  ])('%s', (attributes, expected) => {
    expect(styled(attributes)).toMatchObject(expected);
  });

  test('what is not said is not there', () => {
    expect(styled('')).toEqual({ fontSize: 1 / 15 });
  });

  test('a background belongs to the paragraph, or to the characters of a span and of those in it', () => {
    const cue = only(
      '<p begin="1s" end="2s" tts:backgroundColor="blue">a<span tts:backgroundColor="red">b<span tts:color="lime">c</span></span></p>',
    );
    expect(cue.paragraph.background).toMatchObject({ blue: 255 });
    expect(cue.runs.map(({ text, style }) => [text, style.background?.red])).toEqual([
      ['a', undefined],
      ['b', 255],
      ['c', 255],
    ]);
  });

  test('the opacity of a paragraph applies to its background too', () => {
    const { paragraph } = only(
      '<p begin="1s" end="2s" tts:opacity="0.5" tts:backgroundColor="#0000ff80">x</p>',
    );
    expect(paragraph.background?.alpha).toBeCloseTo(64 / 255, 9);
  });

  test('styles and regions without a head around them', () => {
    const head =
      '<styling><style xml:id="a" tts:color="red"/></styling><layout><region xml:id="r" tts:origin="0% 0%"/></layout>';
    const text = ttml('<div><p begin="1s" end="2s" region="r" style="a">x</p></div>', { head });
    const { cues, repairs } = read(text.replace(/<\/?head>/g, ''));
    expect(cues).toMatchObject([{ region: { left: 0 }, runs: [{ style: { color: { red: 255 } } }] }]);
    expect(repairs).toEqual([]);
  });

  test('styles: own before referred, later before earlier, chains, and what regions hand down', () => {
    const head =
      '<styling><style xml:id="a" tts:color="red" tts:fontStyle="italic"/><style xml:id="b" style="a" tts:color="lime"/><style xml:id="c" tts:fontWeight="bold"/></styling>' +
      '<layout><region xml:id="r"><style tts:textDecoration="underline"/><style tts:fontStyle="normal"/></region></layout>';
    expect(styled('style="b c"', head)).toMatchObject({
      color: { green: 255 },
      isItalic: true,
      isBold: true,
    });
    expect(styled('style="c b" tts:color="white"', head)).toMatchObject({ color: { red: 255, green: 255 } });
    expect(styled('region="r"', head)).toMatchObject({ isUnderlined: true });
  });

  test('directions of spans: overridden, embedded in them, and inherited', () => {
    const span = (attributes: string, content: string) =>
      `<span tts:unicodeBidi=${attributes}>${content}</span>`;
    const { runs } = only(
      `<p begin="1s" end="2s" tts:direction="rtl">a${span('"bidiOverride"', `b${span('"embed" tts:direction="ltr"', 'c')}<span tts:color="red">d</span>`)}${span('"normal" tts:direction="ltr"', 'e')}</p>`,
    );
    expect(runs.map(({ text, style }) => [text, style.direction, style.isBidiOverridden])).toEqual([
      ['a', undefined, undefined],
      ['b', 'rtl', true],
      ['c', 'ltr', undefined],
      ['d', 'rtl', true],
      ['e', undefined, undefined],
    ]);
  });

  test('initial values of the document', () => {
    const head = '<styling><initial tts:color="yellow"/></styling>';
    expect(styled('', head)).toMatchObject({ color: { red: 255, green: 255, blue: 0 } });
  });
});

describe('paragraphs', () => {
  test.each<[attributes: string, expected: object]>([
    ['', { align: 'center', direction: 'ltr' }],
    ['tts:textAlign="right"', { align: 'right' }],
    ['tts:textalign="end"', { align: 'end' }],
    ['tts:direction="rtl"', { direction: 'rtl' }],
    ['tts:lineHeight="150%"', { lineHeight: 0.1 }],
    ['tts:wrapOption="noWrap"', { isUnwrapped: true }],
    [
      'xmlns:e="urn:ebu:tt:style" e:linePadding="0.5c" e:multiRowAlign="center"',
      { linePadding: 1 / 64, rowAlign: 'center' },
    ],
    [
      'xmlns:i="http://www.w3.org/ns/ttml/profile/imsc1#styling" i:fillLineGap="true"',
      { fillsLineGap: true },
    ],
  ])('%s', (attributes, expected) => {
    expect(paragraph(attributes)).toMatchObject(expected);
  });

  test('in a region of its own, text begins at its edge', () => {
    const head = '<layout><region xml:id="r" tts:origin="0% 0%" tts:extent="50% 50%"/></layout>';
    expect(only('<p begin="1s" end="2s" region="r">x</p>', head).paragraph.align).toBe('start');
  });
});

describe('regions', () => {
  test.each<[name: string, attributes: string, expected: object, parameters?: string]>([
    [
      'per cent',
      'tts:origin="10% 80%" tts:extent="80% 10%"',
      { left: 0.1, top: 0.8, width: 0.8, height: 0.1, displayAlign: 'before' },
    ],
    [
      'pixels of the root',
      'tts:origin="64px 36px" tts:extent="320px 180px"',
      { left: 0.1, top: 0.1, width: 0.5, height: 0.5 },
      'tts:extent="640px 360px"',
    ],
    [
      'pixels of the picture',
      'tts:origin="128px 72px" tts:extent="640px 360px"',
      { left: 0.1, top: 0.1, width: 0.5, height: 0.5 },
    ],
    [
      'cells',
      'tts:origin="4c 3c" tts:extent="20c 6c"',
      { left: 0.1, top: 0.1, width: 0.5, height: 0.2 },
      'ttp:cellResolution="40 30"',
    ],
    ['no place: the default one', '', { ...DEFAULT_REGION, id: 'r' }],
    [
      'both 0: the default one',
      'tts:origin="0px 0px" tts:extent="0px 0px"',
      { left: 0, top: 0, width: 1, height: 1 },
    ],
    ['an extent of nothing', 'tts:extent="0% 0%"', { ...DEFAULT_REGION, id: 'r' }],
    ['auto', 'tts:origin="auto" tts:extent="auto"', { ...DEFAULT_REGION, id: 'r' }],
    [
      'an extent alone: in the corner',
      'tts:extent="50% 20%"',
      { left: 0, top: 0, width: 0.5, height: 0.2, displayAlign: 'before' },
    ],
    [
      'many decimals',
      'tts:origin="12.500000000000002% 79.16666666666667%" tts:extent="75.00000000000001% 16.666666666666668%"',
      { left: 0.125, top: 0.79166666666667, width: 0.75, height: 0.16666666666667 },
    ],
    ['a point without decimals', 'tts:origin="10.% 20.%" tts:extent="50% 50%"', { left: 0.1, top: 0.2 }],
    [
      'multiples of the font size',
      'tts:fontSize="5%" tts:origin="0% 0%" tts:extent="64em 90em" tts:padding="3em"',
      { width: 0.12, height: 0.3, padding: [0.01, 0.005625, 0.01, 0.005625] },
      'ttp:cellResolution="32 15"',
    ],
    ['an origin alone', 'tts:origin="20% 60%"', { left: 0.2, top: 0.6, width: 0.8, height: 0.4 }],
    [
      'beyond the picture: moved in',
      'tts:origin="90% 95%" tts:extent="40% 20%"',
      { left: 0.6, top: 0.8, width: 0.4, height: 0.2 },
    ],
    [
      'larger than the picture',
      'tts:origin="-10% -10%" tts:extent="300% 300%"',
      { left: 0, top: 0, width: 1, height: 1 },
    ],
    ['a position', 'tts:position="center" tts:extent="40% 20%"', { left: 0.3, top: 0.4 }],
    [
      'a position from edges',
      'tts:position="right 10% bottom 50%" tts:extent="60% 80%"',
      { left: 0.36, top: 0.1 },
    ],
    [
      'a position, which overrides an origin',
      'tts:origin="10% 10%" tts:position="center bottom" tts:extent="40% 20%"',
      { left: 0.3, top: 0.8 },
    ],
    ['a position in per cent', 'tts:position="50% 100%" tts:extent="40% 20%"', { left: 0.3, top: 0.8 }],
    [
      'padding',
      'tts:origin="0% 0%" tts:extent="50% 50%" tts:padding="10% 20%"',
      { padding: [0.05, 0.1, 0.05, 0.1] },
    ],
    ['direction of writing', 'tts:writingMode="tbrl"', { writingMode: 'vertical-rl' }],
    [
      'background, and when it shows',
      'tts:backgroundColor="#00000080" tts:showBackground="whenActive"',
      { background: { red: 0, green: 0, blue: 0, alpha: 128 / 255 } },
    ],
    ['background that always shows', 'tts:backgroundColor="black"', { showsAlways: true }],
    ['order and overflow', 'tts:zIndex="3" tts:overflow="hidden"', { zIndex: 3, clips: true }],
    ['through a style', 'style="s"', { displayAlign: 'center' }],
  ])('%s', (_, attributes, expected, parameters = '') => {
    const head = `<styling><style xml:id="s" tts:displayAlign="center"/></styling><layout><region xml:id="r" ${attributes}/></layout>`;
    const { region } = only('<p begin="1s" end="2s" region="r">x</p>', head, parameters);
    for (const [name, value] of Object.entries(expected)) {
      const got = region[name as keyof typeof region];
      if (typeof value === 'number') expect(got, name).toBeCloseTo(value, 9);
      else expect(got, name).toEqual(value);
    }
  });

  test('a region that changes over time', () => {
    const head =
      '<layout><region xml:id="r" tts:origin="0% 0%" tts:extent="50% 50%" tts:opacity="0">' +
      '<set begin="2s" end="6s" tts:opacity="0.5"/><set begin="4s" end="6s" tts:origin="50% 40%" tts:displayAlign="center"/></region></layout>';
    const { cues } = read(ttml('<div><p begin="1s" end="9s" region="r">x</p></div>', { head }));
    expect(told(cues)).toEqual(['2-4 x', '4-6 x']);
    expect(
      cues.map(({ region: { left, top, displayAlign, opacity } }) => [left, top, displayAlign, opacity]),
    ).toEqual([
      [0, 0, 'before', 0.5],
      [0.5, 0.4, 'center', 0.5],
    ]);
  });

  test('pixels count the playing picture, where somebody knows it', () => {
    const region = regionOf('tts:origin="72px 72px" tts:extent="360px 360px"', '', {
      picture: { width: 720, height: 720 },
    });
    expect(region).toMatchObject({ left: 0.1, top: 0.1, width: 0.5, height: 0.5 });
  });

  test('a paragraph with a place of its own', () => {
    const { region } = only('<p begin="1s" end="2s" tts:origin="10% 20%" tts:extent="30% 40%">x</p>');
    expect(region).toMatchObject({ left: 0.1, top: 0.2, width: 0.3, height: 0.4 });
  });

  test('forced text, by region and by itself', () => {
    const itts = 'xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling"';
    const head = '<layout><region xml:id="r" itts:forcedDisplay="true"/></layout>';
    expect(only('<p begin="1s" end="2s" region="r">x</p>', head, itts).isForced).toBe(true);
    expect(
      only('<p begin="1s" end="2s"><span itts:forcedDisplay="true">x</span></p>', '', itts).isForced,
    ).toBe(true);
    expect(only('<p begin="1s" end="2s">x</p>', '', itts).isForced).toBe(false);
  });
});

describe('images', () => {
  /** A PNG of one pixel. */
  const PNG =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const SMPTE = 'xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt"';
  const declared = (base64: string, type = 'imageType="PNG"') =>
    `<metadata><smpte:image xml:id="i" ${type} encoding="Base64">\n${base64}\n</smpte:image></metadata>`;
  const shown = '<div begin="1s" end="2s" smpte:backgroundImage="#i" region="r"/>';
  const images = (body: string, context = {}, head = '') => {
    const { cues, repairs } = read(ttml(body, { head, attributes: SMPTE }), context);
    return {
      told: cues.map(({ image, text }) => `${image?.width}x${image?.height} ${image?.alt ?? ''}${text}`),
      repairs,
    };
  };

  test.each<[name: string, body: string, head?: string]>([
    ['of the document, on a division', shown, declared(PNG)],
    ['declared behind where it is shown', `${shown}<div>${declared(PNG)}</div>`],
    ['in another case', shown, declared(PNG, 'imagetype="png"')],
    ['on a paragraph', '<div><p begin="1s" end="2s" smpte:backgroundimage="#i"/></div>', declared(PNG)],
    ['in a data URL', `<div begin="1s" end="2s" smpte:backgroundImage="data:image/png;base64,${PNG}"/>`],
    [
      'of IMSC 1.1',
      `<div begin="1s" end="2s"><image src="data:image/png;base64,${PNG}" type="image/png"/></div>`,
    ],
  ])('%s', (_, body, head = '') => {
    expect(images(body, {}, head)).toEqual({
      told: ['1x1 '],
      repairs: expect.not.arrayContaining(['image-invalid']),
    });
  });

  test('of a division without times, while its paragraphs are there', () => {
    const body =
      '<div smpte:backgroundImage="#i" region="r"><p begin="1s" end="2s"/><p begin="4s" end="5s" region="s"/></div>';
    const head = `${declared(PNG)}<layout><region xml:id="r" tts:origin="0% 0%"/><region xml:id="s" tts:origin="5% 5%"/></layout>`;
    const { cues } = read(ttml(body, { head, attributes: SMPTE }));
    expect(told(cues)).toEqual(['1-2 ', '4-5 ']);
    expect(cues).toMatchObject([
      { image: { width: 1 }, region: { id: 'r' } },
      { image: { width: 1 }, region: { id: 's' } },
    ]);
  });

  test('with a text for those who don\u2019t see it', () => {
    const body =
      '<div begin="1s" end="2s" smpte:backgroundImage="#i"><metadata><ttm:desc>A sign: exit</ttm:desc></metadata></div>';
    expect(images(body, {}, declared(PNG)).told).toEqual(['1x1 A sign: exit']);
  });

  test('of a subsample', () => {
    const subsamples = [new Uint8Array(), new Uint8Array(Buffer.from(PNG, 'base64'))];
    const body = '<div begin="1s" end="2s" smpte:backgroundImage="urn:mpeg:14496-30:subs:1"/>';
    expect(images(body, { subsamples }).told).toEqual(['1x1 ']);
  });

  test.each<[name: string, reference: string, repair: string]>([
    ['elsewhere', 'http://127.0.0.1:9/a.png', 'external-resource'],
    ['in another format', `data:image/svg+xml;base64,${PNG}`, 'external-resource'],
    ['that are not there', '#j', 'external-resource'],
    ['that are no PNG', 'data:image/png;base64,AAAA', 'image-invalid'],
  ])('%s: left out, and nothing is fetched', (_, reference, repair) => {
    expect(images(`<div begin="1s" end="2s" smpte:backgroundImage="${reference}"/>`)).toEqual({
      told: [],
      repairs: [repair],
    });
  });

  test('larger than any picture', () => {
    const bytes = Buffer.from(PNG, 'base64');
    bytes.writeUInt32BE(5000, 16);
    const { told, repairs } = images(shown, {}, declared(bytes.toString('base64')));
    expect(told).toEqual([]);
    expect(repairs).toContain('image-invalid');
  });

  test('no more than 64 of them', () => {
    const many = Array.from(
      { length: 70 },
      (_, at) => `<smpte:image xml:id="i${at}" imageType="PNG" encoding="Base64">${PNG}</smpte:image>`,
    ).join('');
    const body = Array.from(
      { length: 70 },
      (_, at) => `<div begin="${at}s" end="${at + 1}s" smpte:backgroundImage="#i${at}"/>`,
    ).join('');
    const { told, repairs } = images(body, {}, `<metadata>${many}</metadata>`);
    expect(told).toHaveLength(64);
    expect(repairs).toContain('cut-off');
  });
});
