import { bytesFromBase64, hexFromBytes } from '../base/bytes.ts';
import { resolveReferences } from '../base/xml-grammar.ts';
import { attributesOf, CLOSED_BY, canonicalName, isOfProtocol, TAG } from './loose-tags.ts';

/** A manifest's text as the protocol has it, and what had to be changed for that, each once. */
export interface MendedText {
  readonly text: string;
  readonly repairs: readonly string[];
}

const ROOT = /<(\w+:)?SmoothStreamingMedia\b/i;
/** As often as a text may have been escaped on its way. */
const MOST_ESCAPED = 3;
/** Attributes with a number; those that a manifest need not have are no less wrong for it. */
const NUMBERS =
  /^(?:[tdrnisq]|TimeScale|Duration|DVRWindowLength|Look[Aa]head\w+|Index|Bitrate|(?:Max|Display)?(?:Width|Height)|SamplingRate|Channels|AudioTag|NALUnitLengthField|Clip(?:Begin|End))$/;
const BYTES = /^(?:CodecPrivateData|WaveFormatEx)$/;

/**
 * Rewrites a manifest that is no XML, or whose names and numbers are written in no way that the protocol knows, into
 * one that says what can only be meant. It invents nothing: what is not there stays away. `isWhole`: that it breaks off
 * behind its last stream is known to be no chance.
 */
export function mendText(source: string, isWhole: boolean): MendedText {
  const repairs = new Set<string>();
  const root = cutOut(source, repairs);
  if (root === undefined) return { text: source, repairs: [] };
  const writer = new TagWriter(root.prefix, (repair) => repairs.add(repair));
  const text = writer.write(root.text, isWhole);
  return text === undefined ? { text: source, repairs: [] } : { text, repairs: [...repairs] };
}

/** What lies from the root's start tag to its end tag. */
function cutOut(source: string, repairs: Set<string>) {
  let text = source;
  for (let times = 0; !ROOT.test(text) && /&(?:amp;)*lt;/.test(text) && times < MOST_ESCAPED; times++) {
    text = resolveReferences(text) ?? text;
    repairs.add('all of it is escaped, as if for a web page');
  }
  const [, prefix = ''] = ROOT.exec(text) ?? [];
  const from = text.search(ROOT);
  const before = text.slice(0, Math.max(0, from)).replace(/<\?.*?\?>|<!--.*?-->/gs, '');
  // A document type may define entities.
  if (from < 0 || before.includes('<!')) return undefined;
  if (before.trim() !== '') repairs.add('something else stands before it');
  const end = /<\/(?:\w+:)?SmoothStreamingMedia\s*>/i.exec(text);
  const to = end ? end.index + end[0].length : text.length;
  const behind = text.slice(to).replace(/<!--.*?-->|\0/gs, '');
  if (behind.trim() !== '') repairs.add('something else stands behind it');
  return { text: text.slice(from, to), prefix };
}

/** Some of the thousands of chunks that most manifests have, with which nothing is wrong. */
const PLAIN_CHUNKS =
  /(?:<c(?: n="\d{1,9}")?(?: t="\d{1,20}")?(?: d="\d{1,20}")?(?: r="\d{1,9}")? ?\/>\s*){1,1000}/y;

/** Writes a document down anew, tag by tag. */
class TagWriter {
  readonly #prefix: string;
  readonly #note: (repair: string) => void;
  /** Names of elements that are not closed. */
  readonly #open: string[] = [];
  #text = '';

  constructor(prefix: string, note: (repair: string) => void) {
    this.#prefix = prefix;
    this.#note = note;
  }

  /** `undefined` where there is a `<` of which nothing can be made. */
  write(source: string, isWhole: boolean): string | undefined {
    let end = 0;
    for (let at = source.indexOf('<'); at >= 0; at = source.indexOf('<', end)) {
      this.#text += source.slice(end, at);
      PLAIN_CHUNKS.lastIndex = at;
      const plain = this.#open.at(-1) === 'StreamIndex' && PLAIN_CHUNKS.exec(source);
      if (plain) {
        end = at + plain[0].length;
        this.#text += plain[0];
        continue;
      }
      TAG.lastIndex = at;
      const match = TAG.exec(source);
      if (!match) return undefined;
      const [tag, isEnd, name, rest = ''] = match;
      if (name === undefined) this.#text += tag;
      else if (isEnd) this.#writeEnd(this.#nameOf(name));
      else this.#writeStart(this.#nameOf(name), rest);
      end = at + tag.length;
    }
    // Cut off anywhere but between streams, more than the end is missing.
    if (isWhole && this.#open.length === 1) {
      this.#note(`</${this.#open[0]}> is missing`);
      this.#close();
    }
    return this.#text + source.slice(end).trimEnd();
  }

