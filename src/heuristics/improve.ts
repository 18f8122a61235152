/** A chunk in the buffer. */
export interface HeldChunk {
  readonly index: number;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** Bits per second. */
  readonly bitrate: number;
}

export interface ImproveInput {
  /** What lies ahead of the playhead, in order. */
  readonly held: readonly HeldChunk[];
  readonly playhead: number;
  /** Bits per second of the level that the line carries now: that of the newest fragment. */
  readonly bitrate: number;
  /** Expected bits per second of the line, and the seconds to a first byte. */
  readonly estimate: number;
  readonly firstByte: number;
}

/** No chunk that begins sooner is replaced: what is nearer is appended as it comes, and might be seen half done. */
const LEAST_AHEAD = 8;
/** A download may take so many times as long as is expected. */
const CAUTION = 3;
/** Less of a gain is hardly seen. */
const LEAST_GAIN = 1.25;

/**
 * Which chunk of low quality to fetch again while the buffer is full; `undefined` for none. The last such one comes
 * first, so that the picture still gets better only once. A line that just carries the level is left alone.
 */
export function chooseImprovement(input: ImproveInput): { index: number; reason: string } | undefined {
  const { held, playhead, bitrate, estimate, firstByte } = input;
  const chunk = held.findLast((one) => one.bitrate * LEAST_GAIN < bitrate);
  if (!chunk || bitrate * LEAST_GAIN > estimate) return undefined;
  const takes = firstByte + (bitrate * (chunk.end - chunk.start)) / estimate;
  return chunk.start - playhead > LEAST_AHEAD + CAUTION * takes
    ? { index: chunk.index, reason: 'improve' }
    : undefined;
}
