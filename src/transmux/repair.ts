/**
 * What was repaired in a fragment. Ordinary properties of Smooth Streaming (no `tfdt`, another track id for each level,
 * vendor boxes) are not reported.
 */
export type RepairKind =
  /** Samples were not at the offset in `trun`, or it had none. */
  | 'data-offset'
  /** Offsets counted from the start of a file that isn't available. */
  | 'base-data-offset'
  /** `tfdt`, or live `tfxd`, had another time than the requested chunk. */
  | 'decode-time'
  /** Negative composition offsets in a version without signed offsets. */
  | 'signed-offsets'
  /** Composition offsets were moved, so that the first picture is at the chunk's start, or a few absurd ones replaced. */
  | 'composition-offsets'
  /** They should have been moved, but by more than any encoder's delay. */
  | 'composition-offsets-left'
  /** All samples were marked as key frames, or none. */
  | 'sync-flags'
  /** Samples had no duration; they share what the others leave of the chunk's. */
  | 'sample-durations'
  /** Durations or composition offsets were on another clock than the stream's. */
  | 'sample-clock'
  /** A sample extended far beyond the chunk, or the last picture ended before its end. */
  | 'last-sample'
  /** Audio ended before its chunk; silence was added. */
  | 'silence'
  /** Start codes were used instead of lengths. */
  | 'annex-b'
  /** There were other tracks, such as audio in a video fragment. */
  | 'other-tracks'
  /** `trun` counted more samples than it described, or than `mdat` held. */
  | 'lost-samples'
  /** `mdat` had no size, or a larger one than it had bytes. */
  | 'mdat-size'
  /** There were other boxes or bytes before `moof`, `mdat` among them, or other boxes between it and `mdat`. */
  | 'skipped-boxes';

export interface Repair {
  readonly kind: RepairKind;
  /** Number of samples, runs or boxes affected. */
  readonly count: number;
}

/** A list of one repair, or empty if nothing was affected. */
export const repair = (kind: RepairKind, count: number): readonly Repair[] =>
  count > 0 ? [{ kind, count }] : [];