  #nameOf(written: string): string {
    const bare = without(this.#prefix, written);
    if (bare !== written) this.#note(`its elements have the prefix ${this.#prefix}`);
    const name = canonicalName(bare);
    if (name !== bare) this.#note(`<${bare}> is written in another case than <${name}>`);
    return name;
  }

  #writeStart(name: string, rest: string): void {
    const ends = CLOSED_BY.get(name) ?? [];
    while (ends.includes(this.#open.at(-1) ?? '')) this.#closeUnclosed();
    const isEmpty = /\/\s*>$/.test(rest);
    if (!isEmpty) this.#open.push(name);
    this.#text += `<${name}${this.#writeAttributes(name, rest)}${isEmpty ? '/' : ''}>`;
  }

  #writeEnd(name: string): void {
    if (!this.#open.includes(name)) {
      this.#note(`</${name}> closes nothing`);
      return;
    }
    while (this.#open.at(-1) !== name) this.#closeUnclosed();
    this.#close();
  }

  #closeUnclosed(): void {
    this.#note(`<${this.#open.at(-1)}> is not closed`);
    this.#close();
  }

  #close(): void {
    this.#text += `</${this.#open.pop()}>`;
  }

  #writeAttributes(element: string, source: string): string {
    const { attributes, isLoose } = attributesOf(source);
    for (const problem of isLoose) this.#note(problem);
    const written = new Set(attributes.map(({ name }) => name));
    const taken = new Set<string>();
    let text = '';
    for (const { name, value } of attributes) {
      const meant = isOfProtocol(element) ? canonicalName(without(this.#prefix, name)) : name;
      const own = written.has(meant) ? name : meant;
      if (taken.has(own)) {
        this.#note(`${own} stands twice in one tag; the first was taken`);
        continue;
      }
      taken.add(own);
      if (own === 'TimeScale' && value.trim() === '') {
        this.#note('TimeScale is empty; it was taken as not there');
        continue;
      }
      if (own !== name) this.#note(`${name} is written in another case than ${own}`);
      text += ` ${own}="${isOfProtocol(element) ? meantBy(own, value, this.#note) : value}"`;
    }
    return text;
  }
}

const without = (prefix: string, name: string): string =>
  prefix && name.startsWith(prefix) ? name.slice(prefix.length) : name;

function meantBy(name: string, value: string, note: (repair: string) => void): string {
  const surround = name === 'Channels' ? /^\s*(\d)\.1\s*$/.exec(value)?.[1] : undefined;
  if (surround !== undefined) {
    note(`Channels="${value}" was read as ${Number(surround) + 1}`);
    return String(Number(surround) + 1);
  }
  const meant = NUMBERS.test(name) ? numberIn(value) : BYTES.test(name) ? bytesIn(value) : undefined;
  if (meant !== undefined && meant !== value.trim()) {
    note(`${name}="${value.slice(0, 40)}" was read as ${meant.slice(0, 40)}`);
    return meant;
  }
  return value;
}

/** Digits out of other ways to write a whole number; `undefined` where none is meant for sure. */
function numberIn(value: string): string | undefined {
  const text = value.trim();
  if (/^-?\d+$/.test(text)) return undefined;
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

/** Hexadecimal digits out of other ways to write bytes. */
function bytesIn(value: string): string | undefined {
  const text = value.trim();
  if (/^(?:[\da-f]{2}\s*)*$/i.test(text)) return undefined;
  const bare = text.replace(/0x/gi, '').replace(/[\s,:{}-]/g, '');
  if (/^(?:[\da-f]{2})+$/i.test(bare)) return bare;
  // Digits alone are hexadecimal ones, of which some are lost.
  const isBase64 = /^[\w+/\s]+={0,2}$/.test(text) && /[^\da-f\s]/i.test(text);
  const bytes = isBase64 ? bytesFromBase64(text) : undefined;
  return bytes && bytes.length > 1 ? hexFromBytes(bytes) : undefined;
}
