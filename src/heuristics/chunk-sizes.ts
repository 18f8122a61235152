/** How real chunk sizes differ from nominal ones, bitrate times duration; in logarithms. Immutable. */
export interface ChunkSizes {
  /** Of the whole stream, and of its last chunk. */
  readonly mean: number;
  readonly last: number;
  readonly variance: number;
  /** Number of chunks behind these values, older ones discounted. */
  readonly weight: number;
}

/** Before any chunk: nominal sizes, with the variation that is usual for encoders. */
export const UNKNOWN_SIZES: ChunkSizes = { mean: 0, last: 0, variance: 0.0625, weight: 4 };

/** Fraction of the past that is kept per chunk. */
const KEEP = 0.97;
/** Correlation between the sizes of neighbouring chunks: scenes are longer than chunks. */
const CORRELATION = 0.8;
/** No encoder deviates further in either direction. */
const MAX_RATIO = Math.log(4);

/** Updates the statistics with a complete chunk. */
export function learnSize(known: ChunkSizes, bytes: number, nominalBytes: number): ChunkSizes {
  if (!(bytes > 0 && nominalBytes > 0)) return known;
  const last = Math.min(MAX_RATIO, Math.max(-MAX_RATIO, Math.log(bytes / nominalBytes)));
  const weight = known.weight * KEEP + 1;
  const mean = known.mean + (last - known.mean) / weight;
  const variance = known.variance + ((last - known.mean) ** 2 - known.variance) / weight;
  return { mean, last, variance, weight };
}

/** Expected ratio of the next chunk's real size to its nominal one, and its spread, r.m.s. of the logarithm. */
export function expectSize({ mean, last, variance }: ChunkSizes): { factor: number; spread: number } {
  return {
    factor: Math.exp(mean + CORRELATION * (last - mean)),
    spread: Math.sqrt(variance * (1 - CORRELATION ** 2)),
  };
}
