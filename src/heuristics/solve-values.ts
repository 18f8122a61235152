import type { BandwidthForecast } from './bandwidth-model.ts';
import { LOG_RATES, placeOf, STEP } from './rate-grid.ts';
import {
  beliefIn,
  POINTS,
  priceOf,
  secondsFor,
  usable,
  VALUE_TUNING,
  type ValueFacts,
  type ValueGrid,
  type Values,
  type ValueTuning,
} from './value.ts';

/**
 * Values under a forecast; `before` are those of the previous decision, which are close. On a network that stays as it was they need no
 * further rounds: solving takes most of a decision's time.
 */
export function solveValues(
  facts: ValueFacts,
  forecast: BandwidthForecast,
  before: Values | undefined,
  prices: ValueTuning = VALUE_TUNING,
): Values {
  const grid = gridFor(facts, forecast, pricesFor(facts, prices));
  if (before === undefined || !hasShapeOf(before.grid, grid)) {
    const table = new Float64Array(grid.rates.length * facts.bitrates.length * grid.cells);
    return iterate({ grid, table, sweeps: 0, solvedFor: forecast }, forecast, grid.tuning.coldSweeps);
  }
  const { table, sweeps, solvedFor } = before;
  const isSolved = sweeps >= grid.tuning.enoughSweeps && isLike(forecast, solvedFor);
  return iterate({ grid, table, sweeps, solvedFor }, forecast, isSolved ? 0 : grid.tuning.warmSweeps);
}

function iterate(from: Values, forecast: BandwidthForecast, rounds: number): Values {
  const { grid, sweeps } = from;
  let { table } = from;
  for (let round = 0; round < rounds; round += 1) table = sweep(grid, table, forecast);
  return { grid, table, sweeps: sweeps + rounds, solvedFor: rounds > 0 ? forecast : from.solvedFor };
}

/** Sum of the differences of probabilities, and difference of logarithms, up to which two forecasts are alike. */
const ALIKE = 0.05;

/** Whether values for one forecast hold for another: the belief about the bandwidth now doesn't matter to them. */
function isLike(a: BandwidthForecast, b: BandwidthForecast): boolean {
  return (
    Math.abs(a.jump - b.jump) + Math.abs(a.noise - b.noise) < ALIKE &&
    Math.abs(Math.log(a.typical / b.typical)) < ALIKE &&
    a.taps.length === b.taps.length &&
    distance(a.taps, b.taps) < ALIKE &&
    distance(a.usual, b.usual) < ALIKE
  );
}

const distance = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, share, index) => sum + Math.abs(share - (b[index] ?? 0)), 0);

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

/** Compiled code depends on the order of properties: all grids are made here. */
function gridFor(facts: ValueFacts, forecast: BandwidthForecast, tuning: ValueTuning): ValueGrid {
  const { bitrates, bufferGoal, reserved } = facts;
  const [lowest = 1] = bitrates;
  const highest = bitrates.at(-1) ?? lowest;
  const firstPlace = Math.floor(placeOf(Math.log(lowest / 8 + reserved)));
  const lastPlace = Math.ceil(placeOf(Math.log(highest * 4 + reserved)));
  const rates = LOG_RATES.slice(firstPlace, lastPlace + 1).map((logRate) =>
    usable(Math.exp(logRate), reserved),
  );
  const cells = Math.max(2, Math.min(60, Math.round(bufferGoal / tuning.cell) + 1));
  const cell = bufferGoal / (cells - 1);
  const thin = Math.min(tuning.thinMost, tuning.thinShare * bufferGoal);
  const risk = Math.min(1, Math.max(0, (unrestOf(forecast) - tuning.calm) / (tuning.restless - tuning.calm)));
  const share = Math.min(1, highest / tuning.thinTop);
  const thinPrice = tuning.stallPrice * tuning.thinPrice * risk * share;
  const typical = usable(forecast.typical, reserved);
  return { facts, tuning, firstPlace, rates, typical, cells, cell, thin, thinPrice };
}

function hasShapeOf(a: ValueGrid, b: ValueGrid): boolean {
  return (
    a.cells === b.cells &&
    a.firstPlace === b.firstPlace &&
    a.rates.length === b.rates.length &&
    a.facts.bitrates.length === b.facts.bitrates.length &&
    a.facts.bitrates.every((bitrate, level) => bitrate === b.facts.bitrates[level])
  );
}

/** One round of value iteration. */
function sweep(grid: ValueGrid, before: Float64Array, forecast: BandwidthForecast): Float64Array {
  const { facts, rates, cells } = grid;
  const levels = facts.bitrates.length;
  const size = levels * cells;
  const after = afterDownload(grid, before, forecast.noise);
  const jumped = new Float64Array(size);
  beliefIn(grid, forecast.usual).forEach((share, rate) => {
    addTo(jumped, 0, after, rate * size, size, share * forecast.jump);
  });
  const reach = (forecast.taps.length - 1) / 2;
  const table = new Float64Array(rates.length * size);
  for (let rate = 0; rate < rates.length; rate += 1) {
    const from = rate * size;
    table.set(jumped, from);
    for (let index = -reach; index <= reach; index += 1) {
      const tap = forecast.taps[index + reach] ?? 0;
      const other = Math.min(rates.length - 1, Math.max(0, rate + index));
      if (tap >= 1e-3) addTo(table, from, after, other * size, size, tap);
    }
    takeBest(grid, table, from);
  }
  return table;
}

