/** When a frame is shown, in seconds on the media element's clock. */
export interface FrameTime {
  readonly start: number;
  readonly duration: number;
}

/** Clocks of browsers count microseconds, and round. */
const ROUNDING = 2e-6;

/** The frame that is shown at a moment, as its place in a list in the order of showing; -1 before the first. */
export function frameAt(frames: readonly FrameTime[], time: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.start ?? 0) <= time + ROUNDING) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where to seek for a frame: its middle, since the ends of frames are rounded. */
export const middleOf = ({ start, duration }: FrameTime): number => start + duration / 2;

/** In the order of showing, each up to the next one. */
export function inShownOrder(frames: readonly FrameTime[]): readonly FrameTime[] {
  const sorted = frames.toSorted((a, b) => a.start - b.start);
  return sorted.map(({ start, duration }, i) => {
    const next = sorted[i + 1];
    return { start, duration: next ? next.start - start : duration };
  });
}
