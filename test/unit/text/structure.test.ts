import { describe, expect, test } from 'vitest';
import fc from '../../support/properties.ts';
import { read, ttml } from '../../support/text.ts';

const P = '<p begin="1s" end="2s">';

describe('namespaces', () => {
  const body = `<div>${P}x<br/><span tts:color="red">y</span></p></div>`;
  test.each([
    'http://www.w3.org/ns/ttml',
    'http://www.w3.org/2006/10/ttaf1',
    'http://www.w3.org/2006/04/ttaf1',
    'http://www.w3.org/NS/TTML',
  ])('%s', (base) => {
    const { cues, told, repairs } = read(ttml(body, { base }));
    expect(told).toEqual(['1-2 x/y']);
    expect(cues[0]?.runs.at(-1)?.style.color).toMatchObject({ red: 255 });
    expect(repairs).toEqual([]);
  });

  test.each<[name: string, text: string]>([
    ['none at all', `<tt><body>${body.replace('tts:', '')}</body></tt>`],
    ['prefixes that nothing binds', `<tt><body>${body}</body></tt>`],
    [
      'an unknown one',
      `<tt xmlns="urn:x" xmlns:tts="http://www.w3.org/ns/ttml#styling"><body>${body}</body></tt>`,
    ],
    [
      'a prefix on everything',
      `<tt:tt xmlns:tt="http://www.w3.org/ns/ttml" xmlns:s="http://www.w3.org/ns/ttml#styling"><tt:body><tt:div><tt:p begin="1s" end="2s">x<tt:br/><tt:span s:color="red">y</tt:span></tt:p></tt:div></tt:body></tt:tt>`,
    ],
    [
      'a trailing #, and the styles of an early draft',
      `<tt xmlns="http://www.w3.org/2006/04/ttaf1#" xmlns:tts="http://www.w3.org/2006/04/ttaf1#style#"><body>${body}</body></tt>`,
    ],
  ])('%s', (_, text) => {
    const { told, cues } = read(text);
    expect(told).toEqual(['1-2 x/y']);
    expect(cues[0]?.runs.at(-1)?.style.color).toMatchObject({ red: 255 });
  });
});

