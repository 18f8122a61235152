import { bytesFromBase64, decodeText } from '../../../src/base/bytes.ts';
import { readSplice } from './read-splice.ts';
import type { SpliceEvent } from './title-events.ts';

/** A message of an event stream, from the manifest or from a fragment. */
export interface EventMessage {
  readonly stream: string;
  /** Seconds, on the stream's clock. */
  readonly start: number;
  /** Seconds; 0: unknown. */
  readonly duration: number;
  /** The stream's timescale in ticks per second. */
  readonly timescale: number;
  readonly payload: Uint8Array;
}

/**
 * The splice in a message; `undefined` if it contains something else. Schemes are unreliable: a section is recognised
 * by its first byte, wherever it is: bare, in base64, after the header of Azure's ingest protocol, or in XML.
 */
export function spliceOf(message: EventMessage): SpliceEvent | undefined {
  const found = sectionOf(message.payload);
  const read = found && readSplice(found.section);
  if (!found || !read) return undefined;
  const { stream, duration, timescale } = message;
  const start = message.start + found.delay / timescale;
  return {
    id: `${stream}-${read.eventId ?? Math.round(start * 1000)}`,
    kind: read.kind,
    start,
    duration: duration || (read.duration ?? 0),
    section: found.section,
  };
}

interface FoundSection {
  readonly section: Uint8Array;
  /** Ticks from the message's time to the splice. */
  readonly delay: number;
}

function sectionOf(payload: Uint8Array): FoundSection | undefined {
  if (payload[0] === 0xfc) return { section: payload, delay: 0 };
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  // Version 1, an id and a time, then the message. AMS-TM, 2.2.
  if (payload.length > 12 && view.getUint32(0) === 1 && payload[12] === 0xfc)
    return { section: payload.subarray(12), delay: view.getUint32(8) };
  const text = decodeText(payload).trim();
  const binary = /<(?:\w+:)?Binary[^>]*>([\sA-Za-z0-9+/=]+)</.exec(text)?.[1] ?? text;
  const decoded = /^[\sA-Za-z0-9+/=]+$/.test(binary) ? bytesFromBase64(binary) : undefined;
  return decoded?.[0] === 0xfc ? { section: decoded, delay: 0 } : undefined;
}
