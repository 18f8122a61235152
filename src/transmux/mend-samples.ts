import { SAMPLE, type SampleTable, TRUN, type TrackFragment } from '../mp4/fragment.ts';
import { fitDurations, type Nature, type Span } from './fit-durations.ts';
import { type Repair, repair } from './repair.ts';

/** Share of the samples that may have absurd composition offsets. */
const MOST_WILD = 1 / 4;

/** What repairs need to know about the chunk; times in the stream's ticks. */
export interface ChunkFacts extends Nature {
  readonly span: Span;
  /** Composition offsets are moved by this much at most; more is not an encoder's delay. */
  readonly maxShift: number;
  readonly alignFirstPicture: boolean;
  /** What was subtracted from the offsets of earlier samples of the same fragment; `undefined`: these are the first. */
  readonly shift: number | undefined;
  /** The same for the previous fragment: one that begins within a group of pictures continues with its delay. */
  readonly shiftBefore: number | undefined;
}

/** Samples as the browser must see them. */
export interface MendedSamples {
  /** `undefined`: they may stay unchanged. */
  readonly samples: SampleTable | undefined;
  /** Bytes of each run's samples. */
  readonly runSizes: readonly number[];
  /** Sum of all durations, in ticks. */
  readonly duration: number;
  /** Ticks of it by which the last picture was extended. */
  readonly stretched: number;
  /** Silence to add so that audio lasts as long as its chunk, and the duration of one frame; in ticks. */
  readonly silence: { readonly frame: number; readonly duration: number } | undefined;
  /** What was subtracted from every composition offset, in ticks. */
  readonly shift: number;
  readonly repairs: readonly Repair[];
}

/** Repairs in place what a fragment omits or gets wrong about its samples. */
export function mendSamples(samples: SampleTable, track: TrackFragment, facts: ChunkFacts): MendedSamples {
  const unsigned = track.runs.some(({ version, flags }) => version === 0 && flags & TRUN.compositionOffset);
  const negative = unsigned ? samples.compositionOffsets.filter((offset) => offset < 0).length : 0;
  const fitted = fitDurations(samples, facts.span, facts);
  const wild = tameOffsets(samples.compositionOffsets, facts.maxShift);
  const isStart = facts.shift === undefined;
  const goesOn = facts.isVideo && dependsOnOthers(samples.flags[0] ?? 0);
  const flagged = facts.isVideo ? markSyncSamples(samples, track.dependencies, isStart) : 0;
  // Decoding can start at every audio frame; the flags are meaningless, and correcting them isn't a reported repair.
  if (!facts.isVideo) samples.flags.fill(SAMPLE.sync);
  const duration = samples.durations.reduce((sum, value) => sum + value, 0);
  const earliest = facts.shift ?? (goesOn ? facts.shiftBefore : undefined) ?? earliestPicture(samples);
  const shift = facts.alignFirstPicture && canShift(samples, earliest, facts.maxShift) ? earliest : 0;
  const offsets = samples.compositionOffsets;
  if (shift !== 0) offsets.set(offsets.map((offset) => offset - shift));

  const repairs = [
    repair('signed-offsets', negative),
    fitted.repairs,
    repair('sync-flags', flagged),
    repair('composition-offsets', shift === 0 ? wild : samples.count),
    repair('composition-offsets-left', facts.alignFirstPicture && earliest !== shift ? samples.count : 0),
  ];
  const { frame, lacking, stretched } = fitted;
  const silence = lacking > 0 ? { frame, duration: lacking } : undefined;
  return {
    samples,
    runSizes: sizesOf(track, samples),
    duration,
    stretched,
    silence,
    shift,
    repairs: repairs.flat(),
  };
}

/**
 * If flags mark all samples as key frames, `sdtp` distinguishes them, and without it only the first is one: fragments
 * begin with a key frame, even if their flags deny it. Returns the number of samples changed.
 */
function markSyncSamples(
  { flags, count }: SampleTable,
  dependencies: Uint8Array | undefined,
  isStart: boolean,
): number {
  if (isStart && count > 0 && flags.every(dependsOnOthers)) {
    flags[0] = SAMPLE.sync;
    return 1;
  }
  if (flags.some(dependsOnOthers) || flags.every(isKeyFrame)) return 0;

  const hints = dependencies && dependencies.length >= count ? dependencies : undefined;
  for (let i = 0; i < count; i++) {
    const hinted = ((hints?.[i] ?? 0) >> 4) & 3;
    const isKey = (isStart && i === 0) || hinted === 2 || isKeyFrame(flags[i] ?? 0);
    flags[i] = isKey ? SAMPLE.sync : SAMPLE.nonSync;
  }
  return count;
}

/** A few pictures that would be shown much later or sooner than all others get the usual offset; returns how many. */
function tameOffsets(offsets: Int32Array, most: number): number {
  const usual = offsets.toSorted()[offsets.length >> 1] ?? 0;
  const isWild = (offset: number) => Math.abs(offset - usual) > most;
  const wild = offsets.filter(isWild).length;
  if (wild > offsets.length * MOST_WILD) return 0;
  if (wild > 0) offsets.set(offsets.map((offset) => (isWild(offset) ? usual : offset)));
  return wild;
}

/** Whether a sample's flags explicitly mark a key frame. */
export const isKeyFrame = (flags: number): boolean => (flags & SAMPLE.dependsOnMask) === SAMPLE.dependsOnNone;
export const dependsOnOthers = (flags: number): boolean =>
  (flags & SAMPLE.isNonSync) !== 0 || (flags & SAMPLE.dependsOnMask) === SAMPLE.dependsOnOthers;

/** From the first sample's decode time to the first picture shown, in ticks. */
function earliestPicture({ count, durations, compositionOffsets }: SampleTable): number {
  let earliest = Number.POSITIVE_INFINITY;
  let decode = 0;
  for (let i = 0; i < count; i++) {
    earliest = Math.min(earliest, decode + (compositionOffsets[i] ?? 0));
    decode += durations[i] ?? 0;
  }
  return count === 0 ? 0 : earliest;
}

function sizesOf({ runs }: TrackFragment, { sizes }: SampleTable): number[] {
  let i = 0;
  return runs.map(({ sampleCount }) => {
    let size = 0;
    for (const end = i + sampleCount; i < end; i++) size += sizes[i] ?? 0;
    return size;
  });
}

/** Within the limit, or by what all offsets have in common; and so that every offset still fits its 32 bits. */
function canShift({ compositionOffsets: offsets }: SampleTable, shift: number, max: number): boolean {
  const least = offsets.reduce((min, offset) => Math.min(min, offset), 0x7fffffff);
  const isCommon = offsets.every((offset) => offset - least <= max);
  return (
    (Math.abs(shift) <= max || isCommon) && offsets.every((offset) => Math.abs(offset - shift) < 0x80000000)
  );
}
