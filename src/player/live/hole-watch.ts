import { SmoothError } from '../../base/errors.ts';
import type { Feed } from '../feed.ts';

/** A hole of so many chunks is not waited for, once there is no more than so many seconds to play. */
const HOLE_CHUNKS = 3;
const DRY = 0.25;
/** Just inside of it, so that rounding doesn't leave the playhead before it. */
const INSIDE = 0.001;

/** Sees holes that reach further ahead than buffers are filled: what follows isn't fetched before the playhead is near. */
export class HoleWatch {
  /** Where the last look found nothing to come for long. */
  #at: number | undefined;

  /** The way over such a hole, if the playhead is at one; `isIdle`: a feed has nothing to ask for. Seconds. */
  look(
    { currentTime: at, paused }: HTMLMediaElement,
    feeds: readonly Feed[],
    isIdle: (feed: Feed) => boolean,
    chunk: number,
  ): SmoothError<'media-gap'> | undefined {
    const dry = feeds.filter(({ bufferAhead }) => bufferAhead < DRY);
    const next = dry.map(({ position = at }) => position);
    const isLeft = dry.length > 0 && dry.every(isIdle);
    const isAtHole = !paused && isLeft && next.every((place) => place >= at + HOLE_CHUNKS * chunk);
    // Seen twice: feeds may not know yet of a place that is sought.
    const wasAt = this.#at;
    this.#at = isAtHole ? at : undefined;
    if (!isAtHole || wasAt !== at) return undefined;
    return new SmoothError('media-gap', { from: at, to: Math.max(...next) + INSIDE });
  }
}
