import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CaptionScreen, Cta608Parser } from '@svta/cml-608';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import type { CaptionPicture } from '../../../src/text/captions/caption-pictures.ts';
import { InBandCaptions } from '../../../src/text/captions/in-band.ts';
import { PAIR_RATE, pairs, pictures608, picturesOf, triplet } from '../../support/captions.ts';
import fc from '../../support/properties.ts';

const shown = (captions: InBandCaptions, channel = 'CC1') =>
  captions.cuesOf(channel).map(({ start, end, text }) => {
    const frame = (time: number) => (Number.isFinite(time) ? Math.round(time * PAIR_RATE) : '?');
    return `${frame(start)}-${frame(end)} ${text.replaceAll('\n', '/')}`;
  });

function decode(script: string, how: Parameters<typeof pictures608>[1] = {}) {
  const captions = new InBandCaptions();
  captions.add(pictures608(script, how));
  return captions;
}
const only = (script: string) => {
  const [cue] = decode(script).cuesOf('CC1');
  if (!cue) throw new Error('a cue expected');
  return cue;
};

/** Times are in frames: pairs come one a frame. */
test.each<[name: string, script: string, expected: string[]]>([
  ['pop-on: from EOC to EDM', 'RCL ENM 1470 "abcd" EOC "" ~ ~ EDM', ['8-12 abcd']],
  ['pop-on: up to the next', 'RCL! 1470! "ab" EOC! RCL! ENM! 1470! "cd" EOC!', ['3-8 ab', '8-? cd']],
  ['pop-on: on screen now, although nobody knows until when', 'RCL! 1470! "ab" EOC!', ['3-? ab']],
  ['codes that come once', 'RCL! ENM! 1470! "ab" EOC! ~ EDM!', ['4-6 ab']],
  ['a code three times counts twice', 'RCL! 1470! "abc" BS BS! EOC!', ['7-? a']],
  ['a code again behind an empty pair is the same', 'RCL! 1470! "abcd" BS! ~ BS! EOC!', ['7-? abc']],
  ['a code again behind text is another', 'RCL! 1470! "ab" 1137! "cd" 1137! EOC!', ['6-? ab♪cd♪']],
  ['paint-on: from the first character', 'RDC! 1470! "ab" "cd" ~ EDM!', ['2-5 abcd']],
  [
    'roll-up: each row begins with CR',
    'RU2! CR! 1470! "ab" "cd" CR! 1470! "ef" CR! 1470! "gh"',
    ['3-5 abcd', '5-8 abcd/ef', '8-? ef/gh'],
  ],
  [
    'roll-up of three rows',
    'RU3! CR! "a" CR! "b" CR! "c" CR! "d"',
    ['2-3 a', '3-5 a/b', '5-7 a/b/c', '7-? b/c/d'],
  ],
  [
    'roll-up from the uppermost row: all rows are on screen',
    'RU3! 1140! CR! "aa" 1140! CR! "bb" 1140! CR! "cc"',
    ['3-5 aa', '5-8 aa/bb', '8-? aa/bb/cc'],
  ],
  [
    'roll-up with more rows than there are above it',
    'RU2! 1160! CR! "aa" CR! "bb" RU4! CR! "cc" CR! "dd"',
    ['3-4 aa', '4-7 aa/bb', '7-9 aa/bb/cc', '9-? aa/bb/cc/dd'],
  ],
  ['roll-up: EDM erases, and it goes on', 'RU2! CR! "ab" EDM! "cd"', ['2-3 ab', '4-? cd']],
  [
    'from roll-up to pop-on, and back: nothing stays',
    'RU2! CR! "ab" RCL! 1470! "cd" EOC! RU2! "ef"',
    ['2-6 ab', '6-7 cd', '8-? ef'],
  ],
  ['text mode is no caption', 'TR! "ab" RTD! "cd" RDC! "ef"', ['5-? ef']],
  [
    'roll-up goes on behind a text service where it was',
    'RU2! CR! 1454! "ab" TR! 1140! "xx" BS! CR! FON! "yy" RU2! "cd"',
    ['3-? abcd'],
  ],
  ['paint-on, too', 'RDC! 1470! "ab" RTD! 1140! 112e! "xx" RDC! "cd"', ['2-? abcd']],
  ['pop-on, too', 'RCL! 1470! "ab" RTD! 1140! TO1! "xx" RCL! "cd" EOC!', ['9-? abcd']],
  [
    'captions are shown and erased during a text service',
    'RCL! 1470! "ab" TR! "xx" EOC! TR! EDM!',
    ['5-7 ab'],
  ],
  ['nothing before a mode is known', '"ab" 1470! "cd" EOC! RDC! "ef"', ['5-? ef']],
  ['erased without any code for 16 seconds', `RDC! "ab" ${'~ '.repeat(600)}`, ['1-481 ab']],
  [
    'backspace, and delete to the end of the row',
    'RCL! 1470! "abcdef" BS BS! 1470! TO2! DER! EOC!',
    ['11-? ab'],
  ],
  [
    'special and extended characters, the latter in place of one',
    'RCL! 1470! "n" 1137 "u" 1221 "  E" 1232 EOC!',
    ['12-? n♪É  Ç'],
  ],
  ['both apostrophes', `RCL! 1470! "' " 1229! EOC!`, ["4-? ’'"]],
  [
    'backspace in the last column: the last two are erased',
    `RCL! 1470! "${'x'.repeat(31)}n" BS! EOC!`,
    [`19-? ${'x'.repeat(30)}`],
  ],
  [
    'an extended character in the last column: in place of that one',
    `RCL! 1470! "${'x'.repeat(31)}n" 1232! EOC!`,
    [`19-? ${'x'.repeat(31)}Ç`],
  ],
  ['parity that is wrong: a block, or no code', 'RCL! 1470! "ab" EOC!', ['3-? ab']],
  ['mid-row codes are a blank', 'RCL! 1470! "ab" 112e! "cd" EOC!', ['5-? ab cd']],
  ['background attributes take a blank', 'RCL! 1470! "ab " 1022! "cd" EOC!', ['6-? ab cd']],
  [
    'more characters than a row has: the last is written over',
    `RCL! 1470! "${'x'.repeat(32)}yz" EOC!`,
    [`19-? ${'x'.repeat(31)}z`],
  ],
  ['an empty row between two rows', 'RCL! 1450! "ab" 1470! "cd" EOC!', ['5-? ab/cd']],
  [
    'paint-on over another row: two cues',
    'RDC! 1470! "abcdef" ~ 1470! "uvwxyz"',
    ['2-7 abcdef', '7-? uvwxyz'],
  ],
  [
    'paint-on after DER: two cues',
    'RDC! 1470! "abcd" 1450! "xy" 1470! DER! "zz"',
    ['2-7 xy/abcd', '7-? xy/zz'],
  ],
  ['paint-on beside other text: one cue', 'RDC! 1470! "abcd" 1450! "xy"', ['2-? xy/abcd']],
  ['rows far apart are two cues', 'RCL! 1150! "ab" 1470! "cd" EOC!', ['5-? ab', '5-? cd']],
])('%s', (_, script, expected) => {
  expect(shown(decode(script))).toEqual(expected);
});

