/** Seconds from a request to its first byte, before one was made. */
export const FIRST_BYTE_GUESS = 0.1;

/** The wait to expect for the next first byte, after one of so many seconds. */
export function learnFirstByte(known: number | undefined, seconds: number): number {
  return known === undefined ? seconds : known + 0.25 * (seconds - known);
}
