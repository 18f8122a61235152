import type { SampleTable } from '../mp4/fragment.ts';

/** Duration of a picture that must be decoded but never seen, as a fraction of a second. */
const UNSEEN = 50_000;

/**
 * Ends a fragment's pictures at `end`, in ticks from its first sample on, for a buffer that drops everything after it.
 * With reordering, a picture shown later may precede others that depend on it. Such pictures stay, with a minimal
 * duration. The number of samples and their bytes stay unchanged.
 */
export function cutPictures(samples: SampleTable, end: number, timescale: number): SampleTable {
  const { count } = samples;
  const starts = presentationTimes(samples);
  const last = starts.findLastIndex((start) => start < end);
  const isLate = (i: number) => i < last && (starts[i] ?? 0) >= end;
  const late = Array.from(starts.keys())
    .filter(isLate)
    .sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  const ranks = new Map(late.map((i, rank) => [i, rank]));
  const step = Math.max(1, Math.floor(timescale / UNSEEN));

  const durations = samples.durations.slice();
  const compositionOffsets = samples.compositionOffsets.slice();
  let decode = 0;
  for (let i = 0; i < count; i++) {
    const rank = ranks.get(i);
    const start = rank === undefined ? (starts[i] ?? 0) : end - step * (late.length - rank);
    if (rank !== undefined) durations[i] = step;
    else if (start < end) durations[i] = Math.max(1, Math.min(durations[i] ?? 0, end - start));
    compositionOffsets[i] = start - decode;
    decode += durations[i] ?? 0;
  }
  return { ...samples, durations, compositionOffsets };
}

function presentationTimes({ count, durations, compositionOffsets }: SampleTable): number[] {
  let decode = 0;
  return Array.from({ length: count }, (_, i) => {
    const start = decode + (compositionOffsets[i] ?? 0);
    decode += durations[i] ?? 0;
    return start;
  });
}
