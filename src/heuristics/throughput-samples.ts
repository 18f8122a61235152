import type { ThroughputSample } from './bandwidth-model.ts';

/** A span of receiving that is not a sample yet. */
export interface ReceiveSpan {
  /** Start, in seconds. */
  readonly from: number;
  /** Bytes received in total at the start. */
  readonly bytes: number;
  /** Whether a sample ended where this begins: then it counts, however short. */
  readonly continues?: boolean;
  /** What is received in it, unless part of it was requested before a sample that ended. */
  readonly responses?: Responses | undefined;
}

/** One or several responses that are received together. */
export interface Responses {
  /** When the first of them was requested, in seconds. */
  readonly requestedAt: number;
  /** The shortest time from a request to its first byte, in seconds. */
  readonly firstByte: number;
  /** Bytes received in total before them. */
  readonly bytes: number;
}

/** What was received but is not a sample by itself: a few packets at once say more about buffers on the way than about the network. */
export interface Remainder {
  readonly seconds: number;
  readonly bytes: number;
}

/** Seconds of receiving that make a sample: shorter spans say more about packets than about the network. */
const SAMPLE_SECONDS = 1;
/** The end of a download is a sample if it lasted this many seconds, and with few bytes only if it lasted longer. */
const MIN_SECONDS = 0.004;
const FEW_BYTES = 16_384;
const MIN_SECONDS_WITH_FEW_BYTES = 0.5;
/** A response may come from a cache if its first byte was there sooner, in seconds, or within this fraction of the usual time. */
const NETWORK_FIRST_BYTE = 0.01;
const NETWORK_SHARE = 0.5;

/** Begins a span, including the remainder of the previous one, whatever time is between. */
export function beginSpan(now: ReceiveSpan, remainder: Remainder | undefined): ReceiveSpan {
  return remainder ? { from: now.from - remainder.seconds, bytes: now.bytes - remainder.bytes } : now;
}

/** One more response begins within a span. */
export function addResponse(span: ReceiveSpan, { requestedAt, firstByte, bytes }: Responses): ReceiveSpan {
  const { responses, continues } = span;
  if (continues) return span;
  if (!responses) return { ...span, responses: { requestedAt, firstByte, bytes } };
  return {
    ...span,
    responses: {
      requestedAt: Math.min(requestedAt, responses.requestedAt),
      firstByte: Math.min(firstByte, responses.firstByte),
      bytes: responses.bytes,
    },
  };
}

/**
 * Bits per second that the network delivers at least: a busy main thread may read a body long after it arrived, so the whole time since the
 * request counts. `undefined` if there are few bytes, or if a cache may have had them; `usualFirstByte`: in seconds.
 */
export function leastRate(
  { responses }: ReceiveSpan,
  now: ReceiveSpan,
  usualFirstByte: number,
): number | undefined {
  if (!responses) return undefined;
  const { requestedAt, firstByte, bytes } = responses;
  const isFew = now.bytes - bytes < FEW_BYTES;
  if (isFew || firstByte < Math.max(NETWORK_FIRST_BYTE, NETWORK_SHARE * usualFirstByte)) return undefined;
  return ((now.bytes - bytes) * 8) / (now.from - requestedAt);
}

/** Turns the span so far into a sample if it is long enough, and begins the next one there. */
export function cutSample(
  span: ReceiveSpan,
  now: ReceiveSpan,
): { span: ReceiveSpan; sample?: ThroughputSample } {
  const duration = now.from - span.from;
  if (duration < SAMPLE_SECONDS) return { span };
  return { span: { ...now, continues: true }, sample: sampleOf(span, now) };
}

/** Receiving stopped: returns a sample of the span, or its remainder if it is too short. */
export function endSpan(
  span: ReceiveSpan,
  now: ReceiveSpan,
): { sample?: ThroughputSample; remainder?: Remainder } {
  const remainder: Remainder = { seconds: now.from - span.from, bytes: now.bytes - span.bytes };
  const isFew = remainder.bytes === 0 || (remainder.bytes < FEW_BYTES && !span.continues);
  const isEnough = remainder.seconds >= (isFew ? MIN_SECONDS_WITH_FEW_BYTES : MIN_SECONDS);
  return isEnough ? { sample: sampleOf(span, now) } : { remainder };
}

function sampleOf(span: ReceiveSpan, now: ReceiveSpan): ThroughputSample {
  return {
    bits: (now.bytes - span.bytes) * 8,
    duration: now.from - span.from,
    at: (span.from + now.from) / 2,
  };
}
