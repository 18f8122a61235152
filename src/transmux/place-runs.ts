import { malformed } from '../mp4/box.ts';
import type { SampleTable, TrackFragment } from '../mp4/fragment.ts';
import { type Repair, repair } from './repair.ts';

/** Samples that lie one behind another; offsets from the start of the payload of `mdat`. */
export interface PlacedRun {
  readonly sampleCount: number;
  readonly offsetInMdat: number;
}

/**
 * Finds where in `mdat` the samples lie. `payloadAt` is where its payload begins, counted from `moof` as offsets
 * are. Offsets that point into it are believed; stale ones keep their distances; else runs follow each other.
 */
export function placeRuns(
  track: TrackFragment,
  samples: SampleTable,
  payloadAt: number,
  payloadSize: number,
): { readonly runs: readonly PlacedRun[]; readonly repairs: readonly Repair[] } {
  const sizes = runSizes(track, samples);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) throw malformed('trun', 0, `none of ${samples.count} samples has a size`);
  if (total > payloadSize) throw malformed('mdat', 0, `${payloadSize} bytes can't hold samples of ${total}`);

  const hasBase = track.defaults.baseDataOffset !== undefined;
  const stated = statedOffsets(track, sizes);
  const fits = (offsets: readonly number[]): boolean =>
    offsets.every((offset, i) => offset >= 0 && offset + (sizes[i] ?? 0) <= payloadSize);

  const asStated = stated.map((offset) => offset - payloadAt);
  const isStated = track.runs[0]?.dataOffset !== undefined && !hasBase && fits(asStated);
  const shifted = stated.map((offset) => offset - (stated[0] ?? 0));
  const offsets = isStated ? asStated : fits(shifted) ? shifted : packed(sizes);
  const base = repair('base-data-offset', hasBase ? 1 : 0);
  return {
    runs: joinNeighbours(track, offsets, sizes),
    repairs: [...base, ...repair('data-offset', isStated || hasBase ? 0 : track.runs.length)],
  };
}

function runSizes(track: TrackFragment, samples: SampleTable): number[] {
  let i = 0;
  return track.runs.map(({ sampleCount }) => {
    let size = 0;
    for (const end = i + sampleCount; i < end; i++) size += samples.sizes[i] ?? 0;
    return size;
  });
}

/** A run without an offset follows the one before. ISO/IEC 14496-12, 8.8.8. */
function statedOffsets(track: TrackFragment, sizes: readonly number[]): number[] {
  let end = 0;
  return track.runs.map((run, i) => {
    const offset = run.dataOffset ?? end;
    end = offset + (sizes[i] ?? 0);
    return offset;
  });
}

function packed(sizes: readonly number[]): number[] {
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return end - size;
  });
}

/** One run for all that lies without a gap. */
function joinNeighbours(
  track: TrackFragment,
  offsets: readonly number[],
  sizes: readonly number[],
): readonly PlacedRun[] {
  const joined: { sampleCount: number; offsetInMdat: number }[] = [];
  let end = -1;
  track.runs.forEach(({ sampleCount }, i) => {
    if (sampleCount === 0) return;
    const offset = offsets[i] ?? 0;
    const last = joined.at(-1);
    if (last && offset === end) last.sampleCount += sampleCount;
    else joined.push({ sampleCount, offsetInMdat: offset });
    end = offset + (sizes[i] ?? 0);
  });
  return joined;
}