test('bad parity', () => {
  const captions = new InBandCaptions();
  const script = pairs('RCL! 1470! "abc" EOC!');
  const broken = script.map(([first, second], at): [number, number] =>
    at === 2 ? [first ^ 0x80, second] : at === 1 ? [first, second] : [first, second],
  );
  // A code of which half is broken is none.
  broken.splice(3, 0, [0x94 ^ 0x80, 0x2c]);
  captions.add(picturesOf(broken.map((pair) => [triplet(0, pair)])));
  expect(captions.cuesOf('CC1').map(({ text }) => text)).toEqual(['█bc']);
});

describe('channels', () => {
  test.each([1, 2, 3, 4] as const)('CC%i', (channel) => {
    const captions = decode('RCL 1470 "ab" EOC', { channel });
    expect(captions.channels).toEqual([`CC${channel}`]);
    expect(captions.cuesOf(`CC${channel}`).map(({ text }) => text)).toEqual(['ab']);
  });

  test('both of a field, one after the other', () => {
    const captions = new InBandCaptions();
    const all = [
      ...pairs('RCL! 1470! "ab"', 1),
      ...pairs('RCL! 1470! "cd"', 2),
      ...pairs('EOC!', 1),
      ...pairs('EOC!', 2),
    ];
    captions.add(picturesOf(all.map((pair) => [triplet(0, pair)])));
    expect([shown(captions, 'CC1'), shown(captions, 'CC2')]).toEqual([['6-? ab'], ['7-? cd']]);
  });

  test('extended data services in the second field are passed over, up to the next code', () => {
    const captions = new InBandCaptions();
    const data: [number, number][] = [
      [0x01, 0x83],
      [0xc1, 0xc2],
      [0x8f, 0x1d],
      [0xc1, 0xc2],
    ];
    const all = [...pairs('RDC! "ab"', 3), ...data, ...pairs('RDC! "cd"', 3)];
    captions.add(picturesOf(all.map((pair) => [triplet(1, pair)])));
    expect(captions.cuesOf('CC3').map(({ text }) => text)).toEqual(['abcd']);
  });

  test('nothing but empty pairs, or text: no channel', () => {
    expect(decode('~ ~ ~').channels).toEqual([]);
    expect(decode('TR! "ab" CR! "cd"').channels).toEqual([]);
  });

  test.each<[name: string, field: 0 | 1, id: string]>([
    ['a code after extended data services is no repetition of the one before', 1, 'CC3'],
    ['there are none in the first field', 0, 'CC1'],
  ])('%s', (_, field, id) => {
    const captions = new InBandCaptions();
    const noise: [number, number] = [0x01, 0x83];
    const channel = field === 1 ? 3 : 1;
    const all = [
      ...pairs('RDC!', channel),
      noise,
      ...(field === 1 ? pairs('RDC!', channel) : []),
      ...pairs('"ab"', channel),
    ];
    captions.add(picturesOf(all.map((pair) => [triplet(field, pair)])));
    expect(captions.cuesOf(id).map(({ text }) => text)).toEqual(['ab']);
  });

  test('the second field with the codes of the first', () => {
    const captions = new InBandCaptions();
    captions.add(picturesOf(pairs('RCL! 1470! "ab" EOC!', 1).map((pair) => [triplet(1, pair)])));
    expect(captions.cuesOf('CC3').map(({ text }) => text)).toEqual(['ab']);
  });
});

