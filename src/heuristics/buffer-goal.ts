import { type Seconds, seconds } from '../base/time.ts';

export interface BufferGoalInput {
  /** Seconds that the page asks for. */
  readonly wanted: number;
  /** Bits per second of the level in use. */
  readonly bitrate: number;
  /** Share of `wanted` that is left after the browser's buffer was found full, 0 to 1. */
  readonly squeeze: number;
}

/** More than any browser's quota for video would be useless. */
const MAX_BYTES = 48_000_000;
const MIN_SECONDS = 6;

/** How far ahead of the playhead to fill. */
export function bufferGoal({ wanted, bitrate, squeeze }: BufferGoalInput): Seconds {
  const affordable = (MAX_BYTES * 8) / Math.max(bitrate, 1);
  const goal = Math.min(wanted, affordable) * squeeze;
  return seconds(Math.max(goal, Math.min(MIN_SECONDS, wanted)));
}
