/** Seconds from a request to its first byte, before one was made. */
export const FIRST_BYTE_GUESS = 0.1;

/** What of a wait that was longer or shorter than expected is believed at once: what was slow once may be again. */
const LONGER = 0.5;
const SHORTER = 0.125;

/** The wait to expect for the next first byte, after one of so many seconds. */
export function learnFirstByte(known: number | undefined, seconds: number): number {
  if (known === undefined) return seconds;
  return known + (seconds > known ? LONGER : SHORTER) * (seconds - known);
}