test.each<[name: string, body: string, expected: string[], repairs: string[]]>([
  ['a paragraph directly in the body', `${P}x</p>`, ['1-2 x'], []],
  ['text in a division', '<div begin="1s" end="2s">x <span>y</span></div>', ['1-2 x y'], ['structure']],
  [
    'a region that is not declared',
    '<div><p begin="1s" end="2s" region="x">x</p></div>',
    ['1-2 x'],
    ['unknown-region'],
  ],
  [
    'a style that is not declared',
    '<div style="default"><p begin="1s" end="2s">x</p></div>',
    ['1-2 x'],
    ['unknown-style'],
  ],
  [
    'elements of HTML',
    `<div>${P}a <b>b</b> <i>c</i> <font color="red">d</font> <u>e</u></p></div>`,
    ['1-2 a b c d e'],
    ['names', 'structure'],
  ],
  [
    'foreign elements in a paragraph',
    `<div>${P}a <x:y xmlns:x="urn:x">b</x:y></p></div>`,
    ['1-2 a b'],
    ['structure'],
  ],
  [
    'metadata in a paragraph',
    `<div>${P}<metadata><ttm:desc>no</ttm:desc></metadata>a<ttm:title>no</ttm:title></p></div>`,
    ['1-2 a'],
    [],
  ],
  ['CDATA', `<div>${P}<![CDATA[a < b & c]]></p></div>`, ['1-2 a < b & c'], []],
  [
    'entities of HTML',
    `<div>${P}a&nbsp;b&eacute;&hellip;&sung;&#9834;&#x266a;</p></div>`,
    ['1-2 a\u00a0bé…♪♪♪'],
    [],
  ],
  [
    'an & that begins nothing',
    `<div>${P}Q&A & R&D; &unknown;</p></div>`,
    ['1-2 Q&A & R&D; &unknown;'],
    ['unescaped'],
  ],
  [
    'a < that begins nothing',
    `<div>${P}1 < 2, I <3 you, x <y</p></div>`,
    ['1-2 1 < 2, I <3 you, x <y'],
    ['unescaped'],
  ],
  ['a cut document', `<div>${P}x</p><p begin="3s" end="4s">half`, ['1-2 x', '3-4 half'], []],
  ['a cut tag', `<div>${P}x</p><p begin="3s" en`, ['1-2 x'], ['truncated']],
  ['white space and indentation', `<div>${P}\n    a\n\t b  <br/>\n   c\n </p></div>`, ['1-2 a b/c'], []],
  [
    'white space that is kept',
    '<div><p begin="1s" end="2s" xml:space="preserve">a  b\nc</p></div>',
    ['1-2 a  b/c'],
    [],
  ],
  [
    'blanks around spans',
    `<div>${P} <span> a </span> <span> b</span> <br/> <span>c </span> </p></div>`,
    ['1-2 a b/c'],
    [],
  ],
  ['breaks at the ends, and an empty line', `<div>${P}<br/>a<br/><br/>b<br/></p></div>`, ['1-2 a//b'], []],
  ['breaks of HTML', `<div>${P}a<br>b</p></div>`, ['1-2 a/b'], ['tags']],
  ['paragraphs without an end', `<div>${P}a<p begin="3s" end="4s">b</p></div>`, ['1-2 a', '3-4 b'], ['tags']],
  ['attributes without quotes', '<div><p begin=1s end=2s>x</p></div>', ['1-2 x'], ['tags']],
  ['a quote that is not closed', '<div><p end="2s" begin="1s>x</p></div>', ['1-2 x'], ['tags']],
  ['names in another case', '<DIV><P Begin="1s" END="2s">x</P></DIV>', ['1-2 x'], ['names']],
  [
    'display none, visibility hidden, opacity 0',
    '<div><p begin="1s" end="2s" tts:display="none">a</p><p begin="1s" end="2s" tts:visibility="hidden">b</p><p begin="1s" end="2s" tts:opacity="0">c</p><p begin="1s" end="2s"><span tts:visibility="hidden">d</span>e</p></div>',
    ['1-2 e'],
    [],
  ],
  ['NULs', `<div>${P}a\0b</p></div>\0\0`, ['1-2 ab'], []],
  ['an empty paragraph', `<div>${P} <br/> </p></div>`, [], []],
  [
    'ruby: the base, then the reading',
    `<div>${P}<span tts:ruby="container"><span tts:ruby="base">漢</span><span tts:ruby="text">かん</span></span></p></div>`,
    ['1-2 漢かん'],
    [],
  ],
  [
    'ruby, indented',
    `<div><p begin="1s" end="2s" xml:space="preserve"><span tts:ruby="container">
      <span tts:ruby="baseContainer">
        <span tts:ruby="base">漢</span>
        <span tts:ruby="base">字</span>
      </span>
      <span tts:ruby="textContainer">
        <span tts:ruby="text">かん</span>
        <span tts:ruby="text">じ</span>
      </span>
    </span></p></div>`,
    ['1-2 漢字かんじ'],
    [],
  ],
])('%s', (_, body, expected, repairs) => {
  const text = ttml(body);
  // Cut where the body is, the rest is not there either.
  const isCut = /half$| en$/.test(body);
  const { told, repairs: mended } = read(isCut ? text.slice(0, text.indexOf('</body>')) : text);
  expect(told).toEqual(expected);
  expect(mended).toEqual(expect.arrayContaining(repairs));
  expect(mended.length > 0).toBe(repairs.length > 0 || isCut);
});

