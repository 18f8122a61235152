import type { Ranges } from '../../../src/base/ranges.ts';

/** Ranges as the platform gives them. */
export const toTimeRanges = (ranges: Ranges) => ({
  length: ranges.length,
  start: (index: number) => ranges[index]?.start ?? 0,
  end: (index: number) => ranges[index]?.end ?? 0,
});
