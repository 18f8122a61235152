/** A chunk in the buffer. */
export interface BufferedChunk {
  readonly index: number;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** Bits per second. */
  readonly bitrate: number;
}

export interface ImproveInput {
  /** The chunks ahead of the playhead, in order. */
  readonly buffered: readonly BufferedChunk[];
  readonly playhead: number;
  /** Bits per second of the level that the network sustains now: that of the newest fragment. */
  readonly bitrate: number;
  /** Expected bandwidth in bits per second, and the seconds to a first byte. */
  readonly estimate: number;
  readonly firstByte: number;
}

/** Seconds ahead of the playhead at least: a nearer chunk might be shown half replaced. */
const MIN_AHEAD = 8;
/** A download may take this many times as long as expected. */
const CAUTION = 3;
/** Ratio of bitrates; a smaller gain is hardly visible. */
const MIN_GAIN = 1.25;

/**
 * Which chunk of low quality to fetch again while the buffer is full; `undefined` for none. The last one is first, so
 * that the picture improves only once. Nothing is fetched twice on a network that barely sustains the level.
 */
export function chooseImprovement(input: ImproveInput): { index: number; reason: string } | undefined {
  const { buffered, playhead, bitrate, estimate, firstByte } = input;
  const chunk = buffered.findLast((one) => one.bitrate * MIN_GAIN < bitrate);
  if (!chunk || bitrate * MIN_GAIN > estimate) return undefined;
  const takes = firstByte + (bitrate * (chunk.end - chunk.start)) / estimate;
  return chunk.start - playhead > MIN_AHEAD + CAUTION * takes
    ? { index: chunk.index, reason: 'improve' }
    : undefined;
}
