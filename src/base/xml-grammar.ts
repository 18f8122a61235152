const TAB = 0x09;
const SPACE = 0x20;

const ENTITIES = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** 2: may begin a name, 1: may go on in one. Beyond ASCII everything may, which is wider than XML 1.0, 2.3. */
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

/** The offset behind the name at `from`; `from` itself when there is none. */
export function nameEnd(source: string, from: number): number {
  let at = from;
  for (let least = 2; ; least = 1) {
    const code = source.charCodeAt(at);
    const isBeyondAscii = code >= 128;
    if (!isBeyondAscii && (NAME_CHARACTERS[code] ?? 0) < least) return at;
    at++;
  }
}

/**
 * Replaces the references in a text; `undefined` when one is unknown. An `&` that begins none stands for itself, though
 * XML 1.0, 4.1 and 4.6 forbid it.
 */
export function resolveReferences(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let isKnown = true;
  const resolved = text.replace(/&(#?\w{1,12});/g, (_, reference: string) => {
    const character = resolveReference(reference);
    isKnown &&= character !== undefined;
    return character ?? '';
  });
  return isKnown ? resolved : undefined;
}

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

/** The line that an offset lies in; they count from 1. */
export function lineOf(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
