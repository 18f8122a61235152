import type { Seconds } from '../base/time.ts';

/** A running download, as it looks now. */
export interface DownloadProgress {
  /** Since the request, in seconds. */
  readonly elapsed: number;
  /** Since the first byte, in seconds. */
  readonly receiving: number;
  readonly received: number;
  /** Whole body: announced, or guessed from bitrate and duration. */
  readonly expected: number;
  readonly bufferAhead: Seconds;
  /** Bytes that the fragment has at the lowest level that may be chosen. */
  readonly lowestBytes: number;
}

/** No judgement before so many seconds and bytes. */
const LEAST_SECONDS = 0.5;
const LEAST_BYTES = 16_000;
/** What asking anew costs, beside the bytes, in seconds. */
const ROUND_TRIP = 0.3;

/** Whether to give up a download because the buffer would run dry over it and a lower level would save that. */
export function shouldAbandon(progress: DownloadProgress): boolean {
  const { receiving, received, expected, bufferAhead, lowestBytes } = progress;
  if (receiving < LEAST_SECONDS || received < LEAST_BYTES) return false;
  const rate = received / receiving;
  const rest = (expected - received) / rate;
  const instead = lowestBytes / rate + ROUND_TRIP;
  return rest > bufferAhead && instead < rest * 0.7;
}
