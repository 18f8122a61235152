import { type Seconds, seconds } from '../base/time.ts';

export interface BufferGoalInput {
  /** Seconds that the page asks for. */
  readonly wanted: number;
  /** Bits per second of the level in use. */
  readonly bitrate: number;
  /** What is left of the wish after the browser's buffer was found full, 0 to 1. */
  readonly squeeze: number;
}

/** More than any browser's quota for video is of no use. */
const MOST_BYTES = 48_000_000;
const LEAST_SECONDS = 6;

/** How far ahead of the playhead to fill. */
export function bufferGoal({ wanted, bitrate, squeeze }: BufferGoalInput): Seconds {
  const affordable = (MOST_BYTES * 8) / Math.max(bitrate, 1);
  const goal = Math.min(wanted, affordable) * squeeze;
  return seconds(Math.max(goal, Math.min(LEAST_SECONDS, wanted)));
}
