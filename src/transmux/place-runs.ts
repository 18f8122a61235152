import { malformed } from '../mp4/box.ts';
import type { TrackFragment } from '../mp4/fragment.ts';
import type { PlacedRun } from '../mp4/fragment-writer.ts';
import { type Repair, repair } from './repair.ts';

/**
 * Finds the samples in `mdat`. `sizes` are those of the runs; `payloadAt` is the offset of its payload, counted from
 * `moof` as offsets are. Offsets that point into it are trusted; stale ones keep their distances; otherwise runs are
 * consecutive.
 */
export function placeRuns(
  track: TrackFragment,
  sizes: readonly number[],
  payloadAt: number,
  payloadSize: number,
): {
  readonly runs: readonly PlacedRun[];
  /** Up to the end of the last sample. */
  readonly payloadSize: number;
  readonly repairs: readonly Repair[];
} {
  const own = statedPlaces(track, sizes);
  const total = own.reduce((sum, { size }) => sum + size, 0);
  if (total === 0) throw malformed('trun', 0, 'no sample has a size');
  if (total > payloadSize)
    throw malformed('mdat', 0, `${payloadSize} bytes cannot hold ${total} bytes of samples`);

  const hasBase = track.defaults.baseDataOffset !== undefined;
  const fitsFrom = (zero: number): boolean =>
    own.every(({ at, size }) => at >= zero && at + size <= zero + payloadSize);
  const isStated = track.runs[0]?.dataOffset !== undefined && fitsFrom(payloadAt);
  const zero = isStated ? payloadAt : (own[0]?.at ?? 0);
  const areApart = fitsFrom(zero);

  const runs: { sampleCount: number; offsetInMdat: number }[] = [];
  let end = 0;
  let last = 0;
  for (const { sampleCount, size, at } of own) {
    const offset = areApart ? at - zero : end;
    const before = runs.at(-1);
    // One run for everything without a gap.
    if (before && offset === end) before.sampleCount += sampleCount;
    else runs.push({ sampleCount, offsetInMdat: offset });
    end = offset + size;
    last = Math.max(last, end);
  }
  const base = repair('base-data-offset', hasBase ? 1 : 0);
  return {
    runs,
    payloadSize: last,
    repairs: [...base, ...repair('data-offset', isStated || hasBase ? 0 : track.runs.length)],
  };
}

/** Runs that have samples, by their stated offsets; one without follows the previous one. ISO/IEC 14496-12, 8.8.8. */
function statedPlaces({ runs }: TrackFragment, sizes: readonly number[]) {
  let end = 0;
  return runs
    .map(({ sampleCount, dataOffset }, i) => ({ sampleCount, dataOffset, size: sizes[i] ?? 0 }))
    .filter(({ sampleCount }) => sampleCount > 0)
    .map(({ sampleCount, size, dataOffset: at = end }) => {
      end = at + size;
      return { sampleCount, size, at };
    });
}
