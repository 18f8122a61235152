import type { BandwidthForecast } from './bandwidth-model.ts';
import { LOG_RATES } from './rate-grid.ts';

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
  /** Price of each stall, however short, in seconds of stall. One shorter than `stallFull` seconds costs a part of it. */
  readonly stallBase: number;
  readonly stallFull: number;
  /**
   * Price of a thin buffer after a download, for each second that is missing, in seconds of stall. Thin is less than
   * `thinMost` seconds and less than `thinShare` of the goal.
   */
  readonly thinPrice: number;
  readonly thinShare: number;
  readonly thinMost: number;
  /** If the highest level has fewer bits per second, the price is smaller by as much: it must not outweigh quality. */
  readonly thinTop: number;
  /**
   * On a network whose bandwidth changes by less than `calm` from one chunk to the next, r.m.s. of the logarithm, a thin
   * buffer costs nothing; from `restless` on, the whole price.
   */
  readonly calm: number;
  readonly restless: number;
  /** Seconds after which the plan expects that a download can be given up for a lower level. */
  readonly giveUpAfter: number;
  /** The weight of one chunk later. */
  readonly discount: number;
  /** Approximate seconds of buffer from one cell to the next. */
  readonly cell: number;
  /** No rate below the typical one is expected to last longer than so many seconds. */
  readonly patience: number;
  /** Rounds of value iteration from scratch, and from the values of the previous decision. */
  readonly coldSweeps: number;
  readonly warmSweeps: number;
  /** Rounds after which values change only with the network. */
  readonly enoughSweeps: number;
}

export const VALUE_TUNING: ValueTuning = {
  stallPrice: 5,
  stallTops: 1.15,
  changePrice: 2.2,
  stallBase: 1,
  stallFull: 0.3,
  thinPrice: 0.018,
  thinShare: 0.4,
  thinMost: 12,
  thinTop: 2e6,
  calm: 0.2,
  restless: 0.28,
  giveUpAfter: 1.5,
  discount: 0.95,
  cell: 1,
  patience: 4,
  coldSweeps: 12,
  warmSweeps: 2,
  enoughSweeps: 40,
};

/** The states that have values, and their prices. */
export interface ValueGrid {
  readonly facts: ValueFacts;
  readonly tuning: ValueTuning;
  /** Index of the lowest rate used here on the rate grid, and bits per second of each rate. */
  readonly firstPlace: number;
  readonly rates: Float64Array;
  /** Bits per second; no lower rate lasts for long. */
  readonly typical: number;
  readonly cells: number;
  readonly cell: number;
  /** Seconds of buffer that are thin, and the price of a second less. */
  readonly thin: number;
  readonly thinPrice: number;
}

/** The value of each buffer, for each previous level and each bandwidth. */
export interface Values {
  readonly grid: ValueGrid;
  /** By rate, level and buffer. */
  readonly table: Float64Array;
  /** Rounds of value iteration so far, and the forecast of the last of them. */
  readonly sweeps: number;
  readonly solvedFor: BandwidthForecast;
}

/** A log-normal distribution in three points. */
export const POINTS = [
  { away: -Math.sqrt(3), share: 1 / 6 },
  { away: 0, share: 2 / 3 },
  { away: Math.sqrt(3), share: 1 / 6 },
] as const;

/** The price of ending a download with so many seconds of buffer; negative: it stalled for so long. */
export function priceOf({ tuning, thin, thinPrice }: ValueGrid, left: number): number {
  const { stallPrice, stallBase, stallFull } = tuning;
  if (left >= thin) return 0;
  if (left >= 0) return thinPrice * (thin - left);
  return thinPrice * thin + stallPrice * (stallBase * Math.min(1, -left / stallFull) - left);
}

/** Value of a download of a level that takes `seconds` and begins with `buffer`, at one rate; its stall included. */
export function valueAfter(
  { grid, table }: Values,
  rate: number,
  level: number,
  buffer: number,
  seconds: number,
): number {
  const { facts, tuning, cells, cell } = grid;
  const left = buffer - seconds;
  const place = Math.min(Math.max(left, 0) + facts.chunkDuration, facts.bufferGoal) / cell;
  const floor = Math.min(cells - 2, Math.floor(place));
  const part = place - floor;
  const at = (rate * facts.bitrates.length + level) * cells + floor;
  const later = (table[at] ?? 0) * (1 - part) + (table[at + 1] ?? 0) * part;
  return tuning.discount * later - priceOf(grid, left);
}

/** The next chunk at a level: its size, and the spread of that, r.m.s. of the logarithm. */
interface LevelRequest {
  readonly level: number;
  readonly bits: number;
  readonly spread: number;
}

