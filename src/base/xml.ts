import { afterSpace, isSpace, lineOf, nameEnd, resolveReferences } from './xml-grammar.ts';

/** Why a document could not be parsed; `line` counts from 1. */
export type XmlFailure =
  | { readonly kind: 'truncated'; readonly line: number }
  | { readonly kind: 'malformed'; readonly problem: string; readonly line: number }
  | { readonly kind: 'too-large'; readonly what: 'depth' | 'attributes' | 'tag'; readonly limit: number };

/** Limits of nested elements, and of attributes of one element. No format that we read comes near. */
const MAX_DEPTH = 32;
const MAX_ATTRIBUTES = 256;
/** Characters of one tag, and of a text that is read in one piece, so that no single step takes long. */
const MAX_TAG = 1_048_576;
/** Up to this number, comparing names one by one is faster than a set. */
const FEW_ATTRIBUTES = 16;

/** With its `&` and `;`. */
const LONGEST_REFERENCE = 16;

const SPACE = 0x20;
const EXCLAMATION = 0x21;
const QUOTE = 0x22;
const AMPERSAND = 0x26;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;

const BAD_TAG = 'an invalid tag';

/**
 * A step-by-step parser of XML 1.0, strict except for an `&` that stands for itself. No DTD, and so no entities but the
 * five predefined and numeric ones; nothing is recursive. Comments, processing instructions and white-space text are
 * skipped. Only reading on to `end` proves that a document is complete.
 */
export class XmlReader {
  /** Name of the element just opened or closed. */
  name = '';
  /** The text just read. */
  text = '';

  readonly #source: string;
  readonly #end: number;
  readonly #fail: (failure: XmlFailure) => Error;
  readonly #openNames: string[] = [];
  #at = 0;
  #hasRoot = false;
  #closesItself = false;
  /** Four offsets for each attribute: name from and to, value from and to. */
  readonly #spans: number[] = [];
  /** Values in which references were replaced; `undefined`: the value is as in the source. */
  readonly #replaced: (string | undefined)[] = [];
  #attributeCount = 0;
  /** Names of the attributes, if there are more than a few. */
  #names: Set<string> | undefined;

  constructor(source: string, fail: (failure: XmlFailure) => Error) {
    this.#source = source;
    this.#end = source.length;
    this.#fail = fail;
    if (source.charCodeAt(0) === 0xfeff) this.#at = 1;
  }

  /** The number of characters read. */
  get offset(): number {
    return this.#at;
  }

