import type { Seconds } from '../base/time.ts';
import type { Chunk, ChunkList } from '../manifest/presentation.ts';

/** The chunks of a text stream, and their positions on the media element's clock. */
export interface TextChunks {
  readonly chunks: ChunkList;
  /** The chunk that contains a time, or the next one after a gap; `undefined` past the end. */
  chunkAt(time: Seconds): Chunk | undefined;
  startOf(chunk: Chunk): Seconds;
}

/** The input for choosing the next chunk of text to request. */
export interface TextDemand {
  readonly position: Seconds;
  /** End of the buffered range of audio and video that contains the position, or the position. */
  readonly bufferEnd: Seconds;
  /** Whether there is nothing to request: the chunk is loaded, in progress, or was given up. */
  isSettled(chunk: Chunk): boolean;
}

/** Seconds of text to fetch ahead of the position. */
const AHEAD = 20;
/** Number of text chunks that may be requested beyond the end of the audio and video buffer. */
const MOST_BEYOND_BUFFER = 5;

/**
 * The next chunk of text to request; `undefined` if there is none. First the one at the position, so that its cues are
 * shown soonest; then the previous one, whose cues may extend up to here; then those ahead, in order.
 */
export function nextTextChunk(
  { chunks, chunkAt, startOf }: TextChunks,
  { position, bufferEnd, isSettled }: TextDemand,
): Chunk | undefined {
  const current = chunkAt(position);
  const before = chunks.at(current ? current.index - 1 : chunks.length - 1);
  for (const chunk of [current, before]) if (chunk && !isSettled(chunk)) return chunk;
  if (!current) return undefined;
  let beyond = 0;
  for (let chunk = chunks.at(current.index + 1); chunk; chunk = chunks.at(chunk.index + 1)) {
    const start = startOf(chunk);
    if (start >= bufferEnd) beyond++;
    if (start > position + AHEAD || beyond > MOST_BEYOND_BUFFER) return undefined;
    if (!isSettled(chunk)) return chunk;
  }
  return undefined;
}
