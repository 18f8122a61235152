import { afterSpace, isSpace, resolveReferences } from '../base/xml-grammar.ts';

/** An attribute of a tag, with a value that can be put between quotes. */
export interface LooseAttribute {
  readonly name: string;
  readonly value: string;
}

/** A tag of a text that may not be well-formed. */
export interface LooseTag {
  /** `aside`: a comment, CDATA section or processing instruction, which is ignored. */
  readonly kind: 'start' | 'end' | 'aside';
  readonly name: string;
  /** Offset of the attributes, and end of the tag. */
  readonly inside: number;
  readonly end: number;
}

/** Characters that serve as quotes: a value ends at any of the same kind. */
const QUOTES = ['"', "'", '\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb', '\u2018\u2019\u201a\u201b\u2032'];
const ALL_QUOTES = QUOTES.join('');
const ASIDES = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;
/** In characters, as in the XML parser. */
export const LONGEST_TAG = 1_048_576;
const NAME = /[A-Za-z_][\w:.-]*/y;
const NAME_START = /[A-Za-z_]/g;

/** Reads the tag that begins at `at`; `undefined` if it can't be interpreted. Each character is read once. */
export function readTag(source: string, at: number): LooseTag | undefined {
  for (const [opening, closing] of ASIDES) {
    if (!source.startsWith(opening, at)) continue;
    const end = source.indexOf(closing, at + opening.length);
    return end < 0 ? undefined : { kind: 'aside', name: '', inside: at, end: end + closing.length };
  }
  const isEnd = source[at + 1] === '/';
  const name = nameAt(source, at + (isEnd ? 2 : 1));
  if (name === '') return undefined;
  const inside = at + (isEnd ? 2 : 1) + name.length;
  const limit = Math.min(source.length, at + LONGEST_TAG);
  for (let i = inside; i < limit; i++) {
    const character = source[i];
    if (character === '>') return { kind: isEnd ? 'end' : 'start', name, inside, end: i + 1 };
    if (character !== '=') continue;
    // A quote that opens a value contains everything up to the next one.
    const value = afterSpace(source, i + 1);
    if (!isQuote(source[value])) continue;
    const closing = closingQuote(source, value, limit);
    if (closing < 0) return undefined;
    i = closing;
  }
  return undefined;
}

/** The limit of the XML parser. */
const MOST_ATTRIBUTES = 256;

/**
 * Reads the attributes of a start tag, and reports what XML doesn't allow in them; `undefined` if there are more than
 * any element has.
 */
export function readAttributes(
  source: string,
  { inside, end }: LooseTag,
  note: (problem: string) => void,
): readonly LooseAttribute[] | undefined {
  const attributes: LooseAttribute[] = [];
  const stops = new Stops(source, end);
  /** Up to here there are no values without quotes. */
  let barredTo = 0;
  let before = 0;
  for (let at = nextName(source, inside, end); at < end; at = nextName(source, at, end)) {
    if (attributes.length === MOST_ATTRIBUTES) return undefined;
    if (at === before) note('no space between attributes');
    else if (afterSpace(source, before || inside) < at) note('unexpected text between attributes');
    const name = nameAt(source, at);
    at += name.length;
    const equals = afterSpace(source, at);
    const from = source[equals] === '=' ? afterSpace(source, equals + 1) : end;
    const closing = isQuote(source[from]) ? closingQuote(source, from, end) : -1;
    if (closing >= 0) {
      if (source[from] !== '"' && source[from] !== "'") note('typographic quotes');
      attributes.push({ name, value: plain(source.slice(from + 1, closing), note) });
      at = closing + 1;
    } else {
      const to =
        from < end && from >= barredTo ? bareValueEnd(source, from, end, stops) : { isBarred: true, at: 0 };
      if (to.isBarred) {
        barredTo = Math.max(barredTo, to.at);
        note(`${name.slice(0, 40)} has no value, and was read as TRUE`);
        attributes.push({ name, value: 'TRUE' });
      } else {
        note('attribute values without quotes');
        attributes.push({ name, value: plain(source.slice(from, to.at), note) });
        at = to.at;
      }
    }
    before = at;
  }
  return attributes;
}

/**
 * The end of a value without quotes: a space, or the end of the tag; placeholders may contain spaces. `isBarred`: there
 * is a quote or a brace on the way, so that it is not such a value.
 */
function bareValueEnd(
  source: string,
  from: number,
  end: number,
  stops: Stops,
): { isBarred: boolean; at: number } {
  for (let at = from; at < end; at++) {
    const character = source[at] ?? '';
    if (character === '>' || isSpace(source.charCodeAt(at))) return { isBarred: false, at };
    if (character === '/' && source[afterSpace(source, at + 1)] === '>') return { isBarred: false, at };
    if (character === '"' || character === "'") return { isBarred: true, at };
    if (character !== '{') continue;
    const closing = stops.from(at);
    if (source[closing] !== '}') return { isBarred: true, at };
    at = closing;
  }
  return { isBarred: true, at: end };
}

/** The end of a placeholder, or a character that can't be in one; queried for ascending positions. */
class Stops {
  readonly #source: string;
  readonly #end: number;
  #next = -1;

  constructor(source: string, end: number) {
    this.#source = source;
    this.#end = end;
  }

  from(place: number): number {
    if (this.#next >= place) return this.#next;
    let at = place;
    while (at < this.#end && !'}>"\''.includes(this.#source[at] ?? '')) at++;
    this.#next = at;
    return at;
  }
}

/** The name that begins there; empty if there is none. */
function nameAt(source: string, at: number): string {
  NAME.lastIndex = at;
  return NAME.exec(source)?.[0] ?? '';
}

function nextName(source: string, from: number, end: number): number {
  NAME_START.lastIndex = from;
  const at = NAME_START.exec(source)?.index ?? end;
  return Math.min(at, end);
}

const isQuote = (character: string | undefined): boolean =>
  character !== undefined && ALL_QUOTES.includes(character);

function closingQuote(source: string, opening: number, end: number): number {
  const marks = QUOTES.find((kind) => kind.includes(source[opening] ?? '')) ?? '';
  for (let at = opening + 1; at < end; at++) if (marks.includes(source[at] ?? '')) return at;
  return -1;
}

/** Characters that must be escaped in a double-quoted attribute value. */
const UNFIT = /[&<"]/;
const NUMERIC_REFERENCE = /&#x?[\da-f]{1,7};/gi;
const UNKNOWN_REFERENCE = /&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/g;

function plain(value: string, note: (problem: string) => void): string {
  if (!UNFIT.test(value)) return value;
  const known = value.replace(UNKNOWN_REFERENCE, '&amp;');
  if (known !== value) note('an "&" that starts no known reference; it was read as a plain "&"');
  if (value.includes('<')) note('a "<" in an attribute value');
  const tame = known.replace(NUMERIC_REFERENCE, (reference) =>
    resolveReferences(reference) ? reference : '',
  );
  if (tame !== known) note('a reference to a character that XML does not allow');
  return tame.replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
