import { intersect, type Ranges } from '../../base/ranges.ts';
import { type Seconds, seconds } from '../../base/time.ts';

/** In steps of this many seconds, so that not every frame costs an operation. */
const STEP = 5;
/** A larger step after a seek, since many viewers seek back, and what was ahead of them is behind them now. */
const STEP_AFTER_SEEK = 15;

/** From where on to keep what is behind the playhead, so that it is this many seconds of media; 0: everything. */
export function keptFrom(buffered: Ranges, playhead: Seconds, behind: number): number {
  const passed = intersect(buffered, [{ start: seconds(0), end: playhead }]);
  const held = passed.reduce((sum, { start, end }) => sum + end - start, 0);
  // Where a seek leads to, nothing is buffered at first.
  const isAfterSeek = passed.length > 1 || (passed[0]?.end ?? playhead) < playhead;
  if (held <= behind + (isAfterSeek ? STEP_AFTER_SEEK : STEP)) return 0;
  let left = behind;
  for (const { start, end } of passed.toReversed()) {
    if (end - start > left) return end - left;
    left -= end - start;
  }
  return 0;
}
