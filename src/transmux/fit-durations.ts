import { SAMPLING_RATES } from '../mp4/aac.ts';
import type { SampleTable } from '../mp4/fragment.ts';
import { type Repair, repair } from './repair.ts';

/** The total duration that samples should have, in ticks of the stream. */
export interface Span {
  /** From the manifest's chunk, or from a live fragment itself. */
  readonly duration: number;
  /** From the chunk's start to that of the next one; `undefined`: there is no next one. */
  readonly room: number | undefined;
  /** Whether the duration is more than a guess; if so, samples that fall short of it are extended. */
  readonly isCertain: boolean;
}

/** The nature of the samples. */
export interface Nature {
  readonly isVideo: boolean;
  readonly timescale: number;
  /** Of audio, in Hz, according to the manifest. */
  readonly samplingRate: number | undefined;
}

/** What was changed about durations, and what is missing. */
export interface Fitted {
  readonly repairs: readonly Repair[];
  /** Estimated duration of one sample in ticks. */
  readonly frame: number;
  /** Ticks by which audio ends before its chunk: an audio frame can't be extended. */
  readonly lacking: number;
  /** Ticks by which the last picture was extended. */
  readonly stretched: number;
}

/** In seconds: no audio or video sample is shorter. */
const SHORTEST = 1 / 400;
/** In seconds: a shortfall worth repairing even if pictures are longer. */
const TOLERANCE = 0.1;
/** The maximum duration in its field. */
const LONGEST = 0xffffffff;
/** Alternative clocks of durations: milliseconds, MPEG's clock, 1 µs, 100 ns, 1 ns, and clocks that packagers use for video. */
const VIDEO_CLOCKS = [1000, 90_000, 1e6, 1e7, 1e9, 600, 12_800, 15_360, 24_000, 25_000, 30_000, 60_000];
const CLOCKS = [...VIDEO_CLOCKS, ...SAMPLING_RATES];
/** Pictures per second; those of NTSC are within the tolerance. */
const FRAME_RATES = [10, 12, 12.5, 15, 24, 25, 30, 48, 50, 60, 100, 120];
const RATE_TOLERANCE = 0.002;
/** Frames of AAC, MP3 and Dolby audio have this many samples: such a duration counts samples. */
const FRAME_LENGTHS = [1024, 2048, 1152, 1536];
/**
 * The maximum relative difference between a sum of durations and the chunk's for another clock to explain it; larger if
 * no other explanation is left.
 */
const NEAR = 0.07;
const FAR = 0.3;
/** In seconds: pictures are hardly ever farther apart, so that a longer frame is no proof of another clock. */
const LONGEST_FRAME = 0.09;
/** The maximum relative difference between two lengths of an audio frame that are the same. */
const SAME = 0.01;
/** The maximum number of pictures over which reordering extends. */
const MOST_REORDERED = 40;
/** In frames: how far an offset on another clock may be from a whole number. */
const OFF_FRAME = 0.03;

/**
 * Fits durations, and composition offsets with them, to the manifest's time for a fragment, if the two differ by more
 * than a frame: durations on another clock are scaled, samples without one get a share, excessive ones are cut, and the
 * last picture is extended to the chunk's end. Changes the table in place.
 */
export function fitDurations(samples: SampleTable, span: Span, nature: Nature): Fitted {
  const { durations, count } = samples;
  const { isVideo, timescale } = nature;
  if (count === 0 || span.duration <= 0 || needsNothing(samples, span, timescale)) {
    return { repairs: [], frame: 0, lacking: 0, stretched: 0 };
  }
  const zeros = count - durations.filter(Boolean).length;
  const isTold = zeros * 2 <= count;
  const typical = isTold ? medianOf(durations) : span.duration / count;
  const isFitting = (frame: number) => {
    const misses = (length: number) => Math.abs(sumOf(durations) - length);
    const most = Math.min(frame, TOLERANCE * timescale);
    return misses(span.duration) <= most || (span.room !== undefined && misses(span.room) <= most);
  };

  const isPlausible = typical >= timescale * SHORTEST && (count === 1 || typical <= span.duration);
  const isFine = !isTold || (isPlausible && isFitting(typical));
  const factor = isFine ? 1 : clockFactor(typical, count, span.duration, isPlausible, nature);
  const frame = typical * factor;
  let rescaled = factor !== 1 ? scaleDurations(durations, factor) : 0;
  const filled = zeros > 0 ? fillZeros(durations, zeros, span.duration, frame) : 0;
  const cut = isFitting(frame) ? 0 : cutLongest(durations, span, frame, isVideo);
  if (scaleOffsets(samples, factor, frame, timescale)) rescaled = count;
  if (isVideo && span.isCertain && isTooLong(durations, span, frame) && !isFitting(frame)) {
    rescaled = squeeze(samples, span.duration / sumOf(durations));
  }
  const lacking = span.isCertain && !isFitting(frame) ? lackingOf(durations, span) : 0;
  const stretched = isVideo ? stretchLast(samples, lacking) : 0;
  return {
    repairs: [
      repair('sample-clock', rescaled),
      repair('sample-durations', filled),
      repair('last-sample', cut),
    ].flat(),
    frame,
    lacking: isVideo ? 0 : lacking,
    stretched,
  };
}

