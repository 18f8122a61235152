import { type BandwidthForecast, forecastBandwidth } from './bandwidth-model.ts';
import { bandwidthOf, bitsOf, chooseFirst, nearest } from './choose-first.ts';
import type { QualityChoice, QualityInput } from './quality-input.ts';
import { rateAt } from './rate-grid.ts';
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
  if (before === levels.length - 1 && isAtEase(input, forecast)) return holdHighest(input);
  const values = solveValues(factsOf(input), forecast, input.plan?.values, tuning);
  const returns = returnsOf(input, values, forecast, before);
  const chosen = returns.indexOf(Math.max(...returns));
  const level = levels[chosen] ?? lowest;
  return { level, reason: reasonFor(chosen, before), plan: { values } };
}

/** With so many seconds in the buffer, and a rate so many times the highest level's in nearly all cases, no plan is needed. */
const AT_EASE = { buffer: 6, rate: 1.5, doubt: 0.02 };

/** Whether the highest level can go on for certain. */
function isAtEase({ levels, bufferAhead, reserved }: QualityInput, { belief }: BandwidthForecast): boolean {
  const highest = levels.at(-1)?.bitrate ?? 0;
  return (
    bufferAhead >= AT_EASE.buffer && rateAt(belief, AT_EASE.doubt) >= AT_EASE.rate * (highest + reserved)
  );
}

const holdHighest = ({ levels, plan }: QualityInput): QualityChoice => ({
  level: levels.at(-1) ?? levels[0],
  reason: 'hold',
  plan,
});

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