  /** Advances to the next tag or text. `<a/>` opens and closes. */
  next(): 'open' | 'close' | 'text' | 'end' {
    if (this.#closesItself) {
      this.#closesItself = false;
      return this.#close();
    }
    while (this.#at < this.#end) {
      if (this.#source.charCodeAt(this.#at) !== LESS) {
        if (this.#readText()) return 'text';
        continue;
      }
      switch (this.#source.charCodeAt(this.#at + 1)) {
        case SLASH:
          return this.#readEndTag();
        case QUESTION:
          this.#at = this.#find('?>', this.#at + 2) + 2;
          break;
        case EXCLAMATION:
          if (this.#readSection()) return 'text';
          break;
        default:
          return this.#readStartTag();
      }
    }
    if (this.#openNames.length > 0 || !this.#hasRoot) throw this.#unexpected(this.#end, '');
    return 'end';
  }

  /** An attribute of the element just opened. */
  attribute(name: string): string | undefined {
    const index = this.#indexOf(name, 0, name.length);
    return index < 0 ? undefined : this.#value(index);
  }

  /** All attributes of the element just opened, in their order. */
  attributes(): Map<string, string> {
    const attributes = new Map<string, string>();
    for (let index = 0; index < this.#attributeCount; index++) {
      attributes.set(this.#attributeName(index), this.#value(index));
    }
    return attributes;
  }

  /** Opens each child of the element just opened, one after another; the loop's body reads or skips it to its end. */
  *children(): Generator<string, void, void> {
    for (let step = this.next(); step !== 'close'; step = this.next()) {
      if (step === 'open') yield this.name;
    }
  }

  /** Reads to the end of the element just opened; returns the text directly inside it. */
  readContent(): string {
    let content = '';
    for (let depth = 1; depth > 0; ) {
      const step = this.next();
      if (step === 'open') depth++;
      else if (step === 'close') depth--;
      else if (depth === 1) content += this.text;
    }
    return content;
  }

  /**
   * Skips what a sticky pattern matches at the current position: a fast path over thousands of similar elements. The
   * pattern must match whole elements, and nothing that `next` would reject.
   */
  take(pattern: RegExp): RegExpExecArray | undefined {
    if (this.#closesItself) return undefined;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source) ?? undefined;
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #readStartTag(): 'open' {
    const source = this.#source;
    let at = nameEnd(source, this.#at + 1);
    if (at === this.#at + 1) throw this.#unexpected(at, 'a "<" that starts no tag');
    if (this.#openNames.length === 0 && this.#hasRoot) throw this.#unexpected(at, 'a second root element');
    if (this.#openNames.length === MAX_DEPTH) {
      throw this.#fail({ kind: 'too-large', what: 'depth', limit: MAX_DEPTH });
    }
    this.name = source.slice(this.#at + 1, at);
    this.#hasRoot = true;
    this.#attributeCount = 0;
    this.#names = undefined;
    for (;;) {
      const gap = at;
      at = afterSpace(source, at);
      const code = source.charCodeAt(at);
      if (code === GREATER) break;
      if (code === SLASH) {
        this.#closesItself = true;
        if (source.charCodeAt(++at) !== GREATER) throw this.#unexpected(at, BAD_TAG);
        break;
      }
      if (gap === at) throw this.#unexpected(at, BAD_TAG);
      at = this.#readAttribute(at);
    }
    this.#openNames.push(this.name);
    this.#at = at + 1;
    return 'open';
  }

  /** Reads `name="value"`; returns the offset after it. */
  #readAttribute(from: number): number {
    const source = this.#source;
    const to = nameEnd(source, from);
    if (to === from) throw this.#unexpected(from, BAD_TAG);
    const equals = afterSpace(source, to);
    if (source.charCodeAt(equals) !== EQUALS) throw this.#unexpected(equals, BAD_TAG);
    const open = afterSpace(source, equals + 1);
    const quote = source.charCodeAt(open);
    if (quote !== QUOTE && quote !== APOSTROPHE) {
      throw this.#unexpected(open, BAD_TAG);
    }
    const end = Math.min(this.#end, this.#at + MAX_TAG);
    let isPlain = true;
    let at = open + 1;
    for (let code = source.charCodeAt(at); code !== quote && at < end; code = source.charCodeAt(++at)) {
      if (code > AMPERSAND && code !== LESS) continue;
      if (code === LESS) throw this.#unexpected(at, BAD_TAG);
      if (code === AMPERSAND) isPlain = false;
      else if (code < SPACE) {
        if (!isSpace(code)) throw this.#unexpected(at, 'a control character');
        isPlain = false;
      }
    }
    if (at >= end) throw this.#tooLong(at);
    this.#keepAttribute(from, to, open + 1, at, isPlain);
    return at + 1;
  }

  #keepAttribute(from: number, to: number, valueFrom: number, valueTo: number, isPlain: boolean): void {
    const source = this.#source;
    const count = this.#attributeCount;
    if (count === MAX_ATTRIBUTES) {
      throw this.#fail({ kind: 'too-large', what: 'attributes', limit: MAX_ATTRIBUTES });
    }
    const spans = this.#spans;
    if (this.#isTaken(from, to)) {
      throw this.#unexpected(from, `the attribute ${source.slice(from, Math.min(to, from + 40))} twice`);
    }
    spans[4 * count] = from;
    spans[4 * count + 1] = to;
    spans[4 * count + 2] = valueFrom;
    spans[4 * count + 3] = valueTo;
    this.#replaced[count] = isPlain
      ? undefined
      : this.#resolve(source.slice(valueFrom, valueTo).replace(/\r\n|[\t\n\r]/g, ' '), valueFrom);
    this.#attributeCount = count + 1;
  }

  /** Whether an earlier attribute has the name at `[from, to)`. */
  #isTaken(from: number, to: number): boolean {
    if (this.#attributeCount < FEW_ATTRIBUTES) return this.#indexOf(this.#source, from, to) >= 0;
    this.#names ??= new Set(Array.from({ length: this.#attributeCount }, (_, i) => this.#attributeName(i)));
    const { size } = this.#names;
    return this.#names.add(this.#source.slice(from, to)).size === size;
  }

  /** The attribute whose name is at `[from, to)` of `text`; -1 if there is none. */
  #indexOf(text: string, from: number, to: number): number {
    const source = this.#source;
    const spans = this.#spans;
    const length = to - from;
    for (let index = 0; index < this.#attributeCount; index++) {
      const start = spans[4 * index] ?? 0;
      if ((spans[4 * index + 1] ?? 0) - start !== length) continue;
      let same = 0;
      while (same < length && source.charCodeAt(start + same) === text.charCodeAt(from + same)) same++;
      if (same === length) return index;
    }
    return -1;
  }

  #attributeName(index: number): string {
    return this.#source.slice(this.#spans[4 * index], this.#spans[4 * index + 1]);
  }

  #value(index: number): string {
    return (
      this.#replaced[index] ?? this.#source.slice(this.#spans[4 * index + 2], this.#spans[4 * index + 3])
    );
  }

  #readEndTag(): 'close' {
    const from = this.#at + 2;
    const to = nameEnd(this.#source, from);
    const at = afterSpace(this.#source, to);
    if (this.#source.charCodeAt(at) !== GREATER) throw this.#unexpected(at, BAD_TAG);
    const name = this.#source.slice(from, to);
    if (name !== this.#openNames.at(-1)) {
      throw this.#unexpected(from, `an end tag </${name.slice(0, 40)}> without a start tag`);
    }
    this.#at = at + 1;
    return this.#close();
  }

  #close(): 'close' {
    this.name = this.#openNames.pop() ?? '';
    return 'close';
  }

  /** Reads up to the next tag, or a piece of a long text; returns whether there was more than white space. */
  #readText(): boolean {
    const source = this.#source;
    const from = this.#at;
    const end = Math.min(this.#end, from + MAX_TAG);
    let isBlank = true;
    let at = from;
    for (let code = source.charCodeAt(at); code !== LESS && at < end; code = source.charCodeAt(++at)) {
      if (code > SPACE) isBlank = false;
      else if (code < SPACE && !isSpace(code)) throw this.#unexpected(at, 'a control character');
    }
    if (at === this.#end && !isBlank && this.#openNames.length > 0) throw this.#unexpected(at, '');
    if (at === end && at < this.#end) at = pieceEnd(source, at);
    this.#at = at;
    if (isBlank) return false;
    if (this.#openNames.length === 0) throw this.#unexpected(from, 'text outside the root element');
    const text = source.slice(from, at);
    this.text = this.#resolve(text, from);
    return true;
  }

  /** Skips a comment or reads a CDATA section; returns whether there is text. */
  #readSection(): boolean {
    const from = this.#at;
    if (this.#source.startsWith('<!--', from)) {
      this.#at = this.#find('-->', from + 4) + 3;
      return false;
    }
    if (this.#source.startsWith('<![CDATA[', from)) {
      if (this.#openNames.length === 0) throw this.#unexpected(from, 'text outside the root element');
      const to = this.#find(']]>', from + 9);
      this.text = this.#source.slice(from + 9, to);
      this.#at = to + 3;
      return to > from + 9;
    }
    // This close to the end it may be the beginning of one.
    const isCut = this.#end - from < 9;
    throw this.#unexpected(isCut ? this.#end : from, 'a document type or entity declaration');
  }

  #find(what: string, from: number): number {
    const at = this.#source.indexOf(what, from);
    if (at === -1) throw this.#unexpected(this.#end, '');
    return at;
  }

  /** Text with its references replaced. */
  #resolve(text: string, at: number): string {
    const resolved = resolveReferences(text);
    if (resolved === undefined) throw this.#unexpected(at, 'a "&" that starts no known reference');
    return resolved;
  }

  /** What has not ended at `at` is either too long or truncated. */
  #tooLong(at: number): Error {
    return at < this.#end
      ? this.#fail({ kind: 'too-large', what: 'tag', limit: MAX_TAG })
      : this.#unexpected(at, '');
  }

  /** At the end of the document, a truncation; otherwise, a syntax error. */
  #unexpected(at: number, problem: string): Error {
    const line = lineOf(this.#source, at);
    return this.#fail(at >= this.#end ? { kind: 'truncated', line } : { kind: 'malformed', problem, line });
  }
}

/** Where a text can be split near `at`: neither within a reference nor between surrogates. */
function pieceEnd(source: string, at: number): number {
  const near = source.slice(at - LONGEST_REFERENCE, at);
  const reference = near.lastIndexOf('&');
  if (reference >= 0) return at - near.length + reference;
  return at - (/[\ud800-\udbff]$/.test(near) ? 1 : 0);
}
