/** A caption with its first picture, and the first picture without it. */
export interface PictureCaption {
  readonly from: number;
  readonly to: number;
  /** One or two, of at most 32 characters that CEA-608 and ASCII have in common. */
  readonly lines: readonly string[];
  /** Whether it is at the upper edge. */
  readonly isHigh: boolean;
  readonly isItalic: boolean;
}

export type Pair = readonly [number, number];

/** Control codes of the first channel. CEA-608, 6.4. */
const RESUME_LOADING = 0x1420;
const ERASE_DISPLAYED = 0x142c;
const ERASE_HIDDEN = 0x142e;
const END_OF_CAPTION = 0x142f;
/** Preambles of column 0 of rows 1, 2, 14 and 15; each four columns add 2. */
const PREAMBLES = { high: [0x1150, 0x1170], low: [0x1450, 0x1470] } as const;
/** Moves by one to three columns. */
const TAB = 0x1720;
/** Occupies a column itself. */
const ITALICS = 0x112e;

const COLUMNS = 32;

/**
 * Pop-on captions of CC1 as pairs, each by the number of its picture: a caption is loaded before its first picture,
 * shown by it, and erased by the first picture without it. Throws if there is no time to load one.
 */
export function line21(captions: readonly PictureCaption[]): ReadonlyMap<number, Pair> {
  const sent = new Map<number, Pair>();
  const put = (picture: number, code: number) => {
    sent.set(picture, pairOf(code));
    sent.set(picture + 1, pairOf(code));
  };
  for (const { from, to } of captions) {
    put(from, END_OF_CAPTION);
    if (!captions.some((next) => next.from - to >= 0 && next.from - to <= 1)) put(to, ERASE_DISPLAYED);
  }
  let free = 0;
  for (const caption of captions) {
    const pairs = loadingOf(caption);
    let at = caption.from;
    for (const pair of pairs.toReversed()) {
      do at -= 1;
      while (sent.has(at));
      sent.set(at, pair);
    }
    if (at < free) throw new Error(`There is no time to load the caption of picture ${caption.from}.`);
    free = caption.from;
  }
  return sent;
}

/** Everything except the code that shows it. Control codes are sent twice. CEA-608, 8.1. */
function loadingOf({ lines, isHigh, isItalic }: PictureCaption): Pair[] {
  const codes = [RESUME_LOADING, ERASE_HIDDEN];
  const pairs = codes.flatMap((code) => [pairOf(code), pairOf(code)]);
  const rows = PREAMBLES[isHigh ? 'high' : 'low'];
  for (const [index, line] of lines.entries()) {
    if (line.length > COLUMNS) throw new Error(`Longer than ${COLUMNS} characters: ${line}`);
    if (/[^ -~]|[*\\^_`{|}~]/.test(line)) throw new Error(`Not in both ASCII and CEA-608: ${line}`);
    const preamble = rows[isHigh || lines.length > 1 ? index : 1];
    if (preamble === undefined) throw new Error('A caption may have two lines at most.');
    const column = Math.floor((COLUMNS - line.length) / 2) - (isItalic ? 1 : 0);
    if (column < 0) throw new Error(`Too long for italics: ${line}`);
    const moves = [preamble + 2 * Math.floor(column / 4)];
    if (column % 4 > 0) moves.push(TAB + (column % 4));
    if (isItalic) moves.push(ITALICS);
    pairs.push(...moves.flatMap((code) => [pairOf(code), pairOf(code)]));
    for (let at = 0; at < line.length; at += 2)
      pairs.push([withParity(line.charCodeAt(at)), withParity(line.charCodeAt(at + 1) || 0)]);
  }
  return pairs;
}

const pairOf = (code: number): Pair => [withParity(code >> 8), withParity(code & 0xff)];

/** Odd parity. */
function withParity(byte: number): number {
  let ones = 0;
  for (let bits = byte; bits; bits >>= 1) ones += bits & 1;
  return ones % 2 === 0 ? byte | 0x80 : byte;
}