describe('looks and places', () => {
  test.each<[name: string, script: string, styles: [string, object][]]>([
    [
      'colours and italics of preambles',
      'RCL! 1442! "ab" 146e! "cd" EOC!',
      [
        ['ab', { color: { red: 0, green: 255, blue: 0 } }],
        ['\n', {}],
        ['cd', { isItalic: true }],
      ],
    ],
    [
      'mid-row codes',
      'RCL! 1470! "ab" 1128! "cd" 112f! "ef" EOC!',
      [
        ['ab ', {}],
        ['cd ', { color: { red: 255 } }],
        ['ef', { isItalic: true, isUnderlined: true }],
      ],
    ],
    [
      'backgrounds',
      'RCL! 1470! "ab " 1028! "cd" EOC!',
      [
        ['ab', {}],
        [' ', {}],
        ['cd', { background: { red: 255 } }],
      ],
    ],
    [
      'a green background',
      'RCL! 1470! "ab " 1022! "cd" EOC!',
      [
        ['ab', {}],
        [' ', {}],
        ['cd', { background: { red: 0, green: 255, blue: 0 } }],
      ],
    ],
    [
      'flashing',
      'RCL! 1470! "ab" FON! "cd" EOC!',
      [
        ['ab ', {}],
        ['cd', { isFlashing: true }],
      ],
    ],
  ])('%s', (_, script, styles) => {
    const runs = only(script).runs.filter(({ text }) => text !== '');
    expect(
      runs
        .map(({ text }) => text)
        .join('|')
        .replace('| |', ' |'),
    ).toBe(
      styles
        .map(([text]) => text)
        .join('|')
        .replace('| |', ' |'),
    );
    for (const [text, style] of styles) {
      expect(
        runs.find((run) => run.text === text)?.style ?? runs.find((run) => run.text.startsWith(text))?.style,
      ).toMatchObject(style);
    }
  });

  test.each<[name: string, script: string, region: object, align: string]>([
    ['the lowest row', 'RCL! 1470! "ab" EOC!', { displayAlign: 'after', left: 0.1, bottom: 0.9 }, 'left'],
    ['the uppermost', 'RCL! 1150! "ab" EOC!', { displayAlign: 'before', left: 0.1, top: 0.1 }, 'left'],
    [
      'indented',
      'RCL! 1474! TO1! "abcdefgh" EOC!',
      { left: 0.1 + (0.8 / 32) * 9, displayAlign: 'after' },
      'left',
    ],
    [
      'in the middle',
      'RCL! 1454! "aaaaaaaaaaaaaaaa" 1476! TO3! "abbb" EOC!',
      { left: 0.1, width: 0.8 },
      'center',
    ],
    [
      'flush right',
      'RCL! 1456! "aaaaaaaaaaaaaaaaaaaa" 1476! TO2! "cccccccccccccccccc" EOC!',
      { left: 0.1 },
      'right',
    ],
    [
      'of the second row of a pair',
      'RCL! 1170! "ab" EOC!',
      { top: 0.1 + 0.8 / 15, displayAlign: 'before' },
      'left',
    ],
    ['row 11', 'RCL! 1050! "ab" EOC!', { bottom: 0.1 + (0.8 / 15) * 11 }, 'left'],
  ])('%s', (_, script, region, align) => {
    const cue = only(script);
    const got = { ...cue.region, bottom: cue.region.top + cue.region.height };
    for (const [name, value] of Object.entries(region)) {
      const found = got[name as keyof typeof got];
      if (typeof value === 'number') expect(found, name).toBeCloseTo(value, 6);
      else expect(found, name).toBe(value);
    }
    expect(cue.paragraph.align).toBe(align);
  });

  test('roll-up at another base row', () => {
    const cue = only('RU2! 1150! CR! "ab" CR! "cd"');
    expect(cue.region).toMatchObject({ displayAlign: 'before' });
  });
});

