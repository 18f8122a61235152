/** Milliseconds from the year 1, which .NET counts from, to 1970. */
const DOTNET_EPOCH_MS = 62_135_596_800_000;

/** A stream's clock is the time of day if the result is within this many years of now. */
const PLAUSIBLE_MS = 30 * 365.25 * 24 * 3600 * 1000;

/**
 * Milliseconds to add to a stream's times to get the time since 1970, if the times count from 1970 or, as in .NET, from
 * the year 1; otherwise `undefined`.
 */
export function clockOffsetOf(time: bigint, timescale: bigint, now: number): number | undefined {
  const ms = Number((time * 1000n) / timescale);
  return [0, -DOTNET_EPOCH_MS].find((offset) => Math.abs(ms + offset - now) < PLAUSIBLE_MS);
}
