import type { LineSample } from './line-model.ts';

/** A stretch of receiving that is not a sample yet. */
export interface Stretch {
  /** In seconds, when it began. */
  readonly from: number;
  /** What the line had carried by then, in bytes. */
  readonly bytes: number;
  /** Whether a sample was cut off before it: then it tells something, however short. */
  readonly goesOn?: boolean;
}

/** What was received and is no sample by itself: a few packets that came at once tell of buffers on the way. */
export interface Rest {
  readonly seconds: number;
  readonly bytes: number;
}

/** So many seconds of receiving make a sample: what is shorter tells more of packets than of the line. */
const SECONDS = 1;
/** What is left at the end of a download counts from so many seconds on, and of few bytes only from more seconds on. */
const LEAST_SECONDS = 0.004;
const FEW_BYTES = 16_384;
const LEAST_SECONDS_OF_FEW = 0.5;

/** Begins a stretch, to which the rest of the one before counts, whatever time lies between. */
export function beginStretch(now: Stretch, rest: Rest | undefined): Stretch {
  return rest ? { from: now.from - rest.seconds, bytes: now.bytes - rest.bytes } : now;
}

/** Turns what was received so far into a sample if it is long enough, and goes on from there. */
export function cutSample(stretch: Stretch, now: Stretch): { stretch: Stretch; sample?: LineSample } {
  const duration = now.from - stretch.from;
  if (duration < SECONDS) return { stretch };
  return { stretch: { ...now, goesOn: true }, sample: sampleOf(stretch, now) };
}

/** Nothing is being received any more: gives the sample of what is left, or the rest itself where that tells too little. */
export function endStretch(stretch: Stretch, now: Stretch): { sample?: LineSample; rest?: Rest } {
  const rest: Rest = { seconds: now.from - stretch.from, bytes: now.bytes - stretch.bytes };
  const isFew = rest.bytes === 0 || (rest.bytes < FEW_BYTES && !stretch.goesOn);
  const isTelling = rest.seconds >= (isFew ? LEAST_SECONDS_OF_FEW : LEAST_SECONDS);
  return isTelling ? { sample: sampleOf(stretch, now) } : { rest };
}

function sampleOf(stretch: Stretch, now: Stretch): LineSample {
  return {
    bits: (now.bytes - stretch.bytes) * 8,
    duration: now.from - stretch.from,
    at: (stretch.from + now.from) / 2,
  };
}
