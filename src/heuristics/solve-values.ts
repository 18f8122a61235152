import type { BandwidthForecast } from './bandwidth-model.ts';
import { LOG_RATES, placeOf, STEP } from './rate-grid.ts';
import {
  beliefIn,
  POINTS,
  priceOf,
  secondsFor,
  VALUE_TUNING,
  type ValueFacts,
  type Values,
  type ValueTuning,
} from './value.ts';

/** Values under a forecast; `before` are those of the previous decision, which are close. */
export function solveValues(
  facts: ValueFacts,
  forecast: BandwidthForecast,
  before: Values | undefined,
  prices: ValueTuning = VALUE_TUNING,
): Values {
  const tuning = pricesFor(facts, prices);
  const blank = blankValues(facts, forecast, tuning);
  const isWarm = before !== undefined && hasShapeOf(before, blank);
  let values = isWarm ? { ...blank, table: before.table } : blank;
  const rounds = isWarm ? tuning.warmSweeps : tuning.coldSweeps;
  for (let round = 0; round < rounds; round += 1) values = { ...values, table: sweep(values, forecast) };
  return values;
}

/** Quality counts per chunk; chunks shorter than this many seconds, down to a quarter of it, each count less. */
const FULL_CHUNK = 2;

/** Prices for one title: no level makes up for a stall, nor do many short chunks for one late chunk. */
function pricesFor({ bitrates, chunkDuration }: ValueFacts, tuning: ValueTuning): ValueTuning {
  const parts = Math.min(4, Math.max(1, FULL_CHUNK / chunkDuration));
  const stallPrice = Math.max(tuning.stallPrice, (tuning.stallTops * (bitrates.at(-1) ?? 0)) / 1e6);
  return {
    ...tuning,
    stallPrice: stallPrice * parts,
    changePrice: tuning.changePrice * parts,
    discount: tuning.discount ** (1 / parts),
  };
}

function blankValues(facts: ValueFacts, forecast: BandwidthForecast, tuning: ValueTuning): Values {
  const { bitrates, bufferGoal, reserved } = facts;
  const [lowest = 1] = bitrates;
  const highest = bitrates.at(-1) ?? lowest;
  const firstPlace = Math.floor(placeOf(Math.log(lowest / 8 + reserved)));
  const lastPlace = Math.ceil(placeOf(Math.log(highest * 4 + reserved)));
  // Audio goes first, but never takes everything.
  const usable = (rate: number) => Math.max(rate / 3, rate - reserved);
  const rates = LOG_RATES.slice(firstPlace, lastPlace + 1).map((logRate) => usable(Math.exp(logRate)));
  const cells = Math.max(2, Math.min(60, Math.round(bufferGoal / tuning.cell) + 1));
  const table = new Float64Array(rates.length * bitrates.length * cells);
  const cell = bufferGoal / (cells - 1);
  const thin = Math.min(tuning.thinMost, tuning.thinShare * bufferGoal);
  const risk = Math.min(1, Math.max(0, (unrestOf(forecast) - tuning.calm) / (tuning.restless - tuning.calm)));
  const share = Math.min(1, highest / tuning.thinTop);
  const thinPrice = tuning.stallPrice * tuning.thinPrice * risk * share;
  return {
    ...{ facts, tuning, firstPlace, rates, typical: usable(forecast.typical), cells, cell },
    ...{ thin, thinPrice, table },
  };
}

function hasShapeOf(a: Values, b: Values): boolean {
  return (
    a.cells === b.cells &&
    a.firstPlace === b.firstPlace &&
    a.table.length === b.table.length &&
    a.facts.bitrates.length === b.facts.bitrates.length &&
    a.facts.bitrates.every((bitrate, level) => bitrate === b.facts.bitrates[level])
  );
}

/** One round of value iteration. */
function sweep(values: Values, forecast: BandwidthForecast): Float64Array {
  const { facts, rates, cells } = values;
  const levels = facts.bitrates.length;
  const size = levels * cells;
  const after = afterDownload(values, forecast.noise);
  const jumped = new Float64Array(size);
  beliefIn(values, forecast.usual).forEach((share, rate) => {
    addTo(jumped, 0, after, rate * size, size, share * forecast.jump);
  });
  const reach = (forecast.taps.length - 1) / 2;
  const table = new Float64Array(rates.length * size);
  for (let rate = 0; rate < rates.length; rate += 1) {
    const from = rate * size;
    table.set(jumped, from);
    forecast.taps.forEach((tap, index) => {
      if (tap < 1e-3) return;
      const other = Math.min(rates.length - 1, Math.max(0, rate + index - reach));
      addTo(table, from, after, other * size, size, tap);
    });
    takeBest(values, table, from);
  }
  return table;
}

