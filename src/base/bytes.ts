/** What a decoder returns for an invalid byte sequence. */
const REPLACEMENT = 0xfffd;

/** Bytes from hexadecimal digits in either case, with optional white space; `undefined` if invalid. */
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

/** Bytes from base64, with optional white space and without padding; `undefined` if invalid. */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  let decoded: string;
  try {
    decoded = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(decoded.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = decoded.charCodeAt(i);
  return bytes;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case digits, two for each byte. */
export function hexFromBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

export function base64FromBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** A GUID as 32 lower-case digits; braces, dashes and case are ignored. */
export function normaliseGuid(text: string): string | undefined {
  const digits = text.replace(/[^0-9a-f]/gi, '').toLowerCase();
  return digits.length === 32 ? digits : undefined;
}

/**
 * Converts a GUID between its memory layout on Windows and its textual byte order: the first three fields, 4, 2 and 2
 * bytes long, are reversed. Anything but 16 bytes is returned unchanged.
 */
export function swapGuid(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 16) return bytes;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, ...rest] = bytes;
  return Uint8Array.of(d, c, b, a, f, e, h, g, ...rest);
}

/** A text and its encoding. */
export interface DecodedText {
  readonly text: string;
  /** The name in the Encoding Standard. */
  readonly encoding: string;
  /** The encoding that the XML prolog declares, as written. */
  readonly claimed: string | undefined;
}

/** Encodings with multi-byte characters, or with escape sequences that change the meaning of bytes. */
const MULTIBYTE = ['gbk', 'gb18030', 'big5', 'euc-jp', 'iso-2022-jp', 'shift_jis', 'euc-kr'];
/** The maximum length of a prolog. */
const PROLOG_LENGTH = 256;

/** Text in any encoding; see `decode`. */
export const decodeText = (bytes: Uint8Array): string => decode(bytes).text;

/**
 * Decodes text by its byte order mark or, without one, by the zeros of UTF-16. Other text is decoded as UTF-8 if valid,
 * whatever the XML prolog says, otherwise in the declared encoding or Windows-1252. Text in a multi-byte encoding may
 * happen to be valid UTF-8, so for those the prolog is trusted. A character truncated at the end is dropped.
 */
export function decode(bytes: Uint8Array): DecodedText {
  const wide = wideEncodingOf(bytes);
  const claimed = wide ? undefined : claimedEncoding(bytes);
  const known = claimed && knownEncoding(claimed);
  const as = (encoding: string): DecodedText => ({ text: decodeAs(bytes, encoding), encoding, claimed });
  if (wide) return as(wide);
  const isClean = ({ text }: DecodedText) => !text.includes('\ufffd');
  const asClaimed = known && MULTIBYTE.includes(known) ? as(known) : undefined;
  if (asClaimed && isClean(asClaimed)) return asClaimed;
  const utf8 = as('utf-8');
  if (isClean(utf8)) return utf8;
  return asClaimed ?? as(known && !known.startsWith('utf-') ? known : 'windows-1252');
}

function decodeAs(bytes: Uint8Array, encoding: string): string {
  const text = new TextDecoder(encoding).decode(bytes);
  let end = text.length;
  while (text.charCodeAt(end - 1) === REPLACEMENT || text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}

function wideEncodingOf([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  return undefined;
}

/** The encoding that an XML prolog names, as written. XML 1.0, 4.3.3. */
function claimedEncoding(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, PROLOG_LENGTH));
  return /^[^<]{0,99}<\?xml[^>]*\sencoding\s*=\s*["']\s*([\w.:-]{1,40})/i.exec(head)?.[1];
}

/** Its name in the Encoding Standard; `undefined` if browsers don't know it. */
function knownEncoding(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** The value of a digit's character code; -1 if it is not a digit. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Concatenates pieces. */
export function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Pieces as one: a view if each begins in memory where the one before ends, otherwise a copy. */
export function asOne(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  const isInPlace = pieces.every(({ buffer, byteOffset }, index) => {
    const before = pieces[index - 1];
    return !before || (buffer === before.buffer && byteOffset === before.byteOffset + before.length);
  });
  if (!first || !isInPlace) return join(pieces);
  return new Uint8Array(
    first.buffer,
    first.byteOffset,
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
}
