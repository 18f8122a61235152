import type { AnnouncedTrack } from './announced-track.ts';
import { fromJson, toJson } from './event-record.ts';
import type { LiveEvent } from './live-event.ts';

/** The state of an event for peers: `Manifest(format=state)`. */
export interface PeerState {
  readonly format: 1;
  /** `undefined`: none has begun. */
  readonly event: PeerEvent | undefined;
}

export interface PeerEvent {
  readonly name: string;
  /** Milliseconds since 1970 minus those on the streams' clock. */
  readonly clockOffset: number;
  /** Whether the streams' clock counts from an epoch; earlier versions don't say so. */
  readonly countsFromEpoch?: boolean;
  readonly isEnded: boolean;
  readonly streams: readonly PeerStream[];
}

export interface PeerStream {
  readonly name: string;
  readonly tracks: readonly AnnouncedTrack[];
  /** Time and duration in ticks, then the indexes of the tracks that have it. */
  readonly chunks: readonly (readonly [time: bigint, duration: bigint, ...tracks: number[]])[];
}

export function writePeerState(event: LiveEvent | undefined): string {
  return JSON.stringify({ format: 1, event: event?.identity && peerEvent(event, event.identity) }, toJson);
}

function peerEvent(event: LiveEvent, identity: NonNullable<LiveEvent['identity']>): PeerEvent {
  return {
    ...identity,
    isEnded: event.isEnded,
    streams: event.streams.map(({ name, pushed, all }) => {
      const tracks = pushed.map(({ track }) => track);
      const places = new Map(tracks.map(({ bitrate }, i) => [bitrate, i]));
      return {
        name,
        tracks,
        chunks: all.map(({ time, duration, bitrates }) => [
          time,
          duration,
          ...bitrates.flatMap((bitrate) => places.get(bitrate) ?? []),
        ]),
      };
    }),
  };
}

/** `undefined` if it isn't a state of this version. */
export function readPeerState(text: string): PeerState | undefined {
  try {
    const state: unknown = JSON.parse(text, fromJson);
    if (!isRecord(state) || state.format !== 1) return undefined;
    const event = state.event;
    if (event === undefined) return { format: 1, event: undefined };
    return isEvent(event) ? { format: 1, event } : undefined;
  } catch {
    return undefined;
  }
}

/** Names are used as file names. */
const NAME = /^[\w.-]{1,200}$/;

const isEvent = (value: unknown): value is PeerEvent =>
  isRecord(value) &&
  NAME.test(String(value.name)) &&
  Number.isFinite(value.clockOffset) &&
  typeof value.isEnded === 'boolean' &&
  Array.isArray(value.streams) &&
  value.streams.every(isStream);

const isStream = (value: unknown): value is PeerStream =>
  isRecord(value) &&
  typeof value.name === 'string' &&
  Array.isArray(value.tracks) &&
  value.tracks.every(isTrack) &&
  Array.isArray(value.chunks) &&
  value.chunks.every(isChunk);

const isTrack = (value: unknown): value is AnnouncedTrack =>
  isRecord(value) &&
  ['video', 'audio', 'text'].includes(String(value.kind)) &&
  typeof value.name === 'string' &&
  typeof value.timescale === 'bigint' &&
  value.timescale > 0n &&
  Number.isSafeInteger(value.bitrate) &&
  Number.isSafeInteger(value.trackId) &&
  value.attributes instanceof Map;

const isChunk = (value: unknown): value is PeerStream['chunks'][number] =>
  Array.isArray(value) &&
  typeof value[0] === 'bigint' &&
  typeof value[1] === 'bigint' &&
  value.slice(2).every(Number.isSafeInteger);

/** Unvalidated fields. */
interface Fields {
  readonly format?: unknown;
  readonly event?: unknown;
  readonly name?: unknown;
  readonly clockOffset?: unknown;
  readonly isEnded?: unknown;
  readonly streams?: unknown;
  readonly tracks?: unknown;
  readonly chunks?: unknown;
  readonly kind?: unknown;
  readonly timescale?: unknown;
  readonly bitrate?: unknown;
  readonly trackId?: unknown;
  readonly attributes?: unknown;
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The time of an event's first fragment, in milliseconds since 1970; `undefined` before it. */
export function startOf({ clockOffset, streams }: PeerEvent): number | undefined {
  const starts = streams.flatMap(({ chunks: [first], tracks: [track] }) =>
    first && track ? [clockOffset + Number((first[0] * 1000n) / track.timescale)] : [],
  );
  return starts.length > 0 ? Math.min(...starts) : undefined;
}
