import { SmoothError } from '../../base/errors.ts';
import type { Seconds } from '../../base/time.ts';
import type { Feed } from './feed.ts';

/** What stays behind the playhead when the browser's buffer is full, in seconds. */
const KEEP_BEHIND = 10;
const KEEP_BEHIND_AT_WORST = 1;
/** With less than this ahead, in seconds, waiting for the playhead frees nothing. */
const NOTHING_AHEAD = 1;
const PATIENCE = 3;

/**
 * Makes room in a full buffer: behind the playhead, then what a seek left elsewhere; then waits for the playhead to
 * move. Media that plays before the next chunk is never removed: it isn't fetched again, even after a hole. Throws
 * `media-quota` if nothing can be removed.
 */
export async function makeRoom(
  feed: Feed,
  playhead: Seconds,
  tried: number,
  wait: () => Promise<void>,
): Promise<void> {
  const nextStart = feed.nextStart ?? Number.POSITIVE_INFINITY;
  if (tried === 0) {
    await feed.evict(0, playhead - KEEP_BEHIND);
    for (const { start, end } of feed.buffered) {
      const isPlaying = start <= playhead + 1 && playhead < end;
      if (!isPlaying && start > Math.max(playhead, nextStart)) await feed.evict(start, end);
    }
    return;
  }
  const hasAhead = feed.buffered.some(
    ({ start, end }) => start < nextStart && end > playhead + NOTHING_AHEAD,
  );
  if (tried > PATIENCE && !hasAhead) {
    throw new SmoothError('media-quota', { stream: feed.type }, { fatal: true });
  }
  await wait();
  await feed.evict(0, playhead - KEEP_BEHIND_AT_WORST);
}