describe('fragments', () => {
  const script = 'RCL! ENM! 1470! "abcd" EOC! ~ ~ ~ ~ EDM! RCL! 1470! "ef" EOC! ~ ~ ~ ~ EDM!';
  const pictures = pictures608(script);

  test('cut anywhere, it makes no difference', () => {
    const whole = new InBandCaptions();
    whole.add(pictures);
    for (let at = 1; at < pictures.length; at++) {
      const parts = new InBandCaptions();
      parts.add(pictures.slice(0, at));
      parts.add(pictures.slice(at));
      expect(shown(parts)).toEqual(shown(whole));
    }
  });

  test('pictures that were read already, of another level say, are not read again', () => {
    const captions = new InBandCaptions();
    captions.add(pictures.slice(0, 12));
    const jittered = pictures.slice(4).map((picture) => ({ ...picture, time: seconds(picture.time + 1e-5) }));
    captions.add(jittered);
    captions.add(pictures.slice(-3));
    expect(shown(captions)).toEqual(['5-10 abcd', '14-19 ef']);
  });

  test('behind a seek the text before is not shown, and it begins with the next code', () => {
    const captions = new InBandCaptions();
    captions.add(pictures608('RCL! 1470! "ab" EOC! RCL! 1470! "cd"'));
    captions.add(pictures608('"ef" EOC! RCL! 1470! "gh" EOC!', { start: 60 }));
    expect(captions.cuesOf('CC1').map(({ text, end }) => [text, Math.round(end)])).toEqual([
      ['ab', 0],
      ['gh', Number.POSITIVE_INFINITY],
    ]);
  });

  test('pictures that last for seconds are consecutive', () => {
    const captions = new InBandCaptions();
    captions.add(pictures608('RCL! 1470! "ab" EOC!', { rate: 0.5 }));
    captions.add(pictures608('RCL! 1470! "cd" EOC!', { rate: 0.5, start: 8 }));
    expect(captions.cuesOf('CC1').map(({ start, end, text }) => [start, end, text])).toEqual([
      [6, 14, 'ab'],
      [14, Number.POSITIVE_INFINITY, 'cd'],
    ]);
  });

  test('seeking back over what is known, and on: nothing is doubled', () => {
    const captions = new InBandCaptions();
    captions.add(pictures);
    captions.add(pictures);
    captions.add(pictures608('RCL! 1470! "gh" EOC!', { start: pictures.length / PAIR_RATE }));
    expect(captions.cuesOf('CC1').map(({ text }) => text)).toEqual(['abcd', 'ef', 'gh']);
  });

  test('seeking back to just before what is known: a caption does not outlast the passage that was read', () => {
    const captions = new InBandCaptions();
    const start = pictures.length / PAIR_RATE;
    captions.add(pictures608('RCL! 1470! "gh" EOC! ~ ~ EDM!', { start }));
    // The fragment before, and one that overlaps with what is known.
    captions.add(pictures608('RCL! 1470! "ab" EOC! ~ ~', { start: start - 6 / PAIR_RATE }));
    expect(shown(captions)).toEqual(['17-20 ab', '23-26 gh']);
    const overlapping = new InBandCaptions();
    overlapping.add(pictures608('RCL! 1470! "gh" EOC! ~ ~ EDM!', { start }));
    overlapping.add(pictures608('RCL! 1470! "ab" EOC! ~ ~ ~ ~', { start: start - 6 / PAIR_RATE }));
    expect(shown(overlapping)).toEqual(['17-20 ab', '23-26 gh']);
  });

  test('what was dropped is read again', () => {
    const captions = new InBandCaptions();
    captions.add(pictures);
    captions.keep(seconds(100), seconds(200));
    expect(shown(captions)).toEqual([]);
    captions.add(pictures);
    expect(shown(captions)).toEqual(['5-10 abcd', '14-19 ef']);
  });

  test('a reset ends what is on screen', () => {
    const captions = decode('RDC! "ab"');
    captions.reset();
    expect(captions.cuesOf('CC1').map(({ end }) => Number.isFinite(end))).toEqual([true]);
  });
});

