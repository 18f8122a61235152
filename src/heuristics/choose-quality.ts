import { type BandwidthForecast, forecastBandwidth } from './bandwidth-model.ts';
import { bandwidthOf, bitsOf, chooseFirst, nearest } from './choose-first.ts';
import type { QualityChoice, QualityInput } from './quality-input.ts';
import { type Belief, rateAt } from './rate-grid.ts';
import { solveValues } from './solve-values.ts';
import { expectedReturns, VALUE_TUNING, type Values, type ValueTuning } from './value.ts';

/** Fraction of chunks during which the network fails without warning. */
const COLLAPSE = 0.003;

/** Picks the quality level of the next fragment of one stream: the one with the best expected future. */
export function chooseQuality(input: QualityInput, tuning: ValueTuning = VALUE_TUNING): QualityChoice {
  const { levels, current, chunkDuration, now, awaited } = input;
  const bandwidth = bandwidthOf(input);
  if (levels.length === 1 || !bandwidth || awaited !== undefined) return chooseFirst(input);
  const [lowest] = levels;
  const before = current && nearest(levels, current.bitrate);
  const ahead = Math.max(0, now - bandwidth.lastAt) + chunkDuration / 2;
  const forecast = forecastBandwidth(bandwidth, ahead, chunkDuration);
  if (isAtEase(input, forecast.belief)) return highest(input, before);
  const values = solveValues(factsOf(input), forecast, input.plan?.values, tuning);
  const returns = returnsOf(input, values, forecast, before);
  const chosen = returns.indexOf(Math.max(...returns));
  const level = levels[chosen] ?? lowest;
  return { level, reason: reasonFor(chosen, before), plan: { values } };
}

/**
 * No plan is needed where the network is so many times faster than the highest level in nearly all cases: it would be the highest level.
 * The first plan takes a tenth of a second on a fast machine, at the start of playback.
 */
const EASE = {
  /** With so many seconds in the buffer. */
  buffer: 6,
  rate: 1.5,
  /** With half a chunk in the buffer: twice what a download takes. */
  startRate: 4,
  /** The fraction of cases that are not nearly all. */
  doubt: 0.02,
};

/** Whether the network carries the highest level for certain. */
function isAtEase({ levels, bufferAhead, reserved, chunkDuration }: QualityInput, belief: Belief): boolean {
  const times = rateAt(belief, EASE.doubt) / ((levels.at(-1)?.bitrate ?? 0) + reserved);
  if (bufferAhead >= EASE.buffer && times >= EASE.rate) return true;
  return bufferAhead >= chunkDuration / 2 && times >= EASE.startRate;
}

function highest({ levels, plan }: QualityInput, before: number | undefined): QualityChoice {
  const last = levels.length - 1;
  return { level: levels[last] ?? levels[0], reason: reasonFor(last, before), plan };
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
