/** Seconds from a request to its first byte, before any was measured. */
export const FIRST_BYTE_GUESS = 0.1;

/** How fast the estimate follows a longer and a shorter wait: a slow server may be slow again. */
const RISE = 0.5;
const FALL = 0.125;

/** Updates the expected time to the first byte, in seconds, with a measured one. */
export function learnFirstByte(known: number | undefined, seconds: number): number {
  if (known === undefined) return seconds;
  return known + (seconds > known ? RISE : FALL) * (seconds - known);
}

/** A response that takes this many times as long as others did is not going to arrive. */
const TIMES_EXPECTED = 10;
/** The shortest time to wait for one, in seconds. */
const LEAST_WAIT = 2;
/** Half of the buffer may play meanwhile. */
const SHARE_OF_BUFFER = 0.5;

/**
 * How long to wait for the first byte of a fragment, in seconds, if responses are expected after `expected` seconds: a
 * dead connection gives no error, and there should be time for another before the buffer runs dry.
 */
export function firstByteWait(expected: number, bufferAhead: number): number {
  return Math.max(LEAST_WAIT, expected * TIMES_EXPECTED, bufferAhead * SHARE_OF_BUFFER);
}
