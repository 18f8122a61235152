import type { TextRepairs } from './repair.ts';

/** The format of a text. */
export type TextFormat = 'ttml' | 'vtt' | 'srt';

/** The number of bytes that are searched for an encoding declaration. */
const PROLOG = 200;

/**
 * Text by its byte order mark or, without one, by the position of `<` in its first bytes; otherwise UTF-8. If it isn't
 * valid UTF-8, it is decoded as its XML declaration says, or as Windows-1252. Surrounding NULs are dropped.
 */
export function decodeDocument(bytes: Uint8Array, repairs: TextRepairs): string {
  const [a, b] = bytes;
  const declared = declaredEncoding(bytes);
  const wide = (a === 0xff && b === 0xfe) || (a === 0x3c && b === 0) ? 'utf-16le' : undefined;
  const encoding = wide ?? ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c) ? 'utf-16be' : undefined);
  if (encoding) {
    if (declared && !declared.startsWith('utf-16')) repairs.add('encoding');
    return trimmed(new TextDecoder(encoding).decode(bytes));
  }
  const text = readUtf8(withoutNulls(bytes));
  if (text !== undefined) {
    // Pure ASCII is the same in most encodings.
    if (declared && !/^utf-?8$|ascii/.test(declared) && /[^\0-\x7f]/.test(text)) repairs.add('encoding');
    return trimmed(text);
  }
  const other = decoderFor(declared);
  if (!other) repairs.add('encoding');
  return trimmed((other ?? new TextDecoder('windows-1252')).decode(bytes));
}

/** `undefined` if it is something else. A truncated character at the end, and a few invalid ones among many, don't matter. */
function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder().decode(bytes).replace(/\ufffd$/, '');
    const broken = text.match(/\ufffd/g)?.length ?? 0;
    const others = text.match(/[^\0-\x7f\ufffd]/g)?.length ?? 0;
    return broken * 4 <= others || broken === 0 ? text : undefined;
  }
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  let head = '';
  // In UTF-16 every other byte is 0.
  for (const byte of bytes.subarray(0, PROLOG)) if (byte !== 0) head += String.fromCharCode(byte);
  return /^[^<]{0,4}<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(head)?.[1]?.toLowerCase();
}

/** `undefined` if it would be UTF-8 or UTF-16 again, or is unknown. */
function decoderFor(label: string | undefined): TextDecoder | undefined {
  if (label === undefined || /^utf/.test(label)) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

function withoutNulls(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

function trimmed(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0) end--;
  // Line breaks that were converted twice would be empty lines.
  return text.slice(text.charCodeAt(0) === 0xfeff ? 1 : 0, end).replaceAll('\r\r\n', '\n');
}

/** By its beginning; `undefined` if it is none of them, or empty. */
export function formatOf(text: string): TextFormat | undefined {
  const head = text.slice(0, 4096).trimStart();
  if (/^WEBVTT(?![^\s])/.test(head)) return 'vtt';
  if (head.startsWith('<')) return /^<(?:!doctype html|html|head|body)\b/i.test(head) ? undefined : 'ttml';
  if (/^[ \t]*-?\d{1,9}:\d{1,9}(?::\d{1,9})?(?:[,.]\d{1,9})?[ \t]*-->/m.test(head)) return 'srt';
  // What a script or a proxy wrote in front of it.
  if (/<(?:[\w-]{1,40}:)?tt\s[^<>]{0,2000}xmlns/.test(head)) return 'ttml';
  return undefined;
}
