import { rangeAt } from '../base/ranges.ts';
import { type Seconds, seconds, ticks, toSeconds } from '../base/time.ts';
import type { FragmentReport } from '../transmux/fragment-transmuxer.ts';
import { type Feed, SEAM } from './feed.ts';
import type { FragmentErrand } from './fetch-fragment.ts';

/** By how much pictures may be out of their order, in seconds. */
const MOST_REACH = 0.5;

/** Whether the browser has dropped the first pictures of what was appended: they are built upon those of the fragment before. */
export function lacksFirst(
  { type, buffered }: Feed,
  { start, isEmpty }: FragmentReport,
  { chunk, stream }: FragmentErrand,
  from: Seconds,
  to: Seconds,
): boolean {
  const first = Math.max(0, from + toSeconds(ticks(start - chunk.start), stream.timescale));
  // Pictures of the one before may reach into it.
  const moment = first + Math.min(MOST_REACH, (to - first) / 2);
  return type === 'video' && !isEmpty && !rangeAt(buffered, seconds(moment), SEAM);
}
