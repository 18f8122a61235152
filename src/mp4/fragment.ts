import { type Box, boxesIn, childrenOf, malformed } from './box.ts';
import { BoxReader } from './reader.ts';

/** A parsed `moof`. ISO/IEC 14496-12, 8.8.4. */
export interface MovieFragment {
  readonly sequenceNumber: number;
  readonly tracks: readonly TrackFragment[];
}

/** A `traf`: its defaults and its runs. `readSamples` reads the rows. ISO/IEC 14496-12, 8.8.6. */
export interface TrackFragment {
  readonly defaults: TrackDefaults;
  /** From `tfdt`. */
  readonly decodeTime: bigint | undefined;
  readonly runs: readonly Run[];
  readonly sampleCount: number;
  /** One byte per sample, from `sdtp`. ISO/IEC 14496-12, 8.6.4. */
  readonly dependencies: Uint8Array | undefined;
  /** Other boxes of the `traf`: `uuid`, `senc`, … */
  readonly extensions: readonly Box[];
  /** Those that were joined. */
  readonly parts?: readonly TrackFragment[];
}

/** The defaults in `tfhd`. ISO/IEC 14496-12, 8.8.7. */
export interface TrackDefaults {
  readonly trackId: number;
  readonly baseDataOffset: bigint | undefined;
  readonly duration: number | undefined;
  readonly size: number | undefined;
  readonly flags: number | undefined;
}

/** A `trun`. ISO/IEC 14496-12, 8.8.8. */
export interface Run {
  readonly sampleCount: number;
  /** From the start of `moof`, unless `tfhd` has a base. */
  readonly dataOffset: number | undefined;
  readonly version: number;
  readonly flags: number;
  readonly firstSampleFlags: number | undefined;
  /** Where its rows begin. */
  readonly rows: number;
  /** How many more samples it counts than it has rows for. */
  readonly lacking: number;
  /** Of its `traf`, if that is one of several of the track. */
  readonly defaults?: TrackDefaults;
}

/** All samples of a track fragment, one column per property; defaults are filled in. */
export interface SampleTable {
  readonly count: number;
  readonly durations: Uint32Array;
  readonly sizes: Uint32Array;
  readonly flags: Uint32Array;
  /** From decode time to presentation time; signed. */
  readonly compositionOffsets: Int32Array;
}

/** Flags of `tfhd`. */
export const TFHD = {
  baseDataOffset: 0x1,
  descriptionIndex: 0x2,
  duration: 0x8,
  size: 0x10,
  sampleFlags: 0x20,
  baseIsMoof: 0x20000,
} as const;

/** Flags of `trun`. */
export const TRUN = {
  dataOffset: 0x1,
  firstSampleFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  sampleFlags: 0x400,
  compositionOffset: 0x800,
} as const;

/** Bits of a sample's flags, and the two common values. ISO/IEC 14496-12, 8.8.3.1. */
export const SAMPLE = {
  isNonSync: 0x00010000,
  dependsOnMask: 0x03000000,
  dependsOnOthers: 0x01000000,
  dependsOnNone: 0x02000000,
  sync: 0x02000000,
  nonSync: 0x01010000,
} as const;

/** More than 5 minutes of AAC in one fragment. A row may have no bytes, so the size of the box sets no limit. */
const MAX_SAMPLES = 16_384;

/** Reads the `moof` at the start of `view`. Nothing is allocated by a count that the bytes don't confirm. */
export function readMovieFragment(view: DataView): MovieFragment {
  const [moof] = boxesIn(view);
  if (moof?.type !== 'moof') throw malformed(moof?.type ?? 'moof', 0, 'expected moof');

  let sequenceNumber = 0;
  const tracks: TrackFragment[] = [];
  for (const box of childrenOf(view, moof)) {
    if (box.type === 'mfhd') {
      const reader = new BoxReader(view, box);
      reader.versionAndFlags();
      sequenceNumber = reader.u32();
    } else if (box.type === 'traf') {
      tracks.push(readTrackFragment(view, box));
    }
  }
  return { sequenceNumber, tracks };
}

/** The order of boxes in a `traf` is arbitrary in practice, so they are collected before any is read. */
function readTrackFragment(view: DataView, traf: Box): TrackFragment {
  let header: Box | undefined;
  let decodeTime: bigint | undefined;
  let dependencies: Uint8Array | undefined;
  const runs: Run[] = [];
  const extensions: Box[] = [];
  for (const box of childrenOf(view, traf)) {
    if (box.type === 'tfhd') header ??= box;
    else if (box.type === 'tfdt') decodeTime = readDecodeTime(view, box);
    else if (box.type === 'trun') runs.push(readRun(view, box));
    else if (box.type === 'sdtp') dependencies = bytesOf(view, box).subarray(4);
    else extensions.push(box);
  }
  if (!header) throw malformed('traf', traf.start, 'no tfhd');

  const sampleCount = runs.reduce((sum, run) => sum + run.sampleCount, 0);
  if (sampleCount > MAX_SAMPLES) throw malformed('traf', traf.start, `${sampleCount} samples`);
  return { defaults: readDefaults(view, header), decodeTime, runs, sampleCount, dependencies, extensions };
}

