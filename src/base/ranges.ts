import { type Seconds, seconds } from './time.ts';

/** A range on the media element's clock: `[start, end)`. */
export interface TimeRange {
  readonly start: Seconds;
  readonly end: Seconds;
}

/** Sorted, non-empty, and not touching each other. */
export type Ranges = readonly TimeRange[];

/** The platform's type of `buffered` and `seekable`. */
export interface PlatformTimeRanges {
  readonly length: number;
  start(index: number): number;
  end(index: number): number;
}

export function fromTimeRanges(ranges: PlatformTimeRanges): Ranges {
  return normalise(
    Array.from({ length: ranges.length }, (_, index) => ({
      start: seconds(ranges.start(index)),
      end: seconds(ranges.end(index)),
    })),
  );
}

/** Sorts ranges and joins those that touch. */
export function normalise(ranges: readonly TimeRange[]): Ranges {
  const joined: TimeRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    if (!(range.start < range.end)) continue;
    const last = joined.at(-1);
    if (!last || range.start > last.end) joined.push(range);
    else if (range.end > last.end) joined[joined.length - 1] = { start: last.start, end: range.end };
  }
  return joined;
}

/** The union of both. */
export const union = (a: Ranges, b: Ranges): Ranges => normalise([...a, ...b]);

/** The intersection of both. */
export function intersect(a: Ranges, b: Ranges): Ranges {
  const common: TimeRange[] = [];
  for (const one of a) {
    for (const other of b) {
      const start = seconds(Math.max(one.start, other.start));
      const end = seconds(Math.min(one.end, other.end));
      if (start < end) common.push({ start, end });
    }
  }
  return common;
}

/** What is in `from` and not in `taken`. */
export function subtract(from: Ranges, taken: Ranges): Ranges {
  const gaps: TimeRange[] = [];
  let start = seconds(Number.NEGATIVE_INFINITY);
  for (const range of taken) {
    if (start < range.start) gaps.push({ start, end: range.start });
    start = range.end;
  }
  gaps.push({ start, end: seconds(Number.POSITIVE_INFINITY) });
  return intersect(from, gaps);
}

/** The range that contains a time, or begins at most `tolerance` after it, or ended at most `tolerance` before it. */
export function rangeAt(ranges: Ranges, time: Seconds, tolerance = seconds(0)): TimeRange | undefined {
  const holds = (range: TimeRange) => range.start <= time && time < range.end;
  const isNear = (range: TimeRange) => range.start - tolerance <= time && time < range.end + tolerance;
  return ranges.find(holds) ?? (tolerance > 0 ? ranges.find(isNear) : undefined);
}

/** The first range that begins after a time. */
export const nextAfter = (ranges: Ranges, time: Seconds): TimeRange | undefined =>
  ranges.find((range) => range.start > time);
