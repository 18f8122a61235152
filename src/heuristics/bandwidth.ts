/** What one download told of the line. */
export interface BandwidthSample {
  /** What all requests together received while it lasted. */
  readonly bytes: number;
  /** From its first byte to its last, in seconds. */
  readonly duration: number;
}

/** The line as it was seen so far; replaced by each sample, never changed. */
export interface Bandwidth {
  readonly fast: Average;
  readonly slow: Average;
  /** Samples in a row that looked like a cache's and were left out. */
  readonly leftOut: number;
}

/** An average of bits per second whose weight on the past halves with every `halfLife` seconds of downloading. */
interface Average {
  readonly value: number;
  /** Share of the weight that real samples hold, 0 to 1. */
  readonly weight: number;
}

export interface BandwidthTuning {
  /** Seconds of downloading after which a sample counts half. */
  readonly fastHalfLife: number;
  readonly slowHalfLife: number;
  /** Smaller bodies tell more of latency than of the line. */
  readonly leastBytes: number;
  /** So many times faster than expected, and complete so soon, is a cache and not the line. */
  readonly cacheFactor: number;
  readonly cacheSeconds: number;
  /** So many such samples in a row are the line after all. */
  readonly cachePatience: number;
}

export const BANDWIDTH_TUNING: BandwidthTuning = {
  fastHalfLife: 2,
  slowHalfLife: 8,
  leastBytes: 4_000,
  cacheFactor: 5,
  cacheSeconds: 0.03,
  cachePatience: 3,
};

export const NO_BANDWIDTH: Bandwidth = {
  fast: { value: 0, weight: 0 },
  slow: { value: 0, weight: 0 },
  leftOut: 0,
};

/** What is known of the line after one more sample. */
export function learnBandwidth(
  known: Bandwidth,
  sample: BandwidthSample,
  tuning: BandwidthTuning = BANDWIDTH_TUNING,
): Bandwidth {
  if (sample.bytes < tuning.leastBytes) return known;
  const duration = Math.max(sample.duration, 0.001);
  const bitsPerSecond = (sample.bytes * 8) / duration;
  const expected = expectedBandwidth(known);
  const looksCached =
    expected !== undefined &&
    sample.duration < tuning.cacheSeconds &&
    bitsPerSecond > expected * tuning.cacheFactor;
  if (looksCached && known.leftOut < tuning.cachePatience) return { ...known, leftOut: known.leftOut + 1 };
  // A very short download still counts for something, or a fast line would never be believed.
  const weighed = Math.max(duration, 0.1);
  return {
    fast: average(known.fast, bitsPerSecond, weighed, tuning.fastHalfLife),
    slow: average(known.slow, bitsPerSecond, weighed, tuning.slowHalfLife),
    leftOut: 0,
  };
}

/** Expected bits per second: the lower of a quick and a slow average, since over-estimates stall. */
export function expectedBandwidth(known: Bandwidth): number | undefined {
  if (known.slow.weight === 0) return undefined;
  return Math.min(known.fast.value / known.fast.weight, known.slow.value / known.slow.weight);
}

function average(known: Average, bitsPerSecond: number, duration: number, halfLife: number): Average {
  const keep = 0.5 ** (duration / halfLife);
  return { value: known.value * keep + bitsPerSecond * (1 - keep), weight: known.weight * keep + (1 - keep) };
}
