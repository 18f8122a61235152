/** When a frame is shown, in seconds on the media element's clock. */
export interface FrameTime {
  readonly start: number;
  readonly duration: number;
}

/** Browsers' clocks count microseconds, and round. */
const ROUNDING = 2e-6;

/** The frame shown at a time, as an index into a list in display order; -1 before the first. */
export function frameAt(frames: readonly FrameTime[], time: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.start ?? 0) <= time + ROUNDING) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The position to seek to for a frame: its middle, since its boundaries are rounded. */
export const middleOf = ({ start, duration }: FrameTime): number => start + duration / 2;

/** In display order, each up to the next one. */
export function inShownOrder(frames: readonly FrameTime[]): readonly FrameTime[] {
  const sorted = frames.toSorted((a, b) => a.start - b.start);
  return sorted.map(({ start, duration }, i) => {
    const next = sorted[i + 1];
    return { start, duration: next ? next.start - start : duration };
  });
}