test.each<[name: string, text: string, expected: string[], repair?: string]>([
  ['nothing', '', []],
  ['no paragraph', ttml(''), []],
  ['an empty root', '<tt xmlns="http://www.w3.org/ns/ttml"/>', []],
  [
    'two documents',
    ttml(`<div>${P}a</p></div>`) + ttml('<div><p begin="3s" end="4s">b</p></div>'),
    ['1-2 a', '3-4 b'],
    'several-documents',
  ],
  [
    'two documents, the first of which is cut',
    `${ttml(`<div>${P}a</p>`).replace(/<\/div>.*|<\/body>.*/s, '')}${ttml('<div><p begin="3s" end="4s">b</p></div>')}`,
    ['1-2 a', '3-4 b'],
    'several-documents',
  ],
  ['a document type', `<!DOCTYPE tt [<!ENTITY a "b">]>${ttml(`<div>${P}&a;</p></div>`)}`, [], 'doctype'],
  ['an entity declaration within', ttml(`<!ENTITY a "b"><div>${P}a</p></div>`), [], 'doctype'],
  ['a web page', '<html><body><p>Sign in</p></body></html>', []],
  ['teletype of HTML in a paragraph', ttml(`<div>${P}<tt>a</tt></p></div>`), ['1-2 a'], 'structure'],
])('%s', (_, text, expected, repair) => {
  const { told, repairs } = read(text);
  expect(told).toEqual(expected);
  if (repair) expect(repairs).toContain(repair);
});

describe('states', () => {
  test('a change of colour is another cue, a change of nothing is not', () => {
    const set = '<set begin="1s" end="2s" tts:color="red"/>';
    const { cues, told } = read(ttml(`<div><p begin="0s" end="3s">${set}x</p></div>`));
    expect(told).toEqual(['0-1 x', '1-2 x', '2-3 x']);
    expect(cues[1]?.runs[0]?.style.color).toMatchObject({ red: 255 });
    const nothing = '<set begin="1s" end="2s" tts:backgroundImage="none"/>';
    expect(
      read(ttml(`<div><p begin="0s" end="3s">x<span begin="1s"> </span>${nothing}</p></div>`)).cues.length,
    ).toBeGreaterThan(0);
  });

  test('hidden text comes to light, of a span and of a region', () => {
    const body =
      '<div><p begin="0s" end="3s" tts:visibility="hidden"><set begin="1s" tts:visibility="visible"/>x</p></div>';
    expect(read(ttml(body)).told).toEqual(['1-3 x']);
    const head =
      '<layout><region xml:id="r" tts:display="none"><set begin="1s" end="2s" tts:display="auto"/></region></layout>';
    expect(read(ttml('<div><p region="r" begin="0s" end="3s">x</p></div>', { head })).told).toEqual([
      '1-2 x',
    ]);
  });
});

