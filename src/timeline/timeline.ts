import { rescale, type Seconds, seconds, type Ticks, ticks, timescale, toSeconds } from '../base/time.ts';
import type { Chunk, Presentation, Stream } from '../manifest/presentation.ts';

/** The chunks of one stream on the media element's clock, where 0 is the presentation's origin. */
export interface Timeline {
  /** From 0 to the end of the last chunk. */
  readonly duration: Seconds;
  /** Negative for a chunk that begins before the origin. */
  startOf(chunk: Chunk): Seconds;
  endOf(chunk: Chunk): Seconds;
  /** The chunk that contains a time, or the next one after a gap; `undefined` past the end. */
  chunkAt(time: Seconds): Chunk | undefined;
  /** The next chunk; `undefined` after the last. */
  next(chunk: Chunk): Chunk | undefined;
}

const NANOSECONDS = 1_000_000_000n;

/** A time this close before a boundary is meant to be on it: clocks count microseconds. */
const TOLERANCE = seconds(1e-6);

export function timelineOf(
  stream: Stream,
  presentation: Pick<Presentation, 'origin' | 'timescale'>,
): Timeline {
  const { chunks, timescale: scale } = stream;
  const { origin, timescale: originScale } = presentation;
  const commonScale = timescale(scale * originScale);

  /** Exact until the final conversion, so that doubles only represent small numbers. */
  const toMediaTime = (time: Ticks): Seconds =>
    scale === originScale
      ? toSeconds(ticks(time - origin), scale)
      : toSeconds(ticks(time * originScale - origin * scale), commonScale);

  /** The tick that has begun by then. */
  const toStreamTime = (time: Seconds): Ticks => {
    const nanoseconds = BigInt(Math.floor((time + TOLERANCE) * Number(NANOSECONDS)));
    const moment = ticks(origin * NANOSECONDS + nanoseconds * originScale);
    return rescale(moment, timescale(originScale * NANOSECONDS), scale);
  };

  const endOf = (chunk: Chunk) => toMediaTime(ticks(chunk.start + chunk.duration));

  return {
    duration: seconds(Math.max(0, toMediaTime(chunks.end))),
    startOf: (chunk) => toMediaTime(chunk.start),
    endOf,
    chunkAt(time) {
      if (Number.isFinite(time)) return chunks.from(toStreamTime(time));
      return time < 0 ? chunks.at(0) : undefined;
    },
    next: (chunk) => chunks.at(chunk.index + 1),
  };
}
