import { bytesFromBase64, hexFromBytes } from '../base/bytes.ts';
import { type InSteps, runSteps } from '../base/steps.ts';
import { PLAIN_DOCTYPE, resolveReferences } from '../base/xml-grammar.ts';
import { type LooseAttribute, readAttributes, readTag } from './loose-tags.ts';
import { readPlainTag } from './plain-tag.ts';
import { BYTES, CLOSED_BY, canonicalName, isOfProtocol, NUMBERS } from './protocol-names.ts';

/** A manifest's text as the protocol requires it, and the repairs, each kind once. */
export interface MendedText {
  readonly text: string;
  readonly repairs: readonly string[];
}

const ROOT = /<(\w{1,64}:)?SmoothStreamingMedia\b/i;
const CONTROL = /[^\P{Cc}\t\n\r]/u;
const CONTROLS = new RegExp(CONTROL, 'gu');
const ROOT_END = /<\/(?:\w{1,64}:)?SmoothStreamingMedia\s*>/i;
/** How many times a text may have been escaped. */
const MOST_ESCAPED = 3;
/** More kinds of repairs are not informative. */
const MOST_REPAIRS = 50;
/** Nested elements: what is deeper is not a manifest. */
const MOST_DEPTH = 32;
/** Characters that take a few milliseconds to process. */
const STEP = 65_536;
/** Text before or after the manifest: longer text is not searched. */
const MOST_AROUND = 1_048_576;
/** With separators and white space; anything longer is not a number. */
const LONGEST_NUMBER = 64;
/** Private data is some hundred bytes. */
const LONGEST_BYTES = 65_536;

/**
 * Rewrites a manifest that is not well-formed, or has names and numbers that the protocol doesn't allow, where there is
 * only one possible meaning. It adds nothing: missing data stays missing. `isWhole`: a truncation after its last stream
 * is known not to be accidental.
 */
export function mendText(source: string, isWhole: boolean): MendedText {
  return runSteps(mendInSteps(source, isWhole));
}

/** The same in steps, so that the thread isn't blocked. */
export function* mendInSteps(source: string, isWhole: boolean): InSteps<MendedText> {
  const repairs = new Set<string>();
  const note = (repair: string) => {
    if (repairs.size < MOST_REPAIRS) repairs.add(repair);
  };
  const root = yield* cutOut(source, note);
  const text = root && (yield* new TagWriter(root.text, root.prefix, note).write(isWhole));
  return text === undefined ? { text: source, repairs: [] } : { text, repairs: [...repairs] };
}

/** The part from the root's start tag to its end tag. */
function* cutOut(
  source: string,
  note: (repair: string) => void,
): InSteps<{ readonly text: string; readonly prefix: string } | undefined> {
  let text = source;
  let root = ROOT.exec(text);
  for (let times = 0; !root && times < MOST_ESCAPED && /&(?:amp;){0,3}lt;/.test(text); times++) {
    text = yield* resolve(text);
    note('all of it is escaped, as if for HTML');
    root = ROOT.exec(text);
  }
  if (!root || root.index > MOST_AROUND) return undefined;
  yield;
  const around = withoutAsides(text.slice(0, root.index));
  const before = around.replace(PLAIN_DOCTYPE, '');
  if (before !== around) note('a document type, which was ignored');
  // Another one may define entities.
  if (before.includes('<!')) return undefined;
  if (!isBlank(before)) note('other text precedes it');
  const end = ROOT_END.exec(text);
  const to = end ? end.index + end[0].length : text.length;
  yield;
  if (!isBlank(withoutAsides(text.slice(to, to + MOST_AROUND)).replaceAll('\0', '')))
    note('other text follows it');
  return { text: yield* withoutControls(text.slice(root.index, to), note), prefix: root[1] ?? '' };
}

/** A byte order mark is no white space in XML. */
const isBlank = (text: string): boolean => text.trim() === '' && !text.includes('\ufeff');

/** Without the characters that XML doesn't allow anywhere, piece by piece. */
function* withoutControls(text: string, note: (repair: string) => void): InSteps<string> {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; from += STEP) {
    const piece = text.slice(from, from + STEP);
    pieces.push(CONTROL.test(piece) ? piece.replace(CONTROLS, '') : piece);
    if (pieces.at(-1) !== piece) note('a control character');
    yield;
  }
  return pieces.join('');
}

/** Replaces references, piece by piece. */
function* resolve(text: string): InSteps<string> {
  const pieces: string[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    // No reference spans the `&` of another.
    to = text.indexOf('&', from + STEP);
    if (to < 0) to = text.length;
    const piece = text.slice(from, to);
    pieces.push(resolveReferences(piece) ?? piece);
    yield;
  }
  return pieces.join('');
}

