import { type Run, rowSize, type SampleTable, TFHD, TRUN, type TrackDefaults } from './fragment.ts';
import { BoxWriter } from './writer.ts';

/** A `moof` of one track, to be written. */
export interface NewFragment {
  readonly sequenceNumber: number;
  readonly trackId: number;
  /** Decode time of the first sample, on the track's clock; not negative. */
  readonly decodeTime: bigint;
  /** Together they contain all samples, in order. */
  readonly runs: readonly NewRun[];
  readonly defaults: SampleDefaults;
  /** How the samples are encrypted; `undefined` for clear ones of a clear track. */
  readonly protection?: FragmentProtection | undefined;
  /** Written unchanged after the `moof`. */
  readonly mdatHeader: Uint8Array;
}

/** The encryption boxes of a `traf`, after its runs. */
export interface FragmentProtection {
  /** Number of bytes that `write` writes. */
  readonly size: number;
  /** The writer must have started with `moof`, from which offsets count. */
  readonly write: (writer: BoxWriter, sampleCount: number) => void;
}

/** Defaults for samples whose rows don't specify a value. */
type SampleDefaults = Pick<TrackDefaults, 'duration' | 'flags'>;

/** Consecutive samples in `mdat`, as rows with the columns that `flags` specify. */
export interface NewRun extends Pick<Run, 'sampleCount' | 'version' | 'flags' | 'firstSampleFlags'> {
  readonly offsetInMdat: number;
  readonly rows: Uint8Array;
}

/** Consecutive samples; offsets from the start of the payload of `mdat`. */
export type PlacedRun = Pick<NewRun, 'sampleCount' | 'offsetInMdat'>;

/**
 * Writes `moof` and the header of its `mdat` into one buffer of exactly their size. Offsets count from `moof`, as Media
 * Source Extensions require. ISO/IEC 14496-12, 8.8.
 */
export function writeMovieFragment(fragment: NewFragment): Uint8Array<ArrayBuffer> {
  const { defaults, runs, protection, mdatHeader } = fragment;
  const { duration, flags } = defaults;
  let trackFlags: number = TFHD.baseIsMoof;
  if (duration !== undefined) trackFlags |= TFHD.duration;
  if (flags !== undefined) trackFlags |= TFHD.sampleFlags;
  const values = [duration, flags].filter((value) => value !== undefined);
  let moofSize = 8 + 16 + 8 + 16 + 4 * values.length + 20 + (protection?.size ?? 0);
  for (const run of runs) moofSize += 20 + (run.firstSampleFlags === undefined ? 0 : 4) + run.rows.length;

  const dataStart = moofSize + mdatHeader.length;
  const writer = new BoxWriter(dataStart);
  writer.box('moof', () => {
    writer.fullBox('mfhd', 0, 0, () => writer.u32(fragment.sequenceNumber));
    writer.box('traf', () => {
      writer.fullBox('tfhd', 0, trackFlags, () => {
        writer.u32(fragment.trackId);
        for (const value of values) writer.u32(value);
      });
      writer.fullBox('tfdt', 1, 0, () => writer.u64(fragment.decodeTime));
      for (const run of runs) writeRun(writer, run, dataStart);
      protection?.write(writer, countOf(runs));
    });
  });
  writer.bytes(mdatHeader);
  return writer.finish();
}

function writeRun(writer: BoxWriter, run: NewRun, dataStart: number): void {
  writer.fullBox('trun', run.version, run.flags | TRUN.dataOffset, () => {
    writer.u32(run.sampleCount);
    writer.i32(dataStart + run.offsetInMdat);
    if (run.firstSampleFlags !== undefined) writer.u32(run.firstSampleFlags);
    writer.bytes(run.rows);
  });
}

const countOf = (runs: readonly NewRun[]) => runs.reduce((sum, { sampleCount }) => sum + sampleCount, 0);

/** Lays samples out in rows. Values that all of them share are written once. */
export function layOut(
  samples: SampleTable,
  runs: readonly PlacedRun[],
): Pick<NewFragment, 'runs' | 'defaults'> {
  const { durations, sizes, flags, compositionOffsets } = samples;
  const duration = isUniform(durations, 0) ? durations[0] : undefined;
  const commonFlags = isUniform(flags, 1) ? flags.at(-1) : undefined;
  let columns: number = TRUN.size;
  if (duration === undefined) columns |= TRUN.duration;
  if (commonFlags === undefined) columns |= TRUN.sampleFlags;
  if (compositionOffsets.some(Boolean)) columns |= TRUN.compositionOffset;

  const rows = new DataView(new ArrayBuffer(samples.count * rowSize(columns)));
  let [i, at] = [0, 0];
  const put = (value: number | undefined) => {
    rows.setUint32(at, value ?? 0);
    at += 4;
  };
  const laidOut = runs.map((run): NewRun => {
    const start = at;
    const first = i === 0 && commonFlags !== flags[0] && commonFlags !== undefined ? flags[0] : undefined;
    for (const end = i + run.sampleCount; i < end; i++) {
      if (columns & TRUN.duration) put(durations[i]);
      put(sizes[i]);
      if (columns & TRUN.sampleFlags) put(flags[i]);
      if (columns & TRUN.compositionOffset) put(compositionOffsets[i]);
    }
    return {
      ...run,
      version: columns & TRUN.compositionOffset ? 1 : 0,
      flags: first === undefined ? columns : columns | TRUN.firstSampleFlags,
      firstSampleFlags: first,
      rows: new Uint8Array(rows.buffer, start, at - start),
    };
  });
  return { defaults: { duration, flags: commonFlags }, runs: laidOut };
}

/** Whether all values from `start` on are equal. */
const isUniform = (column: Uint32Array, start: number): boolean =>
  column.every((value, i) => i < start || value === column[start]);