/** In seconds. */
interface RequestState {
  readonly buffer: number;
  readonly firstByte: number;
}

/** Rates with less probability are ignored. */
const HARDLY_EVER = 1e-6;

/** The same, averaged over the chunk's size. */
function valueAtRate(
  values: Values,
  { rate, bitsPerSecond }: PossibleRate,
  { level, bits, spread }: LevelRequest,
  { buffer, firstByte }: RequestState,
): number {
  let value = 0;
  for (const { away, share } of POINTS) {
    const seconds = firstByte + secondsFor(values.grid, bits * Math.exp(away * spread), bitsPerSecond);
    value += share * valueAfter(values, rate, level, buffer, seconds);
  }
  return value;
}

/** The same, averaged over the bandwidth's belief too. */
export function expectedValue(
  values: Values,
  forecast: BandwidthForecast,
  request: LevelRequest & RequestState,
): number {
  let value = 0;
  for (const possible of possibleRates(values.grid, forecast.belief))
    value += possible.share * valueAtRate(values, possible, request, request);
  return value;
}

/**
 * The value of requesting each level, ascending, averaged over the belief and the chunk's size: the chunk's own and what follows.
 * A download that takes long can be given up for a lower level.
 */
export function expectedReturns(
  values: Values,
  belief: Float64Array,
  requests: readonly LevelRequest[],
  state: RequestState & { readonly before: number | undefined },
): Float64Array {
  const returns = new Float64Array(requests.length);
  const { giveUpAfter, stallPrice } = values.grid.tuning;
  const late = { ...state, buffer: Math.max(0, state.buffer - giveUpAfter) };
  const stall = stallPrice * Math.max(0, giveUpAfter - state.buffer);
  for (const possible of possibleRates(values.grid, belief)) {
    let lower = Number.NEGATIVE_INFINITY;
    requests.forEach((request, index) => {
      const worth = chunkUtility(values.grid, request.level, state.before);
      const kept = worth + valueAtRate(values, possible, request, state);
      const isLong = request.bits / possible.bitsPerSecond > giveUpAfter;
      returns[index] = (returns[index] ?? 0) + possible.share * (isLong ? Math.max(kept, lower) : kept);
      if (index < requests.length - 1)
        lower = Math.max(lower, worth + valueAtRate(values, possible, request, late) - stall);
    });
  }
  return returns;
}

/** The value of a chunk by itself, after a chunk of another level or none. */
export function chunkUtility(grid: ValueGrid, level: number, before: number | undefined): number {
  const { bitrates } = grid.facts;
  const mbps = (index: number) => (bitrates[index] ?? 0) / 1e6;
  if (before === undefined) return mbps(level);
  return mbps(level) - grid.tuning.changePrice * Math.abs(mbps(level) - mbps(before));
}

/** Seconds that a download takes. A rate that is low for the network does not last. */
export function secondsFor({ typical, tuning }: ValueGrid, bits: number, bitsPerSecond: number): number {
  const plain = bits / bitsPerSecond;
  if (plain <= tuning.patience || bitsPerSecond >= typical) return plain;
  return tuning.patience + (bits - tuning.patience * bitsPerSecond) / typical;
}

/** What a rate leaves for this stream. Audio goes first, but never takes everything. */
export const usable = (rate: number, reserved: number): number => Math.max(rate / 3, rate - reserved);

/** A rate of a belief: its probability, its index among the rates used here, and its own bits per second. */
interface PossibleRate {
  readonly share: number;
  readonly rate: number;
  readonly bitsPerSecond: number;
}

/** For the next chunk: a network that is faster than any rate used here brings it sooner, which a thin buffer may need. */
function possibleRates(
  { facts, firstPlace, rates }: ValueGrid,
  belief: Float64Array,
): readonly PossibleRate[] {
  const possible: PossibleRate[] = [];
  belief.forEach((share, place) => {
    if (share < HARDLY_EVER) return;
    const rate = Math.min(rates.length - 1, Math.max(0, place - firstPlace));
    const isFaster = place - firstPlace > rate;
    const bitsPerSecond = isFaster
      ? usable(Math.exp(LOG_RATES[place] ?? 0), facts.reserved)
      : (rates[rate] ?? 1);
    possible.push({ share, rate, bitsPerSecond });
  });
  return possible;
}

/** The belief over the rates used here; probability beyond the ends is added to the ends. */
export function beliefIn({ firstPlace, rates }: ValueGrid, belief: Float64Array): Float64Array {
  const shares = new Float64Array(rates.length);
  belief.forEach((share, place) => {
    const at = Math.min(rates.length - 1, Math.max(0, place - firstPlace));
    shares[at] = (shares[at] ?? 0) + share;
  });
  return shares;
}
