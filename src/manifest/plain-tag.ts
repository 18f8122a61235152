import { afterSpace, isSpace, nameEnd } from '../base/xml-grammar.ts';
import { LONGEST_TAG } from './loose-tags.ts';
import { BYTES, canonicalName, isOfProtocol, NUMBERS } from './protocol-names.ts';

/** A tag that needs no repair. */
export interface PlainTag {
  readonly kind: 'start' | 'empty' | 'end';
  readonly name: string;
  readonly end: number;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const AMPERSAND = 0x26;
const APOSTROPHE = 0x27;
const PLUS = 0x2b;
const MINUS = 0x2d;
const SLASH = 0x2f;
const ZERO = 0x30;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;

/** Tags with more attributes are examined in detail, as are all that are not quite plain. */
const MOST_ATTRIBUTES = 16;

/** Reads the tag at `at` if it is exactly as XML and the protocol require; `undefined` if it has to be examined in detail. */
export function readPlainTag(source: string, at: number): PlainTag | undefined {
  const isEnd = source.charCodeAt(at + 1) === SLASH;
  const from = isEnd ? at + 2 : at + 1;
  let to = nameEnd(source, from);
  const name = source.slice(from, to);
  if (to === from || canonicalName(name) !== name) return undefined;
  if (isEnd) return source.charCodeAt(to) === GREATER ? { kind: 'end', name, end: to + 1 } : undefined;
  const isKnown = isOfProtocol(name);
  const names: string[] = [];
  for (;;) {
    const next = afterSpace(source, to);
    const code = source.charCodeAt(next);
    if (code === GREATER) return { kind: 'start', name, end: next + 1 };
    if (code === SLASH) {
      return source.charCodeAt(next + 1) === GREATER ? { kind: 'empty', name, end: next + 2 } : undefined;
    }
    const nameTo = nameEnd(source, next);
    if (next === to || nameTo === next || source.charCodeAt(nameTo) !== EQUALS) return undefined;
    const attribute = source.slice(next, nameTo);
    if (names.includes(attribute) || names.length === MOST_ATTRIBUTES) return undefined;
    names.push(attribute);
    to = plainValueEnd(source, nameTo + 1);
    if (to < 0 || (isKnown && !isMeant(attribute, source, nameTo + 2, to - 1))) return undefined;
  }
}

/** The offset after the quoted value at `at`; -1 if it is not plain. */
function plainValueEnd(source: string, at: number): number {
  const quote = source.charCodeAt(at);
  if (quote !== QUOTE && quote !== APOSTROPHE) return -1;
  const limit = Math.min(source.length, at + LONGEST_TAG);
  for (let i = at + 1; i < limit; i++) {
    const code = source.charCodeAt(i);
    if (code === quote) return i + 1;
    if (code === AMPERSAND || code === LESS || code < SPACE || (code >= 0x7f && code < 0xa0)) return -1;
  }
  return -1;
}

/** Whether the value of a protocol attribute needs no repair, or can't be repaired. */
function isMeant(name: string, source: string, from: number, to: number): boolean {
  if (canonicalName(name) !== name || BYTES.has(name)) return false;
  if (!NUMBERS.has(name)) return true;
  const first = source.charCodeAt(from);
  if (name === 'TimeScale' && first === ZERO) return false;
  if (name === 'TimeScale' || isSpace(first) || first === PLUS || first === MINUS)
    return isNumber(source, from, to);
  return !isDigit(first) || isNumber(source, from, to);
}

function isNumber(source: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isDigit(source.charCodeAt(i))) return false;
  return to > from;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
