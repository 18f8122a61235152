import { bytesFromBase64, decodeText } from '../../../src/base/bytes.ts';
import { readScte35 } from '../../../src/text/events/scte35.ts';
import {
  cancelledSplices,
  type SpliceInfo,
  spliceBreaksOf,
  spliceEventId,
} from '../../../src/text/events/splice-info.ts';
import type { SpliceEvent } from './title-events.ts';

const SPLICE_INSERT = 5;
/** Bytes before the command. SCTE 35, 9.6. */
const MIN_SECTION = 14;

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
 * The splices in a message: one for each break that it begins or ends, otherwise one; none if it contains something else.
 * Schemes are unreliable: a section is recognised by its first byte, wherever it is: bare, in base64, after the header of
 * Azure's ingest protocol, or in XML.
 */
export function splicesOf(message: EventMessage): readonly SpliceEvent[] {
  const found = sectionOf(message.payload);
  if (!found || found.section.length < MIN_SECTION) return [];
  const { stream, duration, timescale } = message;
  const start = message.start + found.delay / timescale;
  return partsOf(readScte35(found.section)).map(({ eventId, kind, duration: own, endsAfter }) => ({
    id: `${stream}-${eventId ?? Math.round(start * 1000)}`,
    kind,
    start,
    // Messages may be shorter than their breaks.
    duration: own || duration,
    endsAfter,
    section: found.section,
  }));
}

interface SplicePart {
  readonly eventId: number | undefined;
  readonly kind: SpliceEvent['kind'];
  /** Seconds. */
  readonly duration: number | undefined;
  readonly endsAfter: number | undefined;
}

const OTHER: SplicePart = { eventId: undefined, kind: 'other', duration: undefined, endsAfter: undefined };

/** A section that is encrypted or can't be read is `other`, like one without breaks. */
function partsOf(info: SpliceInfo | undefined): readonly SplicePart[] {
  if (!info) return [OTHER];
  const { command, commandType, descriptors } = info;
  const isInsert = commandType === SPLICE_INSERT && command.cancel === false;
  const single = isInsert
    ? [info]
    : descriptors.map((descriptor) => ({ ...info, command: {}, descriptors: [descriptor] }));
  const breaks = single.flatMap((one) =>
    spliceBreaksOf(one).map(({ kind, duration, autoReturn }) => ({
      eventId: spliceEventId(one),
      kind,
      duration,
      endsAfter: autoReturn && duration ? duration : undefined,
    })),
  );
  if (breaks.length > 0) return breaks;
  return [{ ...OTHER, eventId: spliceEventId(info) ?? cancelledSplices(info)[0] }];
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
