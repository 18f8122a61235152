/** What a decoder gives for bytes that make no character. */
const REPLACEMENT = 0xfffd;

/** Bytes from hexadecimal digits in either case, white space allowed; `undefined` when it isn't that. */
export function bytesFromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s/g, '');
  if (digits.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const high = hexDigit(digits.charCodeAt(2 * index));
    const low = hexDigit(digits.charCodeAt(2 * index + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[index] = high * 16 + low;
  }
  return bytes;
}

/** Bytes from base64, white space and missing padding allowed; `undefined` when it isn't that. */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Lower-case digits, two for each byte. */
export const hexFromBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const base64FromBytes = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** A GUID as 32 lower-case digits, however it is dressed: braces, dashes, either case. */
export function normaliseGuid(text: string): string | undefined {
  const digits = text.replace(/[^0-9a-f]/gi, '').toLowerCase();
  return digits.length === 32 ? digits : undefined;
}

/**
 * A GUID as Windows lays it out in memory, in the order in which it is written down, or the reverse: the first three
 * fields turn round, 4, 2 and 2 bytes long. Anything but 16 bytes stays as it is.
 */
export function swapGuid(bytes: Uint8Array): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, ...rest] = bytes;
  return bytes.length === 16 ? Uint8Array.of(d, c, b, a, f, e, h, g, ...rest) : bytes;
}

/**
 * Text by its byte order mark or, without one, by how a `<` lies in its first two bytes; else UTF-8. What an XML
 * prolog says of its encoding is not asked, and what is no UTF-8 is Windows-1252. A character that the end cuts in two is
 * dropped.
 */
export function decodeText(bytes: Uint8Array): string {
  const decode = (encoding: string) => {
    const text = new TextDecoder(encoding).decode(bytes);
    let end = text.length;
    while (text.charCodeAt(end - 1) === REPLACEMENT || text.charCodeAt(end - 1) === 0) end--;
    return text.slice(0, end);
  };
  const encoding = encodingOf(bytes);
  const text = decode(encoding);
  return encoding === 'utf-8' && text.includes('\ufffd') ? decode('windows-1252') : text;
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return 'utf-8';
}

/** The value of a digit's character code; -1 when it is none. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Pieces as one. */
export function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
