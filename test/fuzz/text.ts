import type { Random } from './random.ts';
import { bytesOf, repeatPart, type Target, textOf } from './target.ts';

type Words = readonly [string, ...string[]];

/** What text of one kind is made of. */
export interface TextFormat<Result> {
  readonly name: string;
  readonly passes?: number;
  readonly seeds: () => readonly string[];
  /** Names, values and marks that mean something in it. */
  readonly words: Words;
  readonly read: (input: Uint8Array) => Result;
  readonly check: (result: Result, input: Uint8Array) => void;
}

/** Values that numbers, dates and names are replaced by. */
const NASTY = [
  ...[
    '',
    ' ',
    '0',
    '-0',
    '00',
    '1',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '1e400',
    'NaN',
    'Infinity',
    '0x10',
    '1 000',
    '1,000',
  ],
  ...[
    '255',
    '256',
    '65535',
    '65536',
    '2147483647',
    '2147483648',
    '4294967295',
    '4294967296',
    '9007199254740991',
  ],
  ...[
    '9007199254740993',
    '9223372036854775807',
    '9223372036854775808',
    '18446744073709551615',
    '18446744073709551616',
  ],
  ...['18446744073709551606', '99999999999999999999999', '__proto__', 'constructor', 'TRUE', 'false', 'null'],
  ...[
    'javascript:alert(1)',
    'data:,x',
    '//evil.example/',
    'https://user:pw@evil.example/',
    '?',
    '#',
    '%',
    '&',
    '&amp;',
    '&#0;',
  ],
  ...[
    '&#x110000;',
    '\u0000',
    '\ufffd',
    '\u202e',
    '\ud800',
    'é',
    '<',
    '>',
    '"',
    "'",
    '\u201c',
    '{',
    '}',
    '{bitrate}',
    ']]>',
  ],
] as const;

/** Marks of markup, whole and in part. */
const MARKS = [
  ...[
    '<',
    '>',
    '/>',
    '</',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '<!DOCTYPE x [',
    '<!ENTITY a "b">',
    '&',
    ';',
  ],
  ...['="', "='", '=', '"', "'", ' ', '\n', '\t', '\u0000', '\ufeff', '{', '}', '\u201c', '\u2018'],
] as const;

/** What becomes of numbers in a part that is there many times: names and times that are all the same go a way of their own. */
const NUMBERINGS: readonly [undefined, ...((digits: string, nth: number) => string)[]] = [
  undefined,
  (digits, nth) => String(Number(digits) + nth),
  (digits, nth) => String(BigInt(digits) * BigInt(nth + 1)),
];

type Change = (text: string, random: Random) => string;

const splice = (text: string, from: number, to: number, put: string) =>
  text.slice(0, from) + put + text.slice(to);

function tagOf(text: string, random: Random): readonly [from: number, to: number] {
  const at = random.below(text.length);
  const from = text.lastIndexOf('<', at);
  const to = text.indexOf('>', from < 0 ? at : from);
  return [Math.max(0, from), to < 0 ? text.length : to + 1];
}

/** A tag with what is in it, a value, or just some characters. */
function partOf(text: string, random: Random): readonly [from: number, to: number] {
  const at = random.below(text.length);
  switch (random.below(5)) {
    case 0:
      return tagOf(text, random);
    case 1: {
      const from = text.lastIndexOf('<', at);
      const name = /^<([\w:]+)/.exec(text.slice(Math.max(0, from), from + 60))?.[1] ?? '';
      const to = text.indexOf(`</${name}>`, Math.max(0, from));
      return to < 0 ? [at, at + 1] : [Math.max(0, from), to + name.length + 3];
    }
    case 2: {
      const from = text.lastIndexOf(' ', at);
      const to = text.indexOf(' ', at + 1);
      return [Math.max(0, from), to < 0 ? text.length : to];
    }
    case 3: {
      const from = text.lastIndexOf('"', at);
      const to = text.indexOf('"', at + 1);
      return from < 0 || to < 0 ? [at, at + 1] : [from + 1, to];
    }
    default:
      return [at, Math.min(text.length, at + 1 + random.small(12))];
  }
}