/** Value of requesting each level with each buffer at each rate. */
function afterDownload(grid: ValueGrid, table: Float64Array, noise: number): Float64Array {
  const { facts, rates, cells } = grid;
  const { bitrates, chunkDuration, firstByte, sizeSpread, sizeBias } = facts;
  const spread = Math.hypot(noise, sizeSpread);
  const after = new Float64Array(table.length);
  let at = 0;
  for (let rate = 0; rate < rates.length; rate += 1) {
    for (let level = 0; level < bitrates.length; level += 1, at += cells) {
      const bits = (bitrates[level] ?? 0) * chunkDuration * Math.exp(sizeBias);
      for (const { away, share } of POINTS) {
        const seconds = firstByte + secondsFor(grid, bits * Math.exp(away * spread), rates[rate] ?? 1);
        addAfter(after, grid, table, at, seconds, share);
      }
    }
    giveUp(after, grid, rate);
  }
  return after;
}

/** A download can be given up for a lower level, which costs the time until then: the better of both, at one rate. */
function giveUp(
  after: Float64Array,
  { facts: { bitrates }, tuning, cells, cell }: ValueGrid,
  rate: number,
): void {
  const worth = (level: number) => ((1 + tuning.changePrice) * (bitrates[level] ?? 0)) / 1e6;
  const lost = Math.ceil(tuning.giveUpAfter / cell);
  const part = lost - tuning.giveUpAfter / cell;
  const best = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY);
  for (let level = 0; level < bitrates.length; level += 1) {
    const at = (rate * bitrates.length + level) * cells;
    const own = worth(level);
    if (level > 0)
      for (let buffer = 0; buffer < cells; buffer += 1) {
        const left = Math.max(0, buffer - lost);
        const low = best[left] ?? 0;
        const then = buffer < lost ? low : low + part * ((best[left + 1] ?? 0) - low);
        const stall = tuning.stallPrice * Math.max(0, tuning.giveUpAfter - buffer * cell);
        after[at + buffer] = Math.max(after[at + buffer] ?? 0, then - own - stall);
      }
    for (let buffer = 0; buffer < cells; buffer += 1)
      best[buffer] = Math.max(best[buffer] ?? 0, (after[at + buffer] ?? 0) + own);
  }
}

/** Adds a fraction of `valueAfter` for each buffer, at one rate and level; this takes nearly all of the time. */
function addAfter(
  after: Float64Array,
  grid: ValueGrid,
  table: Float64Array,
  at: number,
  seconds: number,
  share: number,
): void {
  const { cells, cell, thin } = grid;
  const { chunkDuration, bufferGoal } = grid.facts;
  const discount = share * grid.tuning.discount;
  const last = cells - 1;
  // A buffer that doesn't run dry moves by the same distance, whatever it was, up to the goal.
  const moves = (chunkDuration - seconds) / cell;
  const whole = Math.floor(moves);
  const part = moves - whole;
  const dry = Math.min(cells, Math.max(0, Math.ceil(seconds / cell)));
  const full = Math.min(cells, Math.max(dry, last - whole));
  const refilled = discount * valueIn(table, at, last, Math.min(chunkDuration, bufferGoal) / cell);
  const filled = discount * (table[at + last] ?? 0);
  for (let buffer = 0; buffer < dry; buffer += 1) after[at + buffer] = (after[at + buffer] ?? 0) + refilled;
  for (let buffer = dry; buffer < full; buffer += 1) {
    const from = at + buffer + whole;
    const low = table[from] ?? 0;
    after[at + buffer] = (after[at + buffer] ?? 0) + discount * (low + part * ((table[from + 1] ?? 0) - low));
  }
  for (let buffer = full; buffer < cells; buffer += 1)
    after[at + buffer] = (after[at + buffer] ?? 0) + filled;
  const priced = Math.min(cells, Math.ceil((thin + seconds) / cell));
  for (let buffer = 0; buffer < priced; buffer += 1)
    after[at + buffer] = (after[at + buffer] ?? 0) - share * priceOf(grid, buffer * cell - seconds);
}

/** The value between two cells. */
function valueIn(table: Float64Array, at: number, last: number, place: number): number {
  const floor = Math.min(last - 1, Math.floor(place));
  const low = table[at + floor] ?? 0;
  return low + (place - floor) * ((table[at + floor + 1] ?? 0) - low);
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
function takeBest(
  { facts: { bitrates }, tuning, cells }: ValueGrid,
  table: Float64Array,
  from: number,
): void {
  const last = bitrates.length - 1;
  const mbps = (level: number) => (bitrates[level] ?? 0) / 1e6;
  for (let level = 0; level <= last; level += 1) {
    const at = from + level * cells;
    const worth = mbps(level);
    for (let buffer = at; buffer < at + cells; buffer += 1) table[buffer] = (table[buffer] ?? 0) + worth;
    if (level > 0) raiseTo(table, at, at - cells, cells, tuning.changePrice * (worth - mbps(level - 1)));
  }
  for (let level = last - 1; level >= 0; level -= 1) {
    const at = from + level * cells;
    raiseTo(table, at, at + cells, cells, tuning.changePrice * (mbps(level + 1) - mbps(level)));
  }
}

/** Takes a neighbour's value, less the price of the change, where that is better. */
function raiseTo(table: Float64Array, at: number, neighbor: number, cells: number, price: number): void {
  for (let buffer = 0; buffer < cells; buffer += 1) {
    const changed = (table[neighbor + buffer] ?? 0) - price;
    if (changed > (table[at + buffer] ?? 0)) table[at + buffer] = changed;
  }
}

/** How much the bandwidth changes from one step to the next: r.m.s. of the logarithm. */
function unrestOf({ taps, jump }: BandwidthForecast): number {
  const reach = (taps.length - 1) / 2;
  return Math.sqrt(taps.reduce((sum, tap, at) => sum + tap * (STEP * (at - reach)) ** 2, jump));
}