describe('against another decoder', () => {
  /** What @svta/cml-608 has on screen after each pair. */
  function screensOf(all: readonly (readonly [number, number])[]): string[] {
    const handler = { newCue() {}, reset() {}, dispatchCue() {} };
    const parser = new Cta608Parser(1, handler, handler);
    const channels = (parser as unknown as { channels: { displayedMemory: CaptionScreen }[] }).channels;
    return all.map((pair, at) => {
      parser.addData(at, [...pair]);
      return textOf(channels[1]?.displayedMemory);
    });
  }
  const textOf = (screen: CaptionScreen | undefined) =>
    (screen?.rows ?? [])
      .map((row) =>
        row.chars
          .map(({ uchar }) => uchar)
          .join('')
          .trim(),
      )
      .filter((line) => line !== '')
      .join('/');

  function ours(all: readonly (readonly [number, number])[]): string[] {
    const captions = new InBandCaptions();
    return all.map((pair, at) => {
      const time = seconds(at / PAIR_RATE);
      captions.add([{ time, duration: seconds(1 / PAIR_RATE), triplets: [triplet(0, pair)] }]);
      return captions
        .cuesOf('CC1')
        .filter(({ end }) => end === Number.POSITIVE_INFINITY)
        .flatMap(({ text }) => text.split('\n').map((line) => line.trim()))
        .filter((line) => line !== '')
        .join('/');
    });
  }

  const plain = (lines: readonly string[]) =>
    lines.map((line) => line.replaceAll(/[\u2019']/g, '’').replaceAll('\u00a0', ' '));
  const words = fc.constantFrom(
    '"ab"',
    '"Hello"',
    '"I\'m"',
    '1450',
    '1354',
    '1170',
    '112e!',
    '1128!',
    '1137',
    '1221',
    '1323',
    'BS!',
    'TO2!',
    'DER!',
  );
  // Where a row is written over, or at its beginning, the other one takes away or leaves characters that it should not:
  // so each row is written once.
  const sensible = (caption: readonly string[]) =>
    caption
      .filter((word, at) => !/^\d{4}$/.test(word) || caption.indexOf(word) === at || /^1[123][23]/.test(word))
      .filter((word, at, all) => !/^112|^BS/.test(word) || /^"/.test(all[at - 1] ?? ''));
  const scripts = fc
    .tuple(
      fc.constantFrom('pop', 'paint', 'RU2', 'RU3', 'RU4'),
      fc.array(fc.array(words, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
    )
    .map(([mode, captions]) =>
      captions
        .map((caption) => {
          if (mode === 'pop') return `RCL ENM 1470 "x" ${sensible(caption).join(' ')} EOC ~`;
          return mode === 'paint'
            ? `RDC 1470 "x" ${sensible(caption).join(' ')} EDM ~`
            : `${mode} CR 1470 "x" ${caption.filter((word) => !/^1[134][57]/.test(word)).join(' ')} ~`;
        })
        .join(' '),
    );

  test('the same is on screen after every pair', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const all = pairs(script);
        expect(plain(ours(all))).toEqual(plain(screensOf(all)));
      }),
      { numRuns: 300 },
    );
  });
});

const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/text/', import.meta.url));
if (!existsSync(CORPUS)) console.info(`corpus tests skipped: corpus not present at ${CORPUS}`);

describe.skipIf(!existsSync(CORPUS))('the corpus', () => {
  /** Where the other decoder is known to be wrong, what we show in its place. */
  const BETTER: Readonly<Record<string, Readonly<Record<number, string>>>> = {
    // Its own output has lost what looks like a tag.
    'pycaption-pop-on.scc': { 6: '<LAUGHING & WHOOPS!>' },
    // It drops every repetition of a code; the third is one of its own (CTA-608, 8.4), as all other decoders have it.
    'pycaption-roll-up-2.scc': {
      11: '♪\n♪♪',
      12: '♪♪\n¡',
      13: '¡\n♪♪',
      14: '¡\n♪♪\nWHERE YOU’RE STANDING NOW,',
      15: '♪♪\nWHERE YOU’RE STANDING NOW,\nLOOKING OUT THERE, THAT’S AL',
    },
  };

  test.each(['pycaption-pop-on.scc', 'pycaption-roll-up-2.scc'])('%s', (file) => {
    const { cues } = JSON.parse(readFileSync(`${CORPUS}expected.json`, 'utf8'))[file];
    // As the decoder that made the values has it: all of a line at once, and 33 ms a frame.
    const pictures = readFileSync(`${CORPUS}${file}`, 'utf8')
      .split('\n')
      .flatMap((line): CaptionPicture[] => {
        const [, h, m, s, f, codes = ''] = /^(\d+):(\d+):(\d+)[:;](\d+)\s+(.*)$/.exec(line) ?? [];
        if (h === undefined) return [];
        const time = seconds(Number(h) * 3600 + Number(m) * 60 + Number(s) + Number(f) * 0.033);
        // A byte alone, at the end of a line, is none.
        const triplets = codes
          .trim()
          .split(/\s+/)
          .filter((code) => code.length === 4)
          .map((code) => {
            const value = Number.parseInt(code, 16);
            return triplet(0, [value >> 8, value & 0xff]);
          });
        return [{ time, duration: seconds(0.033), triplets }];
      })
      .sort((a, b) => a.time - b.time);
    const captions = new InBandCaptions();
    // Gaps are silence here, and not something left out.
    for (const [at, picture] of pictures.entries()) {
      captions.add([picture]);
      const next = pictures[at + 1]?.time ?? picture.time;
      for (let time = picture.time + 0.5; time < next; time += 0.5) {
        captions.add([{ time: seconds(time), duration: seconds(0.5), triplets: [] }]);
      }
    }
    const got = captions
      .cuesOf('CC1')
      .map(({ start, text }) => ({ start: Math.round(start * 1000) / 1000, text }));
    const want = (cues as { begin: number; end: number; text: string }[]).map(({ begin, text }, at) => ({
      start: begin,
      text: BETTER[file]?.[at] ?? text,
    }));
    expect(got.slice(0, want.length)).toEqual(want);
  });
});