const wordOf = (words: Words, random: Random): string =>
  random.oneIn(3) ? random.pick(words) : random.oneIn(2) ? random.pick(NASTY) : random.pick(MARKS);

function changesOf(words: Words): readonly [Change, ...Change[]] {
  const put = (random: Random) => wordOf(words, random);
  return [
    (text, random) => splice(text, ...partOf(text, random), put(random)),
    (text, random) => splice(text, ...partOf(text, random), put(random)),
    (text, random) => splice(text, ...partOf(text, random), ''),
    (text, random) => {
      const [from, to] = partOf(text, random);
      return splice(text, to, to, text.slice(from, to).repeat(1 + random.small(20)));
    },
    (text, random) => {
      const [from, to] = partOf(text, random);
      const at = random.below(text.length);
      return splice(text, at, at, text.slice(from, to));
    },
    (text, random) => {
      const at = random.below(text.length);
      return splice(text, at, at, put(random));
    },
    (text, random) => {
      const at = random.below(text.length);
      return splice(
        text,
        at,
        at + 1,
        String.fromCharCode(random.oneIn(2) ? random.below(128) : random.below(0x10000)),
      );
    },
    (text, random) => text.slice(0, random.below(text.length)),
    (text, random) => text.slice(random.below(text.length)),
    (text, random) => text.replaceAll('"', random.pick(["'", '', '\u201c'])),
    (text, random) => splice(text, ...partOf(text, random), String(random.next() * 2 ** random.below(32))),
  ];
}

/** Now and then in another encoding, or with some bytes of none. */
function encode(text: string, random: Random): Uint8Array {
  if (random.oneIn(20)) {
    const isLittle = random.oneIn(2);
    const bytes = Buffer.from(random.oneIn(2) ? `\ufeff${text}` : text, 'utf16le');
    return isLittle ? bytes : bytes.subarray(0, bytes.length & ~1).swap16();
  }
  const bytes = bytesOf(text);
  for (let times = random.oneIn(10) ? random.small(8) : 0; times > 0; times--) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return bytes;
}

/** A target that reads text of one kind. */
export function textTarget<Result>(format: TextFormat<Result>): Target<Result> {
  const changes = changesOf(format.words);
  return {
    name: format.name,
    passes: format.passes ?? 1,
    seeds: () => format.seeds().map(bytesOf),
    mutate(input, others, random) {
      let text = textOf(input);
      if (random.oneIn(8)) {
        const other = textOf(random.pick(others));
        text = text.slice(0, random.below(text.length)) + other.slice(random.below(other.length));
      }
      for (let times = 1 + random.small(6); times > 0; times--) {
        text = random.pick(changes)(text, random).slice(0, MOST_CHARACTERS);
      }
      return encode(text, random);
    },
    grower(input, random) {
      let text = textOf(input);
      let [from, to] = random.oneIn(2) ? tagOf(text, random) : partOf(text, random);
      if (random.oneIn(2)) {
        // What is repeated need not stand in it yet.
        const word = () => (random.oneIn(2) ? random.pick(MARKS) : wordOf(format.words, random));
        const part = Array.from({ length: 1 + random.small(3) }, word).join('');
        text = splice(text, from, from, part);
        to = from + part.length;
      }
      const number = random.pick(NUMBERINGS);
      const part = text.slice(from, to);
      if (number && /\d/.test(part)) {
        return (size) => {
          const times = Math.max(1, Math.floor((size - text.length) / part.length));
          const parts = Array.from({ length: times }, (_, i) =>
            part.replace(/\d{1,15}/g, (digits) => number(digits, i)),
          );
          return bytesOf(splice(text, from, from, parts.join('')));
        };
      }
      const [start, end] = [bytesOf(text.slice(0, from)).length, bytesOf(text.slice(0, to)).length];
      return repeatPart(bytesOf(text), start, end);
    },
    read: format.read,
    check: format.check,
  };
}

const MOST_CHARACTERS = 20_000;
