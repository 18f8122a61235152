import { type Seconds, seconds } from '../base/time.ts';

export interface BufferGoalInput {
  /** Seconds that the page requests. */
  readonly wanted: number;
  /** Bits per second of the level in use. */
  readonly bitrate: number;
  /** Fraction of `wanted` that is left after the browser's buffer was full, 0 to 1. */
  readonly squeeze: number;
}

/** More would exceed any browser's quota for video. */
const MAX_BYTES = 48_000_000;
const MIN_SECONDS = 6;

/** How far ahead of the playhead to fill, in seconds. */
export function bufferGoal({ wanted, bitrate, squeeze }: BufferGoalInput): Seconds {
  const affordable = (MAX_BYTES * 8) / Math.max(bitrate, 1);
  const goal = Math.min(wanted, affordable) * squeeze;
  return seconds(Math.max(goal, Math.min(MIN_SECONDS, wanted)));
}
