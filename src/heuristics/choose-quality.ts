import type { Seconds } from '../base/time.ts';
import {
  type BandwidthForecast,
  type BandwidthModel,
  forecastBandwidth,
  scaleBandwidth,
  type ThroughputSample,
} from './bandwidth-model.ts';
import { type ChunkSizes, expectSize } from './chunk-sizes.ts';
import { solveValues } from './solve-values.ts';
import { expectedReturns, VALUE_TUNING, type Values, type ValueTuning } from './value.ts';

/** What the heuristics know about a quality level. */
export interface LevelFacts {
  /** Bits per second. */
  readonly bitrate: number;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Everything the choice depends on. There is no clock, no element and no history besides. */
export interface QualityInput {
  /** The levels that may be chosen, ascending by bitrate. */
  readonly levels: readonly [LevelFacts, ...LevelFacts[]];
  /** The level of the previous fragment; `undefined` at the start and after a change of stream. */
  readonly current: LevelFacts | undefined;
  /** Expected bandwidth in bits per second. */
  readonly estimate: number;
  /** Whether `estimate` is based on a measurement. */
  readonly measured: boolean;
  readonly bufferAhead: Seconds;
  /** Seconds of buffer when full. */
  readonly bufferGoal: Seconds;
  readonly chunkDuration: Seconds;
  /** What was measured of the network; `undefined` before anything was received. */
  readonly bandwidth: BandwidthModel | undefined;
  /** A page's own estimate as a multiple of the measured bandwidth; default 1. */
  readonly correction?: number | undefined;
  /** In seconds on the clock of the throughput samples. */
  readonly now: number;
  /** Seconds from a request to its first byte. */
  readonly firstByte: number;
  /** Bandwidth that the other stream needs, in bits per second. */
  readonly reserved: number;
  /** How real sizes differ from nominal ones. */
  readonly sizes: ChunkSizes;
  /** Bytes of the next fragment at each of `levels`, where known. */
  readonly knownBytes: readonly (number | undefined)[];
  /** The `plan` of the previous choice. */
  readonly plan: QualityPlan | undefined;
}

export interface QualityChoice {
  readonly level: LevelFacts;
  /** One or two words: `only`, `start`, `hold`, `up`, `down`. */
  readonly reason: string;
  /** The starting point of the next choice, and the basis for abandoning this download. */
  readonly plan?: QualityPlan | undefined;
}

/** What was expected of the future when a level was chosen. */
export interface QualityPlan {
  readonly values: Values;
}

/** The input of a page's own bandwidth estimate. */
export interface EstimateInput {
  /** The built-in estimate, in bits per second: measured, or a guess before any measurement. */
  readonly estimate: number;
  readonly measured: boolean;
  /** The newest spans of receiving, oldest first; the time between them was idle. */
  readonly samples: readonly ThroughputSample[];
  /** Seconds from a request to its first byte. */
  readonly firstByte: number;
  /** In seconds on the clock of the samples. */
  readonly now: number;
}

/** Fraction of the first chunk's duration that its download may take, before anything is known. */
const START_SHARE = 0.25;
/** Fraction of chunks during which the network fails without warning. */
const COLLAPSE = 0.003;

/** Picks the quality level of the next fragment of one stream: the one with the best expected future. */
export function chooseQuality(input: QualityInput, tuning: ValueTuning = VALUE_TUNING): QualityChoice {
  const { levels, current, estimate, chunkDuration, now, correction = 1 } = input;
  const bandwidth =
    input.bandwidth && correction !== 1 ? scaleBandwidth(input.bandwidth, correction) : input.bandwidth;
  const [lowest] = levels;
  if (levels.length === 1) return { level: lowest, reason: 'only' };
  const before = current && nearest(levels, current.bitrate);
  if (!bandwidth) {
    const level = before === undefined ? nearest(levels, estimate * START_SHARE) : before;
    return { level: levels[level] ?? lowest, reason: before === undefined ? 'start' : 'hold' };
  }
  const ahead = Math.max(0, now - bandwidth.lastAt) + chunkDuration / 2;
  const forecast = forecastBandwidth(bandwidth, ahead, chunkDuration);
  const values = solveValues(factsOf(input), forecast, input.plan?.values, tuning);
  const returns = returnsOf(input, values, forecast, before);
  const chosen = returns.indexOf(Math.max(...returns));
  const level = levels[chosen] ?? lowest;
  return { level, reason: reasonFor(chosen, before), plan: { values } };
}

/** Bits of the next chunk at a level, known or expected, and their spread, r.m.s. of the logarithm. */
export function bitsOf(
  input: Pick<QualityInput, 'levels' | 'knownBytes' | 'sizes' | 'chunkDuration'>,
  level: number,
): { bits: number; spread: number } {
  const known = input.knownBytes[level];
  if (known !== undefined) return { bits: known * 8, spread: 0 };
  const { factor, spread } = expectSize(input.sizes);
  return { bits: (input.levels[level]?.bitrate ?? 0) * input.chunkDuration * factor, spread };
}

/** The value of requesting each level. */
function returnsOf(
  input: QualityInput,
  values: Values,
  forecast: BandwidthForecast,
  before: number | undefined,
): Float64Array {
  const state = { buffer: input.bufferAhead, firstByte: input.firstByte, before };
  const sizes = input.levels.map((_, level) => ({ level, ...bitsOf(input, level) }));
  const uncertain = sizes.map((size) => ({ ...size, spread: Math.hypot(size.spread, forecast.noise) }));
  const exact = sizes.map((size) => ({ ...size, spread: 0 }));
  const collapsed = new Float64Array(forecast.belief.length);
  collapsed[0] = 1;
  const expected = expectedReturns(values, forecast.belief, uncertain, state);
  const worst = expectedReturns(values, collapsed, exact, state);
  return expected.map((value, level) => value * (1 - COLLAPSE) + (worst[level] ?? 0) * COLLAPSE);
}

function factsOf(input: QualityInput) {
  const { levels, chunkDuration, bufferGoal, firstByte, reserved, sizes, knownBytes } = input;
  const areKnown = knownBytes.length > 0 && knownBytes.every((bytes) => bytes !== undefined);
  return {
    bitrates: levels.map(({ bitrate }) => bitrate),
    chunkDuration,
    bufferGoal: Math.max(bufferGoal, chunkDuration),
    firstByte,
    reserved,
    sizeSpread: areKnown ? 0 : Math.sqrt(sizes.variance),
    sizeBias: areKnown ? 0 : sizes.mean,
  };
}

function reasonFor(level: number, before: number | undefined): string {
  if (before === undefined) return 'start';
  if (level === before) return 'hold';
  return level > before ? 'up' : 'down';
}

/** Index of the highest level up to a bitrate, or of the lowest level. */
export function nearest(levels: QualityInput['levels'], bitrate: number): number {
  return Math.max(
    0,
    levels.findLastIndex((level) => level.bitrate <= bitrate),
  );
}
