import { rangeAt } from '../../base/ranges.ts';
import { type Seconds, seconds, ticks, toSeconds } from '../../base/time.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Feed } from './feed.ts';
import { SEAM } from './feed-cursor.ts';

/** The maximum reordering of pictures, in seconds. */
const MOST_REORDER = 0.5;

/** Whether the browser has dropped the first pictures of a segment: they depend on those of the previous fragment. */
export function missesLeadingFrames(
  { type, buffered }: Feed,
  { start, isEmpty }: FragmentReport,
  { chunk, stream }: FragmentRequest,
  from: Seconds,
  to: Seconds,
): boolean {
  const first = Math.max(0, from + toSeconds(ticks(start - chunk.start), stream.timescale));
  // Pictures of the previous one may reach into it.
  const moment = first + Math.min(MOST_REORDER, (to - first) / 2);
  return type === 'video' && !isEmpty && !rangeAt(buffered, seconds(moment), SEAM);
}
