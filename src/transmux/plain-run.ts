import { rowSize, SAMPLE, TRUN, type TrackFragment } from '../mp4/fragment.ts';
import type { NewFragment, PlacedRun } from '../mp4/fragment-writer.ts';
import { fitsPlainly } from './fit-durations.ts';
import { type ChunkFacts, dependsOnOthers, isKeyFrame, type MendedSamples } from './mend-samples.ts';

/**
 * Reads the single run that most fragments have; returns `undefined` if there are several, or if `mendSamples` would
 * have to repair anything.
 */
export function readPlainRun(
  view: DataView,
  { defaults, runs: [run, second] }: TrackFragment,
  { isVideo, timescale, span, maxShift }: ChunkFacts,
): MendedSamples | undefined {
  if (!run || second || defaults.baseDataOffset !== undefined) return undefined;
  const { sampleCount, flags, firstSampleFlags } = run;
  if (!(flags & TRUN.size) || (flags & TRUN.sampleFlags && flags & TRUN.firstSampleFlags)) return undefined;
  let { duration = 0, flags: sampleFlags = 0 } = defaults;
  let [decode, bytes, keys, dependent] = [0, 0, 0, 0];
  let earliest = Number.POSITIVE_INFINITY;
  let [shortest, longest] = [Number.POSITIVE_INFINITY, 0];
  let [least, most] = [0, 0];
  let at = run.rows - 4;
  const next = () => {
    at += 4;
    return view.getUint32(at);
  };
  for (let i = 0; i < sampleCount; i++) {
    if (flags & TRUN.duration) duration = next();
    bytes += next();
    if (flags & TRUN.sampleFlags) sampleFlags = next();
    const offset = flags & TRUN.compositionOffset ? next() | 0 : 0;
    // Either an unsigned value, or a picture that is presented before it is decoded.
    if (offset < 0) return undefined;
    const own = i > 0 ? sampleFlags : (firstSampleFlags ?? sampleFlags);
    if (i === 0 && isVideo && dependsOnOthers(own)) return undefined;
    if (isKeyFrame(own)) keys++;
    if (dependsOnOthers(own)) dependent++;
    earliest = Math.min(earliest, decode + offset);
    if (i === 0) [least, most] = [offset, offset];
    if (offset < least) least = offset;
    if (offset > most) most = offset;
    if (duration < shortest) shortest = duration;
    if (duration > longest) longest = duration;
    decode += duration;
  }
  const isMixed = dependent > 0 && dependent < sampleCount;
  const isFlagged = isVideo ? isMixed || keys === sampleCount : dependent === 0;
  const outline = { sum: decode, count: sampleCount, shortest, longest, offsets: most - least };
  if (!isFlagged || earliest !== 0 || most - least > maxShift || !fitsPlainly(outline, span, timescale))
    return undefined;
  return {
    samples: undefined,
    runSizes: [bytes],
    duration: decode,
    stretched: 0,
    silence: undefined,
    shift: 0,
    repairs: [],
  };
}

/** The rows of such a run, unchanged in `view`. Decoding can start at any sample without flags. */
export function keepRows(
  view: DataView,
  { defaults: { duration, flags = SAMPLE.sync }, runs }: TrackFragment,
  placed: readonly PlacedRun[],
): Pick<NewFragment, 'runs' | 'defaults'> {
  const kept = runs.map((run, i) => ({
    ...run,
    offsetInMdat: placed[i]?.offsetInMdat ?? 0,
    rows: new Uint8Array(view.buffer, view.byteOffset + run.rows, run.sampleCount * rowSize(run.flags)),
  }));
  return { defaults: { duration, flags }, runs: kept };
}
