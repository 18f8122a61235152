import type { Ticks } from '../base/time.ts';
import { SAMPLE, type SampleTable, TRUN, type TrackFragment } from '../mp4/fragment.ts';
import { type Repair, repair } from './repair.ts';

/** What mending needs to know of the chunk; times in the stream's ticks. */
export interface ChunkFacts {
  readonly isVideo: boolean;
  readonly duration: Ticks;
  /** Composition offsets are moved by this much at most; more is no encoder's delay. */
  readonly maxShift: number;
  readonly alignFirstPicture: boolean;
  /** What was taken from the offsets of samples before these, of the same fragment; `undefined`: these are the first. */
  readonly shift: number | undefined;
  /** The same of the fragment before: what begins in the midst of a group of pictures goes on with its delay. */
  readonly shiftBefore: number | undefined;
}

/** Samples as the browser must see them. */
export interface MendedSamples {
  /** `undefined`: they may stay as they are. */
  readonly samples: SampleTable | undefined;
  /** Bytes that each run's samples take. */
  readonly runSizes: readonly number[];
  /** Sum of all durations, in ticks. */
  readonly duration: number;
  /** What was taken from every composition offset, in ticks. */
  readonly shift: number;
  readonly repairs: readonly Repair[];
}

/** Mends in place whatever a fragment leaves open or says wrongly of its samples. */
export function mendSamples(samples: SampleTable, track: TrackFragment, facts: ChunkFacts): MendedSamples {
  const unsigned = track.runs.some(({ version, flags }) => version === 0 && flags & TRUN.compositionOffset);
  const negative = unsigned ? samples.compositionOffsets.filter((offset) => offset < 0).length : 0;
  const filled = fillDurations(samples, facts.duration);
  const isStart = facts.shift === undefined;
  const goesOn = facts.isVideo && dependsOnOthers(samples.flags[0] ?? 0);
  const flagged = facts.isVideo ? markSyncSamples(samples, track.dependencies, isStart) : 0;
  // Every audio frame can be started from; what the flags say is of no use, and no repair worth telling.
  if (!facts.isVideo) samples.flags.fill(SAMPLE.sync);
  const duration = samples.durations.reduce((sum, value) => sum + value, 0);
  const earliest = facts.shift ?? (goesOn ? facts.shiftBefore : undefined) ?? earliestPicture(samples);
  const shift = facts.alignFirstPicture && canShift(samples, earliest, facts.maxShift) ? earliest : 0;
  const offsets = samples.compositionOffsets;
  if (shift !== 0) offsets.set(offsets.map((offset) => offset - shift));

  const repairs = [
    repair('signed-offsets', negative),
    repair('sample-durations', filled),
    repair('sync-flags', flagged),
    repair('composition-offsets', shift === 0 ? 0 : samples.count),
    repair('composition-offsets-left', facts.alignFirstPicture && earliest !== shift ? samples.count : 0),
  ];
  return { samples, runSizes: sizesOf(track, samples), duration, shift, repairs: repairs.flat() };
}

/**
 * Fragments without any duration share out the chunk's: [MS-SSTR] has no `trex` to look into. Gives the samples
 * changed.
 */
function fillDurations({ durations, count }: SampleTable, whole: Ticks): number {
  if (durations.some(Boolean) || whole <= 0n) return 0;
  const end = Number(whole);
  for (let i = 0; i < count; i++) {
    durations[i] = Math.floor((end * (i + 1)) / count) - Math.floor((end * i) / count);
  }
  return count;
}

/**
 * Where flags leave all samples looking like key frames, `sdtp` tells them apart, and without it only the first
 * is one: fragments begin with a key frame, also where their flags deny it. Gives the samples changed.
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

/** What a sample's flags say outright. */
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

/** Within the limit, and such that every offset still fits its 32 bits. */
function canShift({ compositionOffsets }: SampleTable, shift: number, max: number): boolean {
  if (Math.abs(shift) > max) return false;
  return compositionOffsets.every((offset) => Math.abs(offset - shift) < 0x80000000);
}
