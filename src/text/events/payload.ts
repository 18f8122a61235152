import { bytesFromBase64, decodeText } from '../../base/bytes.ts';
import { readScte35 } from './scte35.ts';
import { readScte35Xml } from './scte35-xml.ts';
import type { SpliceInfo } from './splice-info.ts';

/** A message of a sparse stream, without its wrapping. */
export interface EventPayload {
  readonly data: Uint8Array;
  readonly text?: string;
  readonly scte35?: SpliceInfo;
  /** Its sender's id, if any: a later message with the same id and time replaces it. */
  readonly messageId?: number;
  /** From the fragment's time to its own, in ticks of the stream. */
  readonly delta?: number;
  /** It should be a splice message, but could not be parsed. */
  readonly isBroken?: boolean;
}

/** Version, id and time before the message. Azure Media Services, timed metadata. */
const HEADER_SIZE = 12;
const MAX_DEPTH = 3;

/** Inspects a message to find out its type: manifests are not always right about it. */
export function readPayload(bytes: Uint8Array, depth = 0): EventPayload {
  if (bytes[0] === 0xfc && bytes.length > 3) {
    const scte35 = readScte35(bytes);
    return { data: bytes, ...(scte35 ? { scte35 } : { isBroken: true }) };
  }
  if (depth < MAX_DEPTH && bytes.length > HEADER_SIZE && isHeader(bytes)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const message = readPayload(bytes.subarray(HEADER_SIZE), depth + 1);
    return { ...message, messageId: view.getUint32(4), delta: view.getUint32(8) };
  }
  const text = textOf(bytes);
  if (text === undefined) return { data: bytes };
  if (text.trimStart().startsWith('<')) {
    const scte35 = readScte35Xml(text);
    return { data: bytes, text, ...(scte35 && { scte35 }) };
  }
  const inner = depth < MAX_DEPTH ? wrapped(text) : undefined;
  return inner ? readPayload(inner, depth + 1) : { data: bytes, text };
}

/** A title, as text: it is not inspected further. */
export function readTitle(bytes: Uint8Array): EventPayload {
  const text = textOf(bytes);
  return { data: bytes, ...(text !== undefined && { text }) };
}

const isHeader = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 1;

/** Decodes base64, if that gives a message of a known type: many words are base64 of something. */
function wrapped(text: string): Uint8Array | undefined {
  if (text.length < 8 || !/^[A-Za-z\d+/\s]+={0,2}\s*$/.test(text)) return undefined;
  const bytes = bytesFromBase64(text);
  return bytes && isMessage(bytes) ? bytes : undefined;
}

const isMessage = (bytes: Uint8Array): boolean =>
  readScte35(bytes) !== undefined ||
  (bytes.length > HEADER_SIZE && isHeader(bytes)) ||
  /^\s*<[?!A-Za-z].*>/s.test(textOf(bytes) ?? '');

/** `undefined` if it isn't text: neither UTF-8 nor, by its mark, UTF-16. */
function textOf(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return decodeText(bytes);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[^\P{Cc}\t\n\f\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
