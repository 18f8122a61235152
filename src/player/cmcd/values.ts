import type { Cmcd, CmcdObjectType } from '@svta/cml-cmcd';

/** The type of a requested object, in CTA-5004's tokens: manifest, video, audio, timed text in MP4, a caption file, or another. */
export type ObjectType = Extract<CmcdObjectType, 'm' | 'v' | 'a' | 'tt' | 'c' | 'o'>;

/** The data common to a whole playback. */
export interface PlaybackFacts {
  readonly sessionId: string;
  readonly contentId: string | undefined;
  /** `undefined` before the manifest is loaded. */
  readonly isLive: boolean | undefined;
  /** 1 at normal speed, 0 while nothing plays. */
  readonly rate: number;
  /** Bits per second; `undefined` before the first measurement. */
  readonly throughput: number | undefined;
}

/** The data of one request. */
export interface RequestFacts extends PlaybackFacts {
  readonly type: ObjectType;
  /** Bits per second: of the level, and of the highest allowed one. */
  readonly bitrate?: number | undefined;
  readonly topBitrate?: number | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  /** Seconds of the stream ahead of the playhead; `undefined` for what isn't played from a buffer. */
  readonly bufferAhead?: number | undefined;
  /** Whether the buffer was empty since the previous request. */
  readonly isStarved: boolean;
  /** Whether playback waits for it: at the start, after a seek, or after a stall. */
  readonly isUrgent: boolean;
  /** Absolute URL of the next request. */
  readonly next?: string | undefined;
}

/** A server may limit its rate to this multiple of the bitrate: enough to fill the buffer soon. */
const ENOUGH = 5;

/**
 * The CTA-5004 keys of a request. Bitrates in kbit/s, times in milliseconds, as required; `undefined` for unknown
 * values. The encoder rounds, and omits defaults.
 */
export function requestValues(facts: RequestFacts): Cmcd {
  const { type, bitrate, bufferAhead, duration, isStarved, isUrgent, next, rate, topBitrate } = facts;
  const isBuffered = bufferAhead !== undefined;
  const enough = bitrate !== undefined && isBuffered && !isUrgent ? hundreds(bitrate * ENOUGH) : undefined;
  return {
    ...playbackValues(facts),
    ot: type,
    ...list('br', kilobits(bitrate)),
    ...list('tb', kilobits(topBitrate)),
    ...(duration !== undefined && { d: Math.round(duration * 1000) }),
    ...list('bl', milliseconds(bufferAhead)),
    ...(isBuffered && rate > 0 && { dl: Math.round((bufferAhead / rate) * 1000) }),
    ...(enough && { rtp: enough }),
    ...(isStarved && { bs: true }),
    ...(isUrgent && { su: true }),
    ...(next !== undefined && { nor: [next] }),
  };
}

/** The keys of a playback as a whole. */
export function playbackValues({ sessionId, contentId, isLive, rate, throughput }: PlaybackFacts): Cmcd {
  return {
    sid: sessionId,
    ...(contentId !== undefined && { cid: contentId }),
    sf: 's',
    ...(isLive !== undefined && { st: isLive ? ('l' as const) : ('v' as const) }),
    pr: Math.round(rate * 100) / 100,
    ...list('mtp', kilobits(throughput)),
  };
}

/** Version 2 writes these as lists; the encoder converts them to numbers for version 1. */
const list = <Key extends string>(key: Key, value: number | undefined): { [K in Key]?: number[] } =>
  value === undefined ? {} : ({ [key]: [value] } as { [K in Key]: number[] });

const kilobits = (bits: number | undefined) => (bits === undefined ? undefined : Math.round(bits / 1000));
const milliseconds = (seconds: number | undefined) =>
  seconds === undefined ? undefined : Math.round(Math.max(0, seconds) * 1000);
/** Rounded up, since less would not be enough. */
const hundreds = (bits: number) => Math.ceil(bits / 100_000) * 100;

/** The playback state, in the tokens of CTA-5004. */
export type PlayState = 's' | 'p' | 'k' | 'r' | 'a' | 'e' | 'f' | 'q' | 'd';

/** The state of a media element. */
export type MediaFacts = Pick<HTMLMediaElement, 'paused' | 'seeking' | 'ended' | 'readyState'>;

/** `HTMLMediaElement.HAVE_FUTURE_DATA`. */
const CAN_GO_ON = 3;

/** `hasPlayed`: whether it has played since the title was loaded. */
export function playState(media: MediaFacts | undefined, hasPlayed: boolean, hasFailed: boolean): PlayState {
  if (hasFailed) return 'f';
  if (!media) return 'd';
  if (media.ended) return 'e';
  if (media.paused && !hasPlayed) return 'd';
  if (media.seeking) return 'k';
  if (media.paused) return 'a';
  if (!hasPlayed) return 's';
  return media.readyState < CAN_GO_ON ? 'r' : 'p';
}

/** Whether playback waits for the request. */
export const isWaiting = (media: MediaFacts | undefined): boolean =>
  !media || media.seeking || (media.readyState < CAN_GO_ON && !media.ended);
