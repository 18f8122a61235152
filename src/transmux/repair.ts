/**
 * What was mended in a fragment. What is ordinary in Smooth Streaming (no `tfdt`, another track id for each level,
 * vendor boxes) is not told.
 */
export type RepairKind =
  /** Samples were not where `trun` said, or it didn't say. */
  | 'data-offset'
  /** Offsets counted from a file that nobody has. */
  | 'base-data-offset'
  /** `tfdt`, or live `tfxd`, was of another time than the chunk asked for. */
  | 'decode-time'
  /** Negative composition offsets in a version that has none. */
  | 'signed-offsets'
  /** Composition offsets were moved, so that the first picture lies at the chunk's start. */
  | 'composition-offsets'
  /** They should have been, but for more than any encoder's delay. */
  | 'composition-offsets-left'
  /** All samples looked like key frames, or none did. */
  | 'sync-flags'
  /** Samples had no duration; what the others leave of the chunk's was shared out. */
  | 'sample-durations'
  /** Durations, or composition offsets, counted on another clock than the stream's. */
  | 'sample-clock'
  /** A sample lasted to far beyond the chunk, or the last picture ended before it. */
  | 'last-sample'
  /** Sound ended before its chunk; silence was added. */
  | 'silence'
  /** Start codes stood where lengths should. */
  | 'annex-b'
  /** Other tracks lay in it, as sound beside the picture. */
  | 'other-tracks'
  /** `mdat` had no size. */
  | 'mdat-size'
  /** Other boxes lay before `moof` or between it and `mdat`. */
  | 'skipped-boxes';

export interface Repair {
  readonly kind: RepairKind;
  /** Samples, runs or boxes touched. */
  readonly count: number;
}

/** A list of one, or of none where nothing was touched. */
export const repair = (kind: RepairKind, count: number): readonly Repair[] =>
  count > 0 ? [{ kind, count }] : [];
