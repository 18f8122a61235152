/** How real sizes of chunks differ from nominal ones, bitrate times duration; logarithms. Replaced, never changed. */
export interface ChunkSizes {
  /** Of the stream on the whole, and of its last chunk. */
  readonly mean: number;
  readonly last: number;
  readonly variance: number;
  /** Chunks that these rest on, the older the less. */
  readonly weight: number;
}

/** Nothing seen: sizes as announced, give or take what encoders do. */
export const UNKNOWN_SIZES: ChunkSizes = { mean: 0, last: 0, variance: 0.0625, weight: 4 };

/** What a chunk keeps of what was known. */
const KEEP = 0.97;
/** How much a chunk's size has of that of the chunk before: scenes are longer than chunks. */
const KINSHIP = 0.8;
/** No encoder is further off, either way. */
const MOST = Math.log(4);

/** What is known after one more chunk came whole. */
export function learnSize(known: ChunkSizes, bytes: number, nominalBytes: number): ChunkSizes {
  if (!(bytes > 0 && nominalBytes > 0)) return known;
  const last = Math.min(MOST, Math.max(-MOST, Math.log(bytes / nominalBytes)));
  const weight = known.weight * KEEP + 1;
  const mean = known.mean + (last - known.mean) / weight;
  const variance = known.variance + ((last - known.mean) ** 2 - known.variance) / weight;
  return { mean, last, variance, weight };
}

/** The next chunk's real size over its nominal one, and how far it may lie from that, r.m.s. of the logarithm. */
export function expectSize({ mean, last, variance }: ChunkSizes): { factor: number; spread: number } {
  return {
    factor: Math.exp(mean + KINSHIP * (last - mean)),
    spread: Math.sqrt(variance * (1 - KINSHIP ** 2)),
  };
}
