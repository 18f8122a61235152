/** Bits per second of a level, measured over its fragments. */
export interface LevelRates {
  /** Of the largest fragment, relative to its duration. */
  readonly peak: number;
  readonly average: number;
}

/** A fragment's size in bytes, and its duration in seconds. */
export interface MeasuredFragment {
  readonly bytes: number;
  readonly seconds: number;
}

/** `undefined` if nothing was measured. */
export function ratesOfFragments(fragments: Iterable<MeasuredFragment>): LevelRates | undefined {
  let [peak, bits, length] = [0, 0, 0];
  for (const { bytes, seconds } of fragments) {
    if (!(seconds > 0)) continue;
    peak = Math.max(peak, (bytes * 8) / seconds);
    bits += bytes * 8;
    length += seconds;
  }
  return length > 0 ? { peak, average: bits / length } : undefined;
}