function readDefaults(view: DataView, box: Box): TrackDefaults {
  const reader = new BoxReader(view, box);
  const { flags } = reader.versionAndFlags();
  const trackId = reader.u32();
  const baseDataOffset = flags & TFHD.baseDataOffset ? reader.u64() : undefined;
  if (flags & TFHD.descriptionIndex) reader.u32();
  const duration = flags & TFHD.duration ? reader.u32() : undefined;
  const size = flags & TFHD.size ? reader.u32() : undefined;
  const sampleFlags = flags & TFHD.sampleFlags ? reader.u32() : undefined;
  return { trackId, baseDataOffset, duration, size, flags: sampleFlags };
}

function readDecodeTime(view: DataView, box: Box): bigint {
  const reader = new BoxReader(view, box);
  // Unsigned in the standard; encoders with audio before 0 write it signed nevertheless.
  return reader.versionAndFlags().version === 0 ? BigInt(reader.u32()) : reader.i64();
}

function readRun(view: DataView, box: Box): Run {
  const reader = new BoxReader(view, box);
  const { version, flags } = reader.versionAndFlags();
  const sampleCount = reader.u32();
  const dataOffset = flags & TRUN.dataOffset ? reader.i32() : undefined;
  const firstSampleFlags = flags & TRUN.firstSampleFlags ? reader.u32() : undefined;
  const rows = reader.position;
  const size = rowSize(flags);
  const found = size > 0 ? Math.min(sampleCount, Math.floor(reader.bytesLeft / size)) : sampleCount;
  if (found * 2 < sampleCount) {
    throw malformed('trun', box.start, `${reader.bytesLeft} bytes are too few for ${sampleCount} samples`);
  }
  const lacking = sampleCount - found;
  return { sampleCount: found, dataOffset, version, flags, firstSampleFlags, rows, lacking };
}

/** Several `traf` of one track as one: each run keeps the defaults of its own. */
export function joinTracks([first, ...others]: readonly [TrackFragment, ...TrackFragment[]]): TrackFragment {
  if (others.length === 0) return first;
  const all = [first, ...others];
  return {
    ...first,
    runs: all.flatMap(({ runs, defaults }) => runs.map((run) => ({ ...run, defaults }))),
    sampleCount: all.reduce((sum, { sampleCount }) => sum + sampleCount, 0),
    dependencies: undefined,
    extensions: all.flatMap(({ extensions }) => extensions),
    parts: all,
  };
}

/** The samples that `bytes` bytes hold completely, counted from the first one. */
export function cutTrack(view: DataView, track: TrackFragment, bytes: number): TrackFragment {
  const { sizes } = readSamples(view, track);
  let left = bytes;
  let sampleCount = 0;
  for (const size of sizes) {
    left -= size;
    if (left < 0) break;
    sampleCount++;
  }
  let room = sampleCount;
  const runs = track.runs.map((run) => {
    const own = Math.min(run.sampleCount, room);
    room -= own;
    return { ...run, sampleCount: own };
  });
  return { ...track, runs: runs.filter((run) => run.sampleCount > 0), sampleCount };
}

/** Reads the rows of all runs, and fills in the defaults of `tfhd`. */
export function readSamples(view: DataView, track: TrackFragment): SampleTable {
  const count = track.sampleCount;
  const { defaults } = track;
  const durations = new Uint32Array(count).fill(defaults.duration ?? 0);
  const sizes = new Uint32Array(count).fill(defaults.size ?? 0);
  const flags = new Uint32Array(count).fill(defaults.flags ?? 0);
  const compositionOffsets = new Int32Array(count);

  let i = 0;
  for (const run of track.runs) {
    let at = run.rows;
    const first = i;
    if (run.defaults) {
      const end = i + run.sampleCount;
      durations.fill(run.defaults.duration ?? 0, i, end);
      sizes.fill(run.defaults.size ?? 0, i, end);
      flags.fill(run.defaults.flags ?? 0, i, end);
    }
    for (const end = i + run.sampleCount; i < end; i++) {
      if (run.flags & TRUN.duration) at = readInto(durations, i, view, at);
      if (run.flags & TRUN.size) at = readInto(sizes, i, view, at);
      if (run.flags & TRUN.sampleFlags) at = readInto(flags, i, view, at);
      // Signed in version 0 too: encoders write negative offsets there, and no real offset is 7 minutes.
      if (run.flags & TRUN.compositionOffset) at = readInto(compositionOffsets, i, view, at);
    }
    if (run.firstSampleFlags !== undefined && run.sampleCount > 0) flags[first] = run.firstSampleFlags;
  }
  return { count, durations, sizes, flags, compositionOffsets };
}

function readInto(column: Uint32Array | Int32Array, row: number, view: DataView, at: number): number {
  column[row] = view.getUint32(at);
  return at + 4;
}

/** Size of one row of a `trun` with these flags, in bytes. */
export function rowSize(flags: number): number {
  const { duration, size, sampleFlags, compositionOffset } = TRUN;
  return [duration, size, sampleFlags, compositionOffset].filter((flag) => flags & flag).length * 4;
}

const bytesOf = (view: DataView, box: Box): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + box.payload, box.end - box.payload);
