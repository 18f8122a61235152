/**
 * Bandwidths as places on a logarithmic scale, and how a belief about them changes over time. A belief is a probability
 * for each place; they add up to one.
 */
export type Belief = Float64Array;

/** 16 kbit/s, and the step of the logarithm from one place to the next: 15 %. */
const LOWEST = Math.log(16_000);
export const STEP = 0.15;
/** Up to 200 Mbit/s: how soon a picture comes after a seek still depends on it. */
export const PLACES = 64;

/** Logarithm of the bits per second at each place. */
export const LOG_RATES: Float64Array = Float64Array.from(
  { length: PLACES },
  (_, place) => LOWEST + place * STEP,
);

/** The place of a rate, with a fraction between two places. */
export function placeOf(logRate: number): number {
  return Math.min(PLACES - 1, Math.max(0, (logRate - LOWEST) / STEP));
}

/** Discrete normal kernel with this variance of the logarithm; odd length, centred. */
export function stepKernel(variance: number): Float64Array {
  const cells = variance / (STEP * STEP);
  if (cells < 0.5) return Float64Array.of(cells / 2, 1 - cells, cells / 2);
  const reach = Math.min(16, Math.ceil(2.5 * Math.sqrt(cells)));
  const taps = new Float64Array(2 * reach + 1);
  let sum = 0;
  for (let tap = -reach; tap <= reach; tap += 1) {
    const share = Math.exp((-0.5 * tap * tap) / cells);
    taps[tap + reach] = share;
    sum += share;
  }
  return taps.map((share) => share / sum);
}

/** A belief after a small move, or with probability `jump` after a draw from `usual`. Moves past the ends stop there. */
export function moved(belief: Belief, taps: Float64Array, jump: number, usual: Belief): Belief {
  const reach = (taps.length - 1) / 2;
  const after = new Float64Array(PLACES);
  for (let place = 0; place < PLACES; place += 1) {
    const share = (belief[place] ?? 0) * (1 - jump);
    after[place] = (after[place] ?? 0) + jump * (usual[place] ?? 0);
    if (share < 1e-7) continue;
    for (let tap = -reach; tap <= reach; tap += 1) {
      const to = Math.min(PLACES - 1, Math.max(0, place + tap));
      after[to] = (after[to] ?? 0) + share * (taps[tap + reach] ?? 0);
    }
  }
  return after;
}

/** The rate in bits per second that the real one is below of with this probability. */
export function rateAt(belief: Belief, probability: number): number {
  let below = 0;
  const place = belief.findIndex((share) => {
    below += share;
    return below >= probability;
  });
  return Math.exp(LOG_RATES[Math.max(0, place)] ?? 0);
}
