import type { Seconds } from '../base/time.ts';
import type { Chunk, ChunkList } from '../manifest/presentation.ts';

/** The chunks of a text stream, and where they lie on the media element's clock. */
export interface TextChunks {
  readonly chunks: ChunkList;
  /** The chunk that holds a moment, or the next one after a gap; `undefined` past the end. */
  chunkAt(time: Seconds): Chunk | undefined;
  startOf(chunk: Chunk): Seconds;
}

/** What the player knows when it looks for the next chunk of text to request. */
export interface TextDemand {
  readonly position: Seconds;
  /** End of the buffered range of sound and picture that holds the position, or the position. */
  readonly bufferEnd: Seconds;
  /** Whether there is nothing to request: the chunk is loaded, under way, or was given up. */
  isSettled(chunk: Chunk): boolean;
}

/** Seconds of text that are wanted ahead of the position. */
const AHEAD = 20;
/** Chunks of text that may be requested beyond the end of what is buffered of sound and picture. */
const MOST_BEYOND_BUFFER = 5;

/**
 * The next chunk of text to request; `undefined` while there is none. First the one at the position, so that its cues are shown
 * soonest; then the one before, whose cues may last up to here; then those ahead, in their order.
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
