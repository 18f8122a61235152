import { afterSpace, isSpace, nameEnd, PLAIN_DOCTYPE } from '../../base/xml-grammar.ts';
import type { TextRepairs } from '../repair.ts';
import { resolveEntities } from './entities.ts';

const LESS = 0x3c;

/** Of one element; further ones are ignored. */
const MAX_ATTRIBUTES = 256;

const DOCTYPE_HERE = new RegExp(PLAIN_DOCTYPE, 'iy');

export type LooseToken = 'open' | 'close' | 'text' | 'declaration' | 'doctype' | 'end';

/**
 * Reads XML as subtitles are written, one token at a time: an `&` or `<` that starts nothing is text, values may lack
 * quotes, and the text may be truncated anywhere. It never throws, and expands only references to single characters.
 * Every step advances by at least a character, and looks no further ahead than the next `<`, so that it takes linear
 * time. The strict parser for manifests is `base/xml.ts`.
 */
export class LooseXmlReader {
  /** Of the element just opened or closed, with its prefix. */
  name = '';
  /** The text just read, references replaced. */
  text = '';
  /** Whether the element just opened has no content, and no end tag. */
  isEmpty = false;
  /** Of the element just opened, by name as written; of duplicates the first. */
  attributes: ReadonlyMap<string, string> = new Map();

  readonly #source: string;
  readonly #repairs: TextRepairs;
  #at = 0;

  constructor(source: string, repairs: TextRepairs) {
    this.#source = source;
    this.#repairs = repairs;
  }

  /** Where the next token begins. */
  get position(): number {
    return this.#at;
  }

  next(): LooseToken {
    const source = this.#source;
    while (this.#at < source.length) {
      if (source[this.#at] !== '<') return this.#readText(this.#at);
      const next = source[this.#at + 1];
      if (next === '!') {
        const token = this.#readSection();
        if (token) return token;
      } else if (next === '?') {
        const from = this.#at;
        this.#at = this.#after('?>', from + 2);
        if (/^<\?xml\s/i.test(source.slice(from, from + 6))) return 'declaration';
      } else {
        const token = next === '/' ? this.#readEndTag() : this.#readStartTag();
        if (token) return token;
        this.#repairs.add('unescaped');
        return this.#readText(this.#at + 1);
      }
    }
    return 'end';
  }

  /** Up to the next `<`, searched from `from` on. */
  #readText(from: number): 'text' {
    const found = this.#source.indexOf('<', from);
    const end = found < 0 ? this.#source.length : found;
    const raw = this.#source.slice(this.#at, end);
    this.#at = end;
    this.text = resolveEntities(raw, () => this.#repairs.add('unescaped')).replaceAll('\0', '');
    return 'text';
  }

  /** A comment, a CDATA section or a declaration. */
  #readSection(): LooseToken | undefined {
    const source = this.#source;
    const from = this.#at;
    if (source.startsWith('<!--', from)) {
      this.#at = this.#after('-->', from + 4);
      return undefined;
    }
    if (source.startsWith('<![CDATA[', from)) {
      const end = source.indexOf(']]>', from + 9);
      if (end < 0) this.#repairs.add('truncated');
      this.text = source.slice(from + 9, end < 0 ? source.length : end).replaceAll('\0', '');
      this.#at = end < 0 ? source.length : end + 3;
      return 'text';
    }
    DOCTYPE_HERE.lastIndex = from;
    if (DOCTYPE_HERE.test(source)) {
      this.#at = DOCTYPE_HERE.lastIndex;
      return undefined;
    }
    if (/^<!(?:DOCTYPE|ENTITY)/i.test(source.slice(from, from + 9))) {
      this.#at = from + 9;
      return 'doctype';
    }
    this.#repairs.add('unescaped');
    return this.#readText(from + 1);
  }

  #after(what: string, from: number): number {
    const at = this.#source.indexOf(what, from);
    if (at < 0) this.#repairs.add('truncated');
    return at < 0 ? this.#source.length : at + what.length;
  }

  #readEndTag(): 'close' | undefined {
    const from = this.#at + 2;
    const to = nameEnd(this.#source, from);
    if (to === from) return undefined;
    let at = afterSpace(this.#source, to);
    if (this.#source[at] === '>') at++;
    else if (at < this.#source.length) this.#repairs.add('tags');
    this.name = this.#source.slice(from, to);
    this.#at = at;
    return 'close';
  }

  /** `undefined` if it looks like a tag but is text. */
  #readStartTag(): 'open' | 'text' | undefined {
    const source = this.#source;
    const from = this.#at + 1;
    let at = nameEnd(source, from);
    if (at === from || !/[\s/>]/.test(source[at] ?? '>')) return undefined;
    const attributes = new Map<string, string>();
    let repairs = 0;
    for (;;) {
      at = afterSpace(source, at);
      const code = source[at];
      if (code === undefined) {
        // Half a tag is ignored.
        this.#repairs.add('truncated');
        this.#at = source.length;
        this.text = '';
        return 'text';
      }
      if (code === '>' || (code === '/' && source[at + 1] === '>')) break;
      if (code === '<') return undefined;
      const attribute = this.#readAttribute(at);
      if (attribute.isMended) repairs++;
      if (attribute.name !== '' && attributes.size < MAX_ATTRIBUTES && !attributes.has(attribute.name)) {
        attributes.set(attribute.name, attribute.value);
      }
      at = attribute.end;
    }
    this.#repairs.add('tags', repairs);
    this.isEmpty = source[at] === '/';
    this.name = source.slice(from, nameEnd(source, from));
    this.attributes = attributes;
    this.#at = this.isEmpty ? at + 2 : at + 1;
    return 'open';
  }

  #readAttribute(from: number): { name: string; value: string; end: number; isMended: boolean } {
    const source = this.#source;
    const nameTo = nameEnd(source, from);
    // Not an attribute.
    if (nameTo === from) return { name: '', value: '', end: from + 1, isMended: true };
    const name = source.slice(from, nameTo);
    const equals = afterSpace(source, nameTo);
    if (source[equals] !== '=') return { name, value: '', end: nameTo, isMended: true };
    const open = afterSpace(source, equals + 1);
    const quote = source[open];
    if (quote === '"' || quote === "'") {
      const end = endOfValue(source, open + 1, quote);
      const isClosed = source[end] === quote;
      // Without its closing quote a value ends with the tag.
      const to = isClosed ? end : endOfValue(source, open + 1, '>');
      return { name, value: this.#valueOf(open + 1, to), end: isClosed ? to + 1 : to, isMended: !isClosed };
    }
    let to = open;
    while (to < source.length && !isSpace(source.charCodeAt(to)) && !'<>'.includes(source[to] ?? '')) to++;
    if (source[to] === '>' && source[to - 1] === '/' && to - 1 > open) to--;
    return { name, value: this.#valueOf(open, to), end: to, isMended: true };
  }

  #valueOf(from: number, to: number): string {
    const raw = this.#source.slice(from, to);
    const value = raw.includes('&') ? resolveEntities(raw, () => this.#repairs.add('unescaped')) : raw;
    return value.replace(/[\t\n\r\0]/g, ' ');
  }
}

/** The position of the first `what` or `<`, or the end of the text. */
function endOfValue(source: string, from: number, what: string): number {
  const wanted = what.charCodeAt(0);
  let at = from;
  for (let code = source.charCodeAt(at); at < source.length; code = source.charCodeAt(++at)) {
    if (code === wanted || code === LESS) break;
  }
  return at;
}
