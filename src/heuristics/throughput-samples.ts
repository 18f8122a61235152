import type { ThroughputSample } from './bandwidth-model.ts';

/** A span of receiving that is not a sample yet. */
export interface ReceiveSpan {
  /** Start, in seconds. */
  readonly from: number;
  /** Bytes received in total at the start. */
  readonly bytes: number;
  /** Whether a sample ended where this begins: then it counts, however short. */
  readonly continues?: boolean;
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

/** Begins a span, including the remainder of the previous one, whatever time is between. */
export function beginSpan(now: ReceiveSpan, remainder: Remainder | undefined): ReceiveSpan {
  return remainder ? { from: now.from - remainder.seconds, bytes: now.bytes - remainder.bytes } : now;
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