/** Without comments and processing instructions, if they are closed. */
function withoutAsides(text: string): string {
  let rest = '';
  let end = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', Math.max(end, at + 1))) {
    const closing = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : undefined;
    if (closing === undefined) continue;
    const closed = text.indexOf(closing, at + 2);
    // If it isn't closed here, no later one is.
    if (closed < 0) break;
    rest += text.slice(end, at);
    end = closed + closing.length;
  }
  return rest + text.slice(end);
}

/** Some of the thousands of chunks of most manifests that need no repair. */
const PLAIN_CHUNKS =
  /(?:<c(?: n="\d{1,9}")?(?: t="\d{1,20}")?(?: d="\d{1,20}")?(?: r="\d{1,9}")? ?\/>\s{0,40}){1,1000}/y;

/** Goes through a document tag by tag, and replaces what has to be changed. */
class TagWriter {
  readonly #source: string;
  readonly #prefix: string;
  readonly #report: (repair: string) => void;
  /** Names of elements that are not closed. */
  readonly #open: string[] = [];
  /** The text written so far, and its newest part, in pieces; it replaces the source up to `#copied`. */
  #written = '';
  #pieces: string[] = [];
  #copied = 0;
  /** Whether the current tag has to be changed. */
  #isChanged = false;

  constructor(source: string, prefix: string, report: (repair: string) => void) {
    this.#source = source;
    this.#prefix = prefix;
    this.#report = report;
  }

  /** `undefined` if something can't be interpreted. */
  *write(isWhole: boolean): InSteps<string | undefined> {
    const source = this.#source;
    let pauseAt = STEP;
    for (let at = source.indexOf('<'), end = 0; at >= 0; at = source.indexOf('<', end)) {
      if (at >= pauseAt) {
        pauseAt = at + STEP;
        this.#flush();
        yield;
      }
      PLAIN_CHUNKS.lastIndex = at;
      const isInStream = this.#open.at(-1) === 'StreamIndex';
      if (isInStream && PLAIN_CHUNKS.test(source)) {
        end = PLAIN_CHUNKS.lastIndex;
        continue;
      }
      const next = this.#passTag(at) ?? this.#writeTag(at);
      if (next === undefined) return undefined;
      end = next;
    }
    // If it is truncated anywhere but between streams, more than the end is missing.
    const isCut = isWhole && this.#open.length === 1;
    this.#replace(source.length, source.length, isCut ? `</${this.#open[0]}>` : '');
    if (isCut) this.#note(`</${this.#open[0]}> is missing`);
    this.#flush();
    return this.#written.trimEnd();
  }

