import type { BandwidthForecast } from './bandwidth-model.ts';
import { LOG_RATES, placeOf } from './rate-grid.ts';

/** What the value of a buffer depends on, besides the network. */
export interface ValueFacts {
  /** Bits per second of the levels, ascending. */
  readonly bitrates: readonly number[];
  /** Seconds. */
  readonly chunkDuration: number;
  /** The next chunk is not requested while the buffer has more seconds than this. */
  readonly bufferGoal: number;
  /** Seconds from a request to its first byte. */
  readonly firstByte: number;
  /** Bandwidth that another stream needs, in bits per second. */
  readonly reserved: number;
  /** Spread of the sizes of future chunks around their mean, r.m.s. of the logarithm. */
  readonly sizeSpread: number;
  /** Mean logarithm of the ratio of real to nominal size of future chunks. */
  readonly sizeBias: number;
}

/** Prices in Mbit/s of quality. Higher than viewers would rate them, since no forecast is complete. */
export interface ValueTuning {
  /** Price of a second of stall, and its minimum as a multiple of the highest level's bitrate. */
  readonly stallPrice: number;
  readonly stallTops: number;
  /** Price of a change of level, for each Mbit/s of difference. */
  readonly changePrice: number;
  /** The weight of one chunk later. */
  readonly discount: number;
  /** Approximate seconds of buffer from one cell to the next. */
  readonly cell: number;
  /** No rate below the typical one is expected to last longer than so many seconds. */
  readonly patience: number;
  /** Rounds of value iteration from scratch, and from the values of the previous decision. */
  readonly coldSweeps: number;
  readonly warmSweeps: number;
}

export const VALUE_TUNING: ValueTuning = {
  stallPrice: 5,
  stallTops: 1.15,
  changePrice: 2.2,
  discount: 0.95,
  cell: 1,
  patience: 4.5,
  coldSweeps: 12,
  warmSweeps: 2,
};

/** The value of each buffer, for each previous level and each bandwidth. */
export interface Values {
  readonly facts: ValueFacts;
  readonly tuning: ValueTuning;
  /** Index of the lowest rate used here on the rate grid, and bits per second of each rate. */
  readonly firstPlace: number;
  readonly rates: Float64Array;
  /** Bits per second; no lower rate lasts for long. */
  readonly typical: number;
  readonly cells: number;
  readonly cell: number;
  /** By rate, level and buffer. */
  readonly table: Float64Array;
}

/** A log-normal distribution in three points. */
const POINTS = [
  { away: -Math.sqrt(3), share: 1 / 6 },
  { away: 0, share: 2 / 3 },
  { away: Math.sqrt(3), share: 1 / 6 },
] as const;

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

/** Value of a download of a level that takes `seconds` and begins with `buffer`, at one rate; its stall included. */
export function valueAfter(
  values: Values,
  rate: number,
  level: number,
  buffer: number,
  seconds: number,
): number {
  const { facts, tuning, cells, cell, table } = values;
  const left = buffer - seconds;
  const stall = left < 0 ? -left : 0;
  const place = Math.min(Math.max(left, 0) + facts.chunkDuration, facts.bufferGoal) / cell;
  const floor = Math.min(cells - 2, Math.floor(place));
  const part = place - floor;
  const at = (rate * facts.bitrates.length + level) * cells + floor;
  const later = (table[at] ?? 0) * (1 - part) + (table[at + 1] ?? 0) * part;
  return tuning.discount * later - tuning.stallPrice * stall;
}

/** The same, averaged over the bandwidth's belief and the chunk's size. */
export function expectedValue(
  values: Values,
  forecast: BandwidthForecast,
  request: { level: number; bits: number; spread: number; buffer: number; firstByte: number },
): number {
  const { level, bits, spread, buffer, firstByte } = request;
  let value = 0;
  beliefIn(values, forecast.belief).forEach((belief, rate) => {
    if (belief < 1e-6) return;
    for (const { away, share } of POINTS) {
      const seconds = firstByte + secondsFor(values, bits * Math.exp(away * spread), rate);
      value += belief * share * valueAfter(values, rate, level, buffer, seconds);
    }
  });
  return value;
}

/** The value of a chunk by itself, after a chunk of another level or none. */
export function chunkUtility(values: Values, level: number, before: number | undefined): number {
  const { bitrates } = values.facts;
  const mbps = (index: number) => (bitrates[index] ?? 0) / 1e6;
  if (before === undefined) return mbps(level);
  return mbps(level) - values.tuning.changePrice * Math.abs(mbps(level) - mbps(before));
}

/** Seconds that a download takes. A rate that is low for the network does not last. */
function secondsFor({ rates, typical, tuning }: Values, bits: number, rate: number): number {
  const bitsPerSecond = rates[rate] ?? 1;
  const plain = bits / bitsPerSecond;
  if (plain <= tuning.patience || bitsPerSecond >= typical) return plain;
  return tuning.patience + (bits - tuning.patience * bitsPerSecond) / typical;
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
  return { facts, tuning, firstPlace, rates, typical: usable(forecast.typical), cells, cell, table };
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

/** The belief over the rates used here; probability beyond the ends is added to the ends. */
function beliefIn({ firstPlace, rates }: Values, belief: Float64Array): Float64Array {
  const shares = new Float64Array(rates.length);
  belief.forEach((share, place) => {
    const at = Math.min(rates.length - 1, Math.max(0, place - firstPlace));
    shares[at] = (shares[at] ?? 0) + share;
  });
  return shares;
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
  }
  return after;
}

/** Adds a fraction of `valueAfter` for each buffer, at one rate and level; inlined, since this takes nearly all of the time. */
function addAfter(after: Float64Array, values: Values, at: number, seconds: number, share: number): void {
  const { table, cells, cell } = values;
  const { chunkDuration, bufferGoal } = values.facts;
  const discount = share * values.tuning.discount;
  const stallPrice = share * values.tuning.stallPrice;
  for (let buffer = 0; buffer < cells; buffer += 1) {
    const left = buffer * cell - seconds;
    const filled = Math.max(left, 0) + chunkDuration;
    const place = Math.min(filled, bufferGoal) / cell;
    const floor = place >= cells - 1 ? cells - 2 : place | 0;
    const low = table[at + floor] ?? 0;
    const later = low + (place - floor) * ((table[at + floor + 1] ?? 0) - low);
    const stall = left < 0 ? left * stallPrice : 0;
    after[at + buffer] = (after[at + buffer] ?? 0) + discount * later + stall;
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