/** A fast check that most fragments pass. */
function needsNothing({ durations, compositionOffsets, count }: SampleTable, span: Span, timescale: number) {
  let [sum, shortest, longest] = [0, LONGEST, 0];
  let [least, most] = [compositionOffsets[0] ?? 0, compositionOffsets[0] ?? 0];
  for (let i = 0; i < count; i++) {
    const duration = durations[i] ?? 0;
    const offset = compositionOffsets[i] ?? 0;
    sum += duration;
    if (duration < shortest) shortest = duration;
    if (duration > longest) longest = duration;
    if (offset < least) least = offset;
    if (offset > most) most = offset;
  }
  return fitsPlainly({ sum, count, shortest, longest, offsets: most - least }, span, timescale);
}

const sumOf = (durations: Uint32Array): number => durations.reduce((sum, duration) => sum + duration, 0);

/** The median of all that aren't 0. */
function medianOf(values: Uint32Array): number {
  const sorted = values.filter(Boolean).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/** The factor that converts durations to the stream's ticks; `typical` is one of them. */
function clockFactor(
  typical: number,
  count: number,
  duration: number,
  isPlausible: boolean,
  { isVideo, timescale, samplingRate }: Nature,
): number {
  const whole = typical * count;
  const countsSamples = !isVideo && FRAME_LENGTHS.includes(typical) && !SAMPLING_RATES.includes(timescale);
  const isForeign = !isPlausible || countsSamples;
  if (!isForeign && Math.abs(duration - whole) <= duration / 2) return 1;
  // At a common rate, there are just fewer or more pictures than the chunk should have.
  if (isVideo && isPlausible && hasCommonRate(typical, timescale)) return 1;
  const isFrame = (factor: number) => {
    const frame = (typical * factor) / timescale;
    if (isVideo || !samplingRate) return frame <= LONGEST_FRAME;
    return FRAME_LENGTHS.some((length) => Math.abs((frame * samplingRate) / length - 1) < SAME);
  };
  const misses = (factor: number) => Math.abs(whole * factor - duration);
  const isNear = (factor: number) => misses(factor) <= (isPlausible ? NEAR : FAR) * duration;
  // Durations that are plausible may be right, in a fragment that is shorter than its chunk.
  const isBetter = (factor: number) => isNear(factor) && (isForeign || isFrame(factor));
  if (samplingRate && isBetter(timescale / samplingRate)) return timescale / samplingRate;
  const clocks = isVideo && isPlausible ? VIDEO_CLOCKS : CLOCKS;
  const nearest = clocks
    .map((clock) => timescale / clock)
    .reduce((a, b) => (misses(b) < misses(a) ? b : a), 1);
  if (isBetter(nearest)) return nearest;
  return isPlausible ? 1 : duration / whole;
}

/** Whether pictures of this duration have a common frame rate, which may be rounded to a tick. */
const hasCommonRate = (duration: number, timescale: number): boolean =>
  FRAME_RATES.map((rate) => timescale / rate).some(
    (frame) => Math.abs(duration - frame) < Math.max(1, frame * RATE_TOLERANCE),
  );

/** Scales all without accumulating rounding errors. Returns how many. */
function scaleDurations(durations: Uint32Array, factor: number): number {
  let [before, after] = [0, 0];
  for (let i = 0; i < durations.length; i++) {
    before += durations[i] ?? 0;
    const end = Math.round(before * factor);
    durations[i] = Math.min(end - after, LONGEST);
    after = end;
  }
  return durations.length;
}

/** Divides a time equally among a range of samples. */
function shareOut(durations: Uint32Array, from: number, to: number, time: number): void {
  const count = to - from;
  for (let i = 0; i < count; i++) {
    const share = Math.floor((time * (i + 1)) / count) - Math.floor((time * i) / count);
    durations[from + i] = Math.min(share, LONGEST);
  }
}

/**
 * Samples without a duration get what the others leave of the chunk, if that is plausible as frames, or else share that
 * of the next one; if most have none, all get the same. [MS-SSTR] has no `trex` for defaults. Returns the number of
 * samples changed.
 */
function fillZeros(durations: Uint32Array, zeros: number, whole: number, frame: number): number {
  const { length } = durations;
  if (zeros * 2 > length) {
    shareOut(durations, 0, length, whole);
    return length;
  }
  const share = (whole - sumOf(durations)) / zeros;
  const isFrame = share >= frame / 4 && share <= frame * 4;
  let given = 0;
  for (let from = 0, nth = 0; from < length; from++) {
    if (durations[from] !== 0) continue;
    if (isFrame) {
      const end = Math.round(share * ++nth);
      durations[from] = end - given;
      given = end;
      continue;
    }
    let to = from;
    while (to < length && durations[to] === 0) to++;
    // The last ones have no next one.
    const first = to < length ? from : from - 1;
    shareOut(durations, first, Math.min(to + 1, length), durations[to < length ? to : first] ?? 0);
    from = to;
  }
  return zeros;
}

/** Samples with excessive durations share what the others leave of the chunk. Returns how many. */
function cutLongest(durations: Uint32Array, span: Span, frame: number, isVideo: boolean): number {
  const longest = durations.reduce((most, duration) => Math.max(most, duration), 0);
  const isOnly = durations.length === 1;
  if (!isTooLong(durations, { ...span, room: span.room ?? span.duration }, frame) || longest < 1.5 * frame)
    return 0;
  const isLong = (duration: number) => (!isOnly && duration > span.duration) || duration === longest;
  const long = durations.filter(isLong).length;
  const others = sumOf(durations.filter((duration) => !isLong(duration)));
  const left = (span.duration - others) / long;
  const length = Math.max(1, Math.round(left > 0 && (isVideo || left < frame) ? left : frame));
  for (let i = 0; i < durations.length; i++) if (isLong(durations[i] ?? 0)) durations[i] = length;
  return long;
}

/** Whether samples extend by more than a frame into the next chunk, whose first sample would replace their last. */
const isTooLong = (durations: Uint32Array, { duration, room }: Span, frame: number): boolean =>
  room !== undefined && sumOf(durations) > Math.max(duration, room) + frame;

/** By how much samples fall short of their chunk. Packagers may write any length for the last chunk of a list. */
function lackingOf(durations: Uint32Array, { duration, room }: Span): number {
  const sum = sumOf(durations);
  return room === undefined && sum * 2 < duration ? 0 : Math.max(0, duration - sum);
}

/** Shows all pictures, each for a shorter time. */
function squeeze({ durations, compositionOffsets }: SampleTable, factor: number): number {
  for (let i = 0; i < compositionOffsets.length; i++) {
    compositionOffsets[i] = Math.round((compositionOffsets[i] ?? 0) * factor);
  }
  return scaleDurations(durations, factor);
}

/**
 * Offsets may count on the durations' clock, on the stream's, or on another: they are scaled by the factor that puts
 * pictures in order over whole frames. Returns whether they were.
 */
function scaleOffsets(
  { compositionOffsets: offsets }: SampleTable,
  factor: number,
  frame: number,
  timescale: number,
): boolean {
  const least = offsets.reduce((min, offset) => Math.min(min, offset), 0x7fffffff);
  const spread = offsets.reduce((max, offset) => Math.max(max, offset), -0x80000000) - least;
  if (!(spread > 0) || isOrder(spread, frame) || offsets.length < 3) return false;
  const areFrames = (by: number) =>
    isOrder(spread * by, frame) &&
    offsets.every((offset) => {
      const frames = ((offset - least) * by) / frame;
      return Math.abs(frames - Math.round(frames)) < OFF_FRAME;
    });
  const by = [factor, ...CLOCKS.map((clock) => timescale / clock)].find(
    (candidate) =>
      candidate !== 1 && (areFrames(candidate) || (candidate === factor && isOrder(spread * factor, frame))),
  );
  if (by === undefined || Math.abs(least * by) + spread * by > 0x7fffffff) return false;
  for (let i = 0; i < offsets.length; i++) offsets[i] = Math.round((offsets[i] ?? 0) * by);
  return true;
}

/** Whether offsets with such a difference can put pictures of this duration in order. */
const isOrder = (distance: number, frame: number): boolean =>
  distance >= frame / 2 && distance <= MOST_REORDERED * frame;

/** A summary of samples, in ticks. */
export interface Outline {
  readonly sum: number;
  readonly count: number;
  readonly shortest: number;
  readonly longest: number;
  /** From the smallest composition offset to the largest. */
  readonly offsets: number;
}

/** Whether samples need no detailed check: they last as long as their chunk, and nothing else is unusual. */
export function fitsPlainly(
  { sum, count, shortest, longest, offsets }: Outline,
  { duration }: Span,
  timescale: number,
): boolean {
  const most = Math.min(sum / count, TOLERANCE * timescale);
  const isOrdered = offsets === 0 || (isOrder(offsets, longest) && isOrder(offsets, shortest));
  return isOrdered && shortest >= timescale * SHORTEST && Math.abs(sum - duration) <= most;
}

/** Extends the picture that is shown last; those decoded after it stay unchanged. Returns by how much. */
function stretchLast({ durations, compositionOffsets, count }: SampleTable, by: number): number {
  let [last, latest, decode] = [0, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < count; i++) {
    const start = decode + (compositionOffsets[i] ?? 0);
    if (start >= latest) [last, latest] = [i, start];
    decode += durations[i] ?? 0;
  }
  const stretched = Math.round(Math.min(by, LONGEST - (durations[last] ?? 0), 0x3fffffff));
  if (stretched <= 0) return 0;
  durations[last] = (durations[last] ?? 0) + stretched;
  for (let i = last + 1; i < count; i++) compositionOffsets[i] = (compositionOffsets[i] ?? 0) - stretched;
  return stretched;
}
