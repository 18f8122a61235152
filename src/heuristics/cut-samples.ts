import type { LineSample } from './line-model.ts';

/** A stretch of receiving that is not a sample yet. */
export interface Stretch {
  /** In seconds, when it began. */
  readonly from: number;
  /** What the line had carried by then, in bytes. */
  readonly bytes: number;
}

/** So many seconds of receiving make a sample: what is shorter tells more of packets than of the line. */
const SECONDS = 1;
/** What is left at the end of a download counts from so many seconds on. */
const LEAST_SECONDS = 0.004;

/** Turns what was received so far into a sample if it is long enough, and goes on from there. */
export function cutSample(stretch: Stretch, now: Stretch): { stretch: Stretch; sample?: LineSample } {
  const duration = now.from - stretch.from;
  return duration < SECONDS ? { stretch } : { stretch: now, sample: sampleOf(stretch, now) };
}

/** The sample of what is left when nothing is being received any more; `undefined` when that tells nothing. */
export function lastSample(stretch: Stretch, now: Stretch): LineSample | undefined {
  const duration = now.from - stretch.from;
  const isTelling = duration >= LEAST_SECONDS && (now.bytes > stretch.bytes || duration > SECONDS / 2);
  return isTelling ? sampleOf(stretch, now) : undefined;
}

function sampleOf(stretch: Stretch, now: Stretch): LineSample {
  return {
    bits: (now.bytes - stretch.bytes) * 8,
    duration: now.from - stretch.from,
    at: (stretch.from + now.from) / 2,
  };
}
