import { type FragmentProtection, protectionSize, writeProtection } from './common-encryption.ts';
import { rowSize, type SampleTable, TFHD, TRUN } from './fragment.ts';
import { BoxWriter } from './writer.ts';

/** A `moof` of one track, to be written anew. */
export interface NewFragment {
  readonly sequenceNumber: number;
  readonly trackId: number;
  /** Decode time of the first sample, on the track's clock; not negative. */
  readonly decodeTime: bigint;
  readonly samples: SampleTable;
  /** Samples that lie one behind another in `mdat`; together they are all samples, in order. */
  readonly runs: readonly { readonly sampleCount: number; readonly offsetInMdat: number }[];
  /** How the samples are encrypted; `undefined` for clear ones of a clear track. */
  readonly protection?: FragmentProtection | undefined;
  /** Goes out behind the `moof`, as it is. */
  readonly mdatHeader: Uint8Array;
}

/** What is written once for all samples, and what in every row. */
interface Layout {
  readonly trackFlags: number;
  readonly runFlags: number;
  readonly moofSize: number;
}

/**
 * Writes `moof` and the header of its `mdat` into one buffer of just their size. What is the same for all samples
 * goes into `tfhd`; offsets count from `moof`, as Media Source Extensions demand. ISO/IEC 14496-12, 8.8.
 */
export function writeMovieFragment(fragment: NewFragment): Uint8Array<ArrayBuffer> {
  const { samples, mdatHeader } = fragment;
  const layout = planLayout(fragment);
  const writer = new BoxWriter(layout.moofSize + mdatHeader.length);
  writer.box('moof', () => {
    writer.fullBox('mfhd', 0, 0, () => writer.u32(fragment.sequenceNumber));
    writer.box('traf', () => {
      writer.fullBox('tfhd', 0, layout.trackFlags, () => {
        writer.u32(fragment.trackId);
        if (layout.trackFlags & TFHD.duration) writer.u32(samples.durations[0] ?? 0);
        if (layout.trackFlags & TFHD.sampleFlags) writer.u32(samples.flags.at(-1) ?? 0);
      });
      writer.fullBox('tfdt', 1, 0, () => writer.u64(fragment.decodeTime));
      writeRuns(writer, fragment, layout);
      if (fragment.protection) writeProtection(writer, fragment.protection, samples.count);
    });
  });
  writer.bytes(mdatHeader);
  return writer.finish();
}

function planLayout({ samples, runs, protection }: NewFragment): Layout {
  let trackFlags = TFHD.baseIsMoof;
  let runFlags = TRUN.dataOffset | TRUN.size;
  if (isUniform(samples.durations, 0)) trackFlags |= TFHD.duration;
  else runFlags |= TRUN.duration;
  if (isUniform(samples.flags, 1)) trackFlags |= TFHD.sampleFlags;
  else runFlags |= TRUN.sampleFlags;
  if (samples.compositionOffsets.some((offset) => offset !== 0)) runFlags |= TRUN.compositionOffset;

  const tfhd = 16 + (trackFlags & TFHD.duration ? 4 : 0) + (trackFlags & TFHD.sampleFlags ? 4 : 0);
  const firstFlags = hasOwnFirstFlags(samples, trackFlags) ? 4 : 0;
  const truns = runs.length * 20 + firstFlags + samples.count * rowSize(runFlags);
  const extra = protection ? protectionSize(protection) : 0;
  return { trackFlags, runFlags, moofSize: 8 + 16 + 8 + tfhd + 20 + truns + extra };
}

function writeRuns(writer: BoxWriter, fragment: NewFragment, layout: Layout): void {
  const { samples } = fragment;
  const dataStart = layout.moofSize + fragment.mdatHeader.length;
  let i = 0;
  for (const run of fragment.runs) {
    const isFirst = i === 0 && hasOwnFirstFlags(samples, layout.trackFlags);
    const flags = layout.runFlags | (isFirst ? TRUN.firstSampleFlags : 0);
    const version = flags & TRUN.compositionOffset ? 1 : 0;
    writer.fullBox('trun', version, flags, () => {
      writer.u32(run.sampleCount);
      writer.i32(dataStart + run.offsetInMdat);
      if (isFirst) writer.u32(samples.flags[0] ?? 0);
      for (const end = i + run.sampleCount; i < end; i++) {
        if (flags & TRUN.duration) writer.u32(samples.durations[i] ?? 0);
        writer.u32(samples.sizes[i] ?? 0);
        if (flags & TRUN.sampleFlags) writer.u32(samples.flags[i] ?? 0);
        if (flags & TRUN.compositionOffset) writer.i32(samples.compositionOffsets[i] ?? 0);
      }
    });
  }
}

/** Whether the first sample departs from the flags that `tfhd` has for all. */
const hasOwnFirstFlags = (samples: SampleTable, trackFlags: number): boolean =>
  (trackFlags & TFHD.sampleFlags) !== 0 && samples.flags[0] !== samples.flags.at(-1);

/** Whether all values from `start` on are the same. */
const isUniform = (column: Uint32Array, start: number): boolean =>
  column.every((value, i) => i < start || value === column[start]);