describe('limits', () => {
  const repeat = (what: (at: number) => string, count: number) =>
    Array.from({ length: count }, (_, at) => what(at)).join('');

  test('5,000 cues', () => {
    const { cues, repairs } = read(
      ttml(`<div>${repeat((at) => `<p begin="${at}s" end="${at + 1}s">x</p>`, 5100)}</div>`),
    );
    expect(cues).toHaveLength(5000);
    expect(repairs).toContain('cut-off');
  });

  test('256 regions: what is beyond them is shown in the default one', () => {
    const head = `<layout>${repeat((at) => `<region xml:id="r${at}" tts:origin="0% 0%" tts:extent="10% 10%"/>`, 300)}</layout>`;
    const { cues, repairs } = read(ttml('<div><p region="r299" begin="0s" end="1s">x</p></div>', { head }));
    expect(cues[0]?.region).toMatchObject({ id: undefined, displayAlign: 'after' });
    expect(repairs).toContain('cut-off');
  });

  test('64 KiB of text a cue', () => {
    const { cues, repairs } = read(ttml(`<div>${P}${'x'.repeat(100_000)}</p></div>`));
    expect(cues[0]?.text).toHaveLength(65_536);
    expect(repairs).toContain('cut-off');
  });

  test('64 elements inside each other: what is deeper keeps its text', () => {
    const { told, repairs } = read(
      ttml(`<div>${P}${'<span>'.repeat(5000)}deep${'</span>'.repeat(5000)} end</p></div>`),
    );
    expect(told).toEqual(['1-2 deep end']);
    expect(repairs).toContain('cut-off');
  });

  test('circles and ladders of styles', () => {
    const ladder = repeat(
      (at) =>
        `<style xml:id="s${at}" style="${Array.from({ length: 20 }, (_, to) => `s${at + 1 + to}`).join(' ')}" tts:color="red"/>`,
      300,
    );
    const head = `<styling><style xml:id="a" style="b" tts:color="lime"/><style xml:id="b" style="a"/>${ladder}</styling>`;
    const { cues } = read(ttml('<div><p style="b s0" begin="1s" end="2s">x</p></div>', { head }));
    expect(cues[0]?.runs[0]?.style.color).toMatchObject({ red: 255, green: 0 });
  });

  // Each of these takes hours if anything in the reader is quadratic.
  test.each<[name: string, body: string]>([
    [
      'thousands of spans, each with a time of its own',
      `<div>${P}${repeat((at) => `<span begin="${at}ms" end="${at + 9}ms">x</span>`, 20_000)}</p></div>`,
    ],
    ['thousands of tags that are not closed', `<div>${P}${'<a>'.repeat(200_000)}</p></div>`],
    ['ends that close nothing', `<div>${P}${'<a>'.repeat(100_000)}${'</b>'.repeat(150_000)}</p></div>`],
    ['thousands of <', `<div>${P}${'<'.repeat(500_000)}</p></div>`],
    ['thousands of "<a ', `<div>${P}${'<a b="'.repeat(150_000)}</p></div>`],
    ['thousands of &', `<div>${P}${'&'.repeat(500_000)}</p></div>`],
    ['thousands of comments that begin', `<div>${P}${'<!-'.repeat(300_000)}</p></div>`],
    ['thousands of line breaks', `<div>${P}${'<br/>'.repeat(150_000)}x</p></div>`],
    [
      'thousands of line breaks that are kept',
      `<div><p begin="1s" end="2s" xml:space="preserve">${'\n'.repeat(500_000)}x</p></div>`,
    ],
    [
      'thousands of attributes',
      `<div><p ${repeat((at) => `a${at}="x" `, 50_000)} begin="1s" end="2s">x</p></div>`,
    ],
    [
      'thousands of namespaces',
      `<div>${repeat((at) => `<p xmlns:a${at}="urn:a" a${at}:b="" begin="1s" end="2s">x</p>`, 10_000)}</div>`,
    ],
    [
      'long values of styles',
      `<div><p begin="1s" end="2s" tts:textShadow="${','.repeat(300_000)}" tts:fontFamily="${',"'.repeat(100_000)}" tts:color="${'('.repeat(100_000)}" tts:padding="${' '.repeat(100_000)}x">x</p></div>`,
    ],
    [
      'thousands of sets',
      `<div>${P}${repeat((at) => `<set begin="${at}ms" tts:color="red"/>`, 20_000)}x</p></div>`,
    ],
  ])(
    '%s take no more time than any',
    (_, body) => {
      expect(read(ttml(body)).cues.length).toBeGreaterThanOrEqual(0);
    },
    20_000,
  );

  test('whatever stands there, it is read without an error, and twice to the same effect', () => {
    const pieces = fc.constantFrom(
      '<p begin="1s" end="2s">',
      '</p>',
      '<div>',
      '</div>',
      '<span tts:color="red">',
      '</span>',
      '<br/>',
      '<br>',
      'text',
      '&amp;',
      '&',
      '<',
      '>',
      '"',
      '=',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?xml version="1.0"?>',
      '<?',
      '?>',
      '<tt xmlns="http://www.w3.org/ns/ttml">',
      '</tt>',
      '<region xml:id="a">',
      '<set begin="1s" ',
      '/>',
      ' style="a b"',
      '\0',
      '\ud800',
      ' xml:space="preserve"',
      '<metadata>',
      '</metadata>',
      '<b>',
      '</b>',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const text = ttml(parts.join(''));
        expect(read(text).told).toEqual(read(text).told);
        for (const { begin, end, text: shown, runs } of read(text).cues) {
          expect(end === undefined || end > begin).toBe(true);
          expect(runs.map((run) => run.text).join('')).toBe(shown);
        }
      }),
      { numRuns: 400 },
    );
  });
});
