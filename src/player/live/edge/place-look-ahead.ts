import { type Ticks, ticks } from '../../../base/time.ts';
import type { TickSpan } from '../../../transmux/smooth-boxes.ts';

/** How many times longer or shorter a fragment may be than listed, and a chunk than the one before it. */
const MOST_UNLIKE = 8n;
const MOST_UNEVEN = 50n;
/** Chunks that are announced this many chunks ahead are on the stream's clock. */
const MOST_AHEAD = 64n;

/**
 * The following fragments on the clock of the manifest, which URLs count on. They are moved if the fragment `own` counts
 * from another epoch than its `chunk`, and dropped if it counts at another rate: what is rounded can't be requested.
 */
export function placeLookAhead(
  spans: readonly TickSpan[],
  own: TickSpan | undefined,
  chunk: TickSpan,
): readonly TickSpan[] {
  const [next] = spans;
  if (!next) return spans;
  const isUnlike = (duration: Ticks, most: bigint) =>
    duration > 0n && (duration > chunk.duration * most || chunk.duration > duration * most);
  if (!own) return isUnlike(next.duration, MOST_UNEVEN) ? [] : spans;
  const shift = chunk.start - own.start;
  const isOnClock = shift <= chunk.duration && shift >= -chunk.duration;
  const distance = next.start - chunk.start;
  if (isOnClock || (distance > 0n && distance <= chunk.duration * MOST_AHEAD)) return spans;
  if (isUnlike(own.duration, MOST_UNLIKE)) return [];
  return spans.map((span) => ({ ...span, start: ticks(span.start + shift) }));
}
