import type { Seconds } from '../base/time.ts';
import { type ChunkSizes, expectSize } from './chunk-sizes.ts';
import { forecastLine, type LineForecast, type LineModel, type LineSample, scaleLine } from './line-model.ts';
import { expectedValue, solveValues, VALUE_TUNING, type Values, type ValueTuning, worthOf } from './value.ts';

/** What the heuristics know of a quality level. */
export interface LevelFacts {
  /** Bits per second. */
  readonly bitrate: number;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** All that the choice depends on. No clock, no element, no history of its own. */
export interface QualityInput {
  /** Those that may be chosen, ascending by bitrate. */
  readonly levels: readonly [LevelFacts, ...LevelFacts[]];
  /** The level of the fragment before; `undefined` at the start and after the stream changed. */
  readonly current: LevelFacts | undefined;
  /** Expected bits per second of the line. */
  readonly estimate: number;
  /** Whether `estimate` rests on a measurement. */
  readonly measured: boolean;
  readonly bufferAhead: Seconds;
  /** How far the buffer is filled when full. */
  readonly bufferGoal: Seconds;
  readonly chunkDuration: Seconds;
  /** All that was seen of the line; `undefined` before anything was received. */
  readonly line: LineModel | undefined;
  /** So many times as fast as the line was seen to be it is held to be, by a page's own estimate; default 1. */
  readonly correction?: number | undefined;
  /** In seconds on the clock of the line's samples. */
  readonly now: number;
  /** Seconds from a request to its first byte. */
  readonly firstByte: number;
  /** Bits per second that the other stream takes off the line. */
  readonly reserved: number;
  /** How real sizes differ from nominal ones. */
  readonly sizes: ChunkSizes;
  /** Bytes of the next fragment at each of `levels`, where they are known. */
  readonly knownBytes: readonly (number | undefined)[];
  /** What the choice before left as its `plan`. */
  readonly plan: QualityPlan | undefined;
}

export interface QualityChoice {
  readonly level: LevelFacts;
  /** In one or two words: `only`, `start`, `hold`, `up`, `down`. */
  readonly reason: string;
  /** What the next choice begins from, and what giving up this download is judged by. */
  readonly plan?: QualityPlan | undefined;
}

/** What was thought of the times ahead when a level was chosen. */
export interface QualityPlan {
  readonly values: Values;
}

/** What a page's own estimate of the line may rest on. */
export interface EstimateInput {
  /** Ours, in bits per second: of the line, or what is expected while nothing was measured. */
  readonly estimate: number;
  readonly measured: boolean;
  /** The newest stretches of receiving, the oldest first; the time between them was idle. */
  readonly samples: readonly LineSample[];
  /** Seconds from a request to its first byte. */
  readonly firstByte: number;
  /** In seconds on the clock of the samples. */
  readonly now: number;
}

/** Share of the chunk's duration that the first one may take to come, before anything is known. */
const START_SHARE = 0.25;
/** Share of chunks over which the line breaks down without a sign. */
const COLLAPSE = 0.003;

/** Picks the quality level of the next fragment of one stream: the one that the times ahead are best with. */
export function chooseQuality(input: QualityInput, tuning: ValueTuning = VALUE_TUNING): QualityChoice {
  const { levels, current, estimate, chunkDuration, now, correction = 1 } = input;
  const line = input.line && correction !== 1 ? scaleLine(input.line, correction) : input.line;
  const [lowest] = levels;
  if (levels.length === 1) return { level: lowest, reason: 'only' };
  const before = current && nearest(levels, current.bitrate);
  if (!line) {
    const level = before === undefined ? nearest(levels, estimate * START_SHARE) : before;
    return { level: levels[level] ?? lowest, reason: before === undefined ? 'start' : 'hold' };
  }
  const ahead = Math.max(0, now - line.lastAt) + chunkDuration / 2;
  const forecast = forecastLine(line, ahead, chunkDuration);
  const values = solveValues(factsOf(input), forecast, input.plan?.values, tuning);
  let [best, chosen] = [Number.NEGATIVE_INFINITY, 0];
  for (const level of levels.keys()) {
    const value = worthOf(values, level, before) + promise(input, values, forecast, level);
    if (value > best) [best, chosen] = [value, level];
  }
  const level = levels[chosen] ?? lowest;
  return { level, reason: reasonFor(chosen, before), plan: { values } };
}

/** Nominal, known or learnt bits of the next chunk at a level, and how far off they may be. */
export function bitsOf(
  input: Pick<QualityInput, 'levels' | 'knownBytes' | 'sizes' | 'chunkDuration'>,
  level: number,
): { bits: number; spread: number } {
  const known = input.knownBytes[level];
  if (known !== undefined) return { bits: known * 8, spread: 0 };
  const { factor, spread } = expectSize(input.sizes);
  return { bits: (input.levels[level]?.bitrate ?? 0) * input.chunkDuration * factor, spread };
}

function promise(input: QualityInput, values: Values, forecast: LineForecast, level: number): number {
  const { bufferAhead: buffer, firstByte } = input;
  const { bits, spread } = bitsOf(input, level);
  const expected = expectedValue(values, forecast, {
    level,
    bits,
    spread: Math.hypot(spread, forecast.noise),
    buffer,
    firstByte,
  });
  const belief = new Float64Array(forecast.belief.length);
  belief[0] = 1;
  const collapsed = { ...forecast, belief };
  const worst = expectedValue(values, collapsed, { level, bits, spread: 0, buffer, firstByte });
  return expected * (1 - COLLAPSE) + worst * COLLAPSE;
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

/** The highest level within a bitrate, or the lowest. */
export function nearest(levels: QualityInput['levels'], bitrate: number): number {
  return Math.max(
    0,
    levels.findLastIndex((level) => level.bitrate <= bitrate),
  );
}
