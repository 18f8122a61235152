import { seconds, type Ticks, type Timescale, ticks } from '../../base/time.ts';
import type { EmbeddedText } from '../../manifest/presentation.ts';
import { TEXT_LIMITS } from '../cue.ts';
import { hasBoxes, readTextSamples } from '../fragment/text-samples.ts';
import { fromTicks, inSeconds, type Nanoseconds } from '../moment.ts';
import { TextRepairs } from '../repair.ts';
import type { EventKind } from '../text-streams.ts';
import type { EventCue } from './event-cue.ts';
import { type EventPayload, readPayload, readTitle } from './payload.ts';
import { cancelledSplices, isSpliceCancel, spliceBreakOf, spliceEventId } from './splice-info.ts';

/** The position of a stream's events on the media element's clock. */
export interface EventPlace {
  readonly timescale: Timescale;
  /** The stream's time at 0: that of its parent. */
  readonly zero: Nanoseconds;
  /** The played part, on the stream's clock, for a clip. */
  readonly bounds?: { readonly begin: Nanoseconds; readonly end: Nanoseconds };
  /** The clip's prefix for ids. */
  readonly prefix?: string;
  readonly kind?: EventKind;
}

/** A message, and its effect on others. */
export interface ReadEvent {
  readonly cue: EventCue;
  /** The splice events that it cancels. */
  readonly cancels: readonly number[];
  /** Whether it does nothing else: then it is not an event itself. */
  readonly isCancel: boolean;
  readonly spliceId: number | undefined;
  /** A splice message that could not be parsed: it is passed on unchanged. */
  readonly isBroken: boolean;
}

const MAX_EVENT = 256 * 1024;

/** The events in the manifest itself. */
export const embeddedEvents = (payloads: readonly EmbeddedText[], place: EventPlace): ReadEvent[] =>
  payloads.flatMap((payload) => embeddedEvent(payload, place) ?? []);

function embeddedEvent({ kind, start, duration, data, type }: EmbeddedText, place: EventPlace) {
  if (kind === 'fragment') {
    const message = place.kind === 'chapters' ? readTitle(data) : readPayload(data);
    return eventOf(message, start, duration, place);
  }
  const text = new TextDecoder().decode(data);
  const command = kind === 'command' ? { type: type ?? '', command: text } : { text };
  return eventOf({ data, ...command }, start, duration, place);
}

/**
 * The messages in a sparse fragment, usually one: a sample each, from its time on. Each lasts as long as its sample: a
 * chunk of messages extends to the next one, or only its start is known. Empty and too large ones are ignored.
 */
export function fragmentEvents(
  bytes: Uint8Array,
  chunk: { readonly start: Ticks; readonly duration: Ticks },
  place: EventPlace,
): ReadEvent[] {
  const messages = hasBoxes(bytes) ? samplesOf(bytes) : [{ bytes, offset: 0, duration: chunk.duration }];
  return messages.slice(0, TEXT_LIMITS.events).flatMap(({ bytes: data, offset, duration }) => {
    if (data.length === 0 || data.length > MAX_EVENT) return [];
    const start = ticks(chunk.start + BigInt(offset));
    return eventOf(readPayload(data), start, ticks(duration), place) ?? [];
  });
}

const samplesOf = (bytes: Uint8Array) =>
  readTextSamples(bytes.subarray(0, TEXT_LIMITS.fragmentBytes), new TextRepairs()).samples;

type Message = EventPayload & { readonly type?: string; readonly command?: string };

function eventOf(message: Message, start: Ticks, duration: Ticks, place: EventPlace): ReadEvent | undefined {
  const { data, text, type, command, scte35, messageId, delta = 0, isBroken = false } = message;
  const { timescale, zero, bounds, prefix = '' } = place;
  const time = ticks(start + BigInt(delta));
  const at = fromTicks(time, timescale);
  if (bounds && (at < bounds.begin || at >= bounds.end)) return undefined;
  const last = bounds && inSeconds(bounds.end - zero);
  const begin = inSeconds(at - zero);
  const length = duration > 0n ? inSeconds(fromTicks(duration, timescale)) : breakLength(scte35);
  const spliceId = scte35 && spliceEventId(scte35);
  const own = messageId ?? spliceId ?? hashOf(data, type);
  const cue: EventCue = {
    id: `${prefix}${time}-${own}`,
    start: begin,
    end: seconds(Math.min(begin + length, last ?? Number.POSITIVE_INFINITY)),
    data,
    ...(text !== undefined && { text }),
    ...(type !== undefined && { type }),
    ...(command !== undefined && { command }),
    ...(scte35 && { scte35 }),
  };
  const cancels = scte35 ? cancelledSplices(scte35) : [];
  return { cue, cancels, isCancel: scte35 !== undefined && isSpliceCancel(scte35), spliceId, isBroken };
}

/** In seconds; 0 if it is unknown, or lasts until another message ends it. */
function breakLength(scte35: EventCue['scte35']): number {
  const found = scte35 && spliceBreakOf(scte35);
  return found?.kind === 'out' && found.autoReturn ? (found.duration ?? 0) : 0;
}

/** FNV-1a: the same message at the same time is one event. */
function hashOf(data: Uint8Array, type = ''): string {
  let hash = 0x811c9dc5;
  for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193);
  for (const character of type) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 0).toString(36);
}
