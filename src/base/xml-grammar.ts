const TAB = 0x09;
const SPACE = 0x20;

const ENTITIES = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** 2: may start a name, 1: may continue one. Beyond ASCII all characters may, which is wider than XML 1.0, 2.3. */
const NAME_CHARACTERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_:]/.test(character)) return 2;
  return /[0-9.-]/.test(character) ? 1 : 0;
});

/** XML 1.0, 2.3. */
export const isSpace = (code: number): boolean =>
  code === SPACE || (code >= TAB && code <= 0x0d && code !== 0x0b && code !== 0x0c);

export function afterSpace(source: string, from: number): number {
  let at = from;
  while (isSpace(source.charCodeAt(at))) at++;
  return at;
}

/** The offset after the name at `from`; `from` itself if there is none. */
export function nameEnd(source: string, from: number): number {
  let at = from;
  for (let least = 2; ; least = 1) {
    const code = source.charCodeAt(at);
    const isBeyondAscii = code >= 128;
    if (!isBeyondAscii && (NAME_CHARACTERS[code] ?? 0) < least) return at;
    at++;
  }
}

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const NUMBER_SIGN = 0x23;
/** Characters before the `;`. */
const LONGEST_NAME = 12;

/**
 * Replaces the references in a text; `undefined` if one is unknown. An `&` that starts no reference stands for itself,
 * though XML 1.0, 4.1 and 4.6 forbid it.
 */
export function resolveReferences(text: string): string | undefined {
  if (!text.includes('&')) return text;
  // The replacement is never longer than the reference.
  const units = new Uint16Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const end = code === AMPERSAND ? referenceEnd(text, at + 1) : -1;
    if (end < 0) {
      units[length++] = code;
      continue;
    }
    const character = resolveReference(text.slice(at + 1, end));
    if (character === undefined) return undefined;
    for (let i = 0; i < character.length; i++) units[length++] = character.charCodeAt(i);
    at = end;
  }
  // All machines that browsers run on are little-endian.
  return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(units.subarray(0, length));
}

/** Where the reference ends that begins at `from`, after its `&`; -1 if there is none. */
function referenceEnd(text: string, from: number): number {
  const first = text.charCodeAt(from) === NUMBER_SIGN ? from + 1 : from;
  let at = first;
  while (at - first < LONGEST_NAME && isWordCharacter(text.charCodeAt(at))) at++;
  return at > first && text.charCodeAt(at) === SEMICOLON ? at : -1;
}

/** A letter, a digit or `_`. */
const isWordCharacter = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  code === 0x5f ||
  (code >= 0x61 && code <= 0x7a);

function resolveReference(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name) ?? [];
  if (hex === undefined && decimal === undefined) return ENTITIES.get(name);
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return isCharacter(code) ? String.fromCodePoint(code) : undefined;
}

/** XML 1.0, 2.2. */
const isCharacter = (code: number): boolean =>
  isSpace(code) ||
  (code >= SPACE && code < 0xd800) ||
  (code > 0xdfff && code < 0xfffe) ||
  (code > 0xffff && code <= 0x10ffff);

/** The line number of an offset, from 1. */
export function lineOf(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}

/** A document type without declarations of its own; what it refers to is never loaded. */
export const PLAIN_DOCTYPE = /<!DOCTYPE\s[^<>[\]]{0,1024}>/i;