/** Value of requesting each level with each buffer at each rate. */
function afterDownload(values: Values, noise: number): Float64Array {
  const { facts, rates, cells } = values;
  const { bitrates, chunkDuration, firstByte, sizeSpread, sizeBias } = facts;
  const spread = Math.hypot(noise, sizeSpread);
  const after = new Float64Array(values.table.length);
  let at = 0;
  for (let rate = 0; rate < rates.length; rate += 1) {
    for (let level = 0; level < bitrates.length; level += 1, at += cells) {
      const bits = (bitrates[level] ?? 0) * chunkDuration * Math.exp(sizeBias);
      for (const { away, share } of POINTS) {
        const seconds = firstByte + secondsFor(values, bits * Math.exp(away * spread), rate);
        addAfter(after, values, at, seconds, share);
      }
    }
    giveUp(after, values, rate);
  }
  return after;
}

/** A download can be given up for a lower level, which costs the time until then: the better of both, at one rate. */
function giveUp(
  after: Float64Array,
  { facts: { bitrates }, tuning, cells, cell }: Values,
  rate: number,
): void {
  const worth = (level: number) => ((1 + tuning.changePrice) * (bitrates[level] ?? 0)) / 1e6;
  const lost = tuning.giveUpAfter / cell;
  const best = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY);
  for (let level = 0; level < bitrates.length; level += 1) {
    const at = (rate * bitrates.length + level) * cells;
    const own = worth(level);
    if (level > 0)
      for (let buffer = 0; buffer < cells; buffer += 1) {
        const left = Math.max(0, buffer - lost);
        const floor = Math.min(cells - 2, Math.floor(left));
        const low = best[floor] ?? 0;
        const then = low + (left - floor) * ((best[floor + 1] ?? 0) - low);
        const stall = tuning.stallPrice * Math.max(0, tuning.giveUpAfter - buffer * cell);
        after[at + buffer] = Math.max(after[at + buffer] ?? 0, then - own - stall);
      }
    for (let buffer = 0; buffer < cells; buffer += 1)
      best[buffer] = Math.max(best[buffer] ?? 0, (after[at + buffer] ?? 0) + own);
  }
}

/** Adds a fraction of `valueAfter` for each buffer, at one rate and level; inlined, since this takes nearly all of the time. */
function addAfter(after: Float64Array, values: Values, at: number, seconds: number, share: number): void {
  const { table, cells, cell } = values;
  const { chunkDuration, bufferGoal } = values.facts;
  const discount = share * values.tuning.discount;
  for (let buffer = 0; buffer < cells; buffer += 1) {
    const left = buffer * cell - seconds;
    const filled = Math.max(left, 0) + chunkDuration;
    const place = Math.min(filled, bufferGoal) / cell;
    const floor = place >= cells - 1 ? cells - 2 : place | 0;
    const low = table[at + floor] ?? 0;
    const later = low + (place - floor) * ((table[at + floor + 1] ?? 0) - low);
    after[at + buffer] = (after[at + buffer] ?? 0) + discount * later - share * priceOf(values, left);
  }
}

function addTo(
  to: Float64Array,
  toAt: number,
  from: Float64Array,
  fromAt: number,
  count: number,
  by: number,
) {
  for (let index = 0; index < count; index += 1)
    to[toAt + index] = (to[toAt + index] ?? 0) + by * (from[fromAt + index] ?? 0);
}

/**
 * Turns the value of choosing each level into the value of coming from each level and choosing the best. Since the
 * price of a change adds up along the levels, two passes over neighbours are enough.
 */
function takeBest({ facts: { bitrates }, tuning, cells }: Values, table: Float64Array, from: number): void {
  const last = bitrates.length - 1;
  const mbps = (level: number) => (bitrates[level] ?? 0) / 1e6;
  for (let level = 0; level <= last; level += 1) {
    const at = from + level * cells;
    const price = level > 0 ? tuning.changePrice * (mbps(level) - mbps(level - 1)) : Number.POSITIVE_INFINITY;
    for (let buffer = 0; buffer < cells; buffer += 1) {
      const own = (table[at + buffer] ?? 0) + mbps(level);
      const below = level > 0 ? (table[at - cells + buffer] ?? 0) - price : Number.NEGATIVE_INFINITY;
      table[at + buffer] = Math.max(own, below);
    }
  }
  for (let level = last - 1; level >= 0; level -= 1) {
    const at = from + level * cells;
    const price = tuning.changePrice * (mbps(level + 1) - mbps(level));
    for (let buffer = 0; buffer < cells; buffer += 1) {
      const above = (table[at + cells + buffer] ?? 0) - price;
      if (above > (table[at + buffer] ?? 0)) table[at + buffer] = above;
    }
  }
}

/** How much the bandwidth changes from one step to the next: r.m.s. of the logarithm. */
function unrestOf({ taps, jump }: BandwidthForecast): number {
  const reach = (taps.length - 1) / 2;
  return Math.sqrt(taps.reduce((sum, tap, at) => sum + tap * (STEP * (at - reach)) ** 2, jump));
}