  #flush(): void {
    this.#written += this.#pieces.join('');
    this.#pieces = [];
  }

  #note = (repair: string): void => {
    this.#isChanged = true;
    this.#report(repair);
  };

  /** Replaces a part of the source by other text. */
  #replace(from: number, to: number, text: string): void {
    this.#pieces.push(this.#source.slice(this.#copied, from), text);
    this.#copied = to;
  }

  /** Skips a tag that stays unchanged; returns its end. */
  #passTag(at: number): number | undefined {
    const open = this.#open;
    const tag = this.#prefix === '' ? readPlainTag(this.#source, at) : undefined;
    if (!tag || open.length === MOST_DEPTH) return undefined;
    const { name, end } = tag;
    if (tag.kind === 'end') {
      if (open.at(-1) !== name) return undefined;
      open.pop();
      return end;
    }
    const ends = CLOSED_BY.get(name);
    if (ends?.includes(open.at(-1) ?? '')) return undefined;
    if (tag.kind === 'start') open.push(name);
    return end;
  }

  /** Reads a tag, and rewrites it if necessary; returns its end. */
  #writeTag(at: number): number | undefined {
    const tag = readTag(this.#source, at);
    if (!tag || tag.kind === 'aside') return tag?.end;
    this.#isChanged = false;
    const name = this.#nameOf(tag.name);
    if (tag.kind === 'end') {
      if (this.#source.slice(tag.inside, tag.end - 1).trim() !== '') this.#note('an end tag with attributes');
      const text = this.#endTag(name);
      if (this.#isChanged) this.#replace(at, tag.end, text);
      return tag.end;
    }
    const attributes = readAttributes(this.#source, tag, this.#note);
    if (!attributes || this.#open.length === MOST_DEPTH) return undefined;
    const isEmpty = /\/\s*$/.test(this.#source.slice(Math.max(tag.inside, tag.end - 40), tag.end - 1));
    const text = this.#startTag(name, attributes, isEmpty);
    if (this.#isChanged) this.#replace(at, tag.end, text);
    return tag.end;
  }

  #nameOf(written: string): string {
    const bare = without(this.#prefix, written);
    if (bare !== written) this.#note(`its elements have the prefix ${this.#prefix}`);
    const name = canonicalName(bare);
    if (name !== bare) this.#note(`<${bare}> is written in another case than <${name}>`);
    return name;
  }

  #startTag(name: string, attributes: readonly LooseAttribute[], isEmpty: boolean): string {
    const ends = CLOSED_BY.get(name) ?? [];
    let text = '';
    while (ends.includes(this.#open.at(-1) ?? '')) text += this.#closeUnclosed();
    if (!isEmpty) this.#open.push(name);
    return `${text}<${name}${this.#attributesOf(name, attributes)}${isEmpty ? '/' : ''}>`;
  }

  #endTag(name: string): string {
    if (!this.#open.includes(name)) {
      this.#note(`</${name.slice(0, 40)}> has no start tag`);
      return '';
    }
    let text = '';
    while (this.#open.at(-1) !== name) text += this.#closeUnclosed();
    return `${text}</${this.#open.pop()}>`;
  }

  #closeUnclosed(): string {
    const name = this.#open.pop() ?? '';
    this.#note(`<${name.slice(0, 40)}> is not closed`);
    return `</${name}>`;
  }

  #attributesOf(element: string, attributes: readonly LooseAttribute[]): string {
    const isKnownElement = isOfProtocol(element);
    // Most rewritten elements are chunks, with few attributes and by the hundred thousand.
    const names = attributes.length > 1 ? new Set(attributes.map(({ name }) => name)) : undefined;
    const isRepeated = names !== undefined && names.size < attributes.length;
    let taken: Set<string> | undefined;
    let text = '';
    for (const { name, value } of attributes) {
      const meant = isKnownElement ? canonicalName(without(this.#prefix, name)) : name;
      const own = meant !== name && names?.has(meant) ? name : meant;
      if (isRepeated || own !== name) {
        taken ??= new Set();
        if (taken.has(own)) {
          this.#note(`${own.slice(0, 40)} appears twice in one tag; the first was used`);
          continue;
        }
        taken.add(own);
      }
      if (own === 'TimeScale' && /^\s{0,9}0{0,9}\s{0,9}$/.test(value)) {
        this.#note(`TimeScale is ${value.trim() || 'empty'}; it was ignored`);
        continue;
      }
      if (own !== name) this.#note(`${name} is written in another case than ${own}`);
      text += ` ${own}="${isKnownElement ? meantBy(own, value, this.#note) : value}"`;
    }
    return text;
  }
}

const without = (prefix: string, name: string): string =>
  prefix && name.startsWith(prefix) ? name.slice(prefix.length) : name;

function meantBy(name: string, value: string, note: (repair: string) => void): string {
  const surround = name === 'Channels' ? /^\s{0,9}(\d)\.1\s{0,9}$/.exec(value)?.[1] : undefined;
  if (surround !== undefined) {
    note(`Channels="${value}" was read as ${Number(surround) + 1}`);
    return String(Number(surround) + 1);
  }
  const isNumber = value.length <= LONGEST_NUMBER && NUMBERS.has(name);
  const isBytes = BYTES.has(name) && value.length <= LONGEST_BYTES;
  const meant = isNumber ? numberIn(value) : isBytes ? bytesIn(value) : undefined;
  if (meant !== undefined && meant !== value.trim()) {
    note(`${name}="${value.slice(0, 40)}" was read as ${meant.slice(0, 40)}`);
    return meant;
  }
  return value;
}

/** Digits from other notations of an integer; `undefined` if the meaning is uncertain. */
function numberIn(value: string): string | undefined {
  const text = value.trim();
  if (!/^[-+]?\d/.test(text) || /^-?\d+$/.test(text)) return undefined;
  if (/^0x[\da-f]{1,16}$/i.test(text)) return String(BigInt(text));
  if (/^\+\d+$/.test(text)) return text.slice(1);
  const [, grouped] = /^(\d{1,3}(?:[ ,._'\u00a0\u202f]\d{3})+)$/.exec(text) ?? [];
  if (grouped !== undefined && !/^\d+[.,]0+$/.test(text)) return grouped.replace(/\D/g, '');
  const [, whole, fraction] = /^(-?\d+)[.,](\d+)$/.exec(text) ?? [];
  if (whole !== undefined) return String(BigInt(whole) + (/^[5-9]/.test(fraction ?? '') ? 1n : 0n));
  if (/^\d(?:\.\d+)?e\+?\d{1,2}$/i.test(text) && Number.isSafeInteger(Number(text)))
    return String(Number(text));
  return /^\d[\d\s]*\d$/.test(text) ? text.replace(/\s/g, '') : undefined;
}

/** Hexadecimal digits from other notations of bytes. */
function bytesIn(value: string): string | undefined {
  const text = value.trim();
  if (/^(?:[\da-f]{2}\s*)*$/i.test(text)) return undefined;
  const bare = text.replace(/0x/gi, '').replace(/[\s,:{}-]/g, '');
  if (/^(?:[\da-f]{2})+$/i.test(bare)) return bare;
  // Only digits: hexadecimal, with some missing.
  const isBase64 = /^[\w+/\s]+={0,2}$/.test(text) && /[^\da-f\s]/i.test(text);
  const bytes = isBase64 ? bytesFromBase64(text) : undefined;
  return bytes && bytes.length > 1 ? hexFromBytes(bytes) : undefined;
}
