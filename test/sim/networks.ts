/** A period of constant bandwidth; networks repeat after their last one. */
export interface Period {
  readonly seconds: number;
  readonly bitsPerSecond: number;
}
export type NetworkShape = readonly [Period, ...Period[]];

/** Pseudo-random numbers in [0, 1), the same for the same seed (a linear congruential generator). */
function random(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Normally distributed numbers, r.m.s. 1: a sum of twelve is close enough. */
function normal(next: () => number): () => number {
  return () => Array.from({ length: 12 }, next).reduce((sum, value) => sum + value, -6);
}

export const steady = (bitsPerSecond: number): NetworkShape => [{ seconds: 60, bitsPerSecond }];

export const steps = (seconds: number, ...rates: readonly [number, ...number[]]): NetworkShape => {
  const [first, ...rest] = rates.map((bitsPerSecond) => ({ seconds, bitsPerSecond }));
  return [first as Period, ...rest];
};

/** From one rate to another and back, in steps of a second. */
export function ramp(low: number, high: number, seconds: number): NetworkShape {
  const at = (second: number) => {
    const part = Math.abs(((second / seconds) % 2) - 1);
    return { seconds: 1, bitsPerSecond: high * (1 - part) + low * part };
  };
  return [at(0), ...Array.from({ length: 2 * seconds - 1 }, (_, index) => at(index + 1))];
}

/** No network at all for a while, once in each round. */
export const outage = (bitsPerSecond: number, between: number, seconds: number): NetworkShape => [
  { seconds: between, bitsPerSecond },
  { seconds, bitsPerSecond: 0 },
];

/** Jumps among a few rates, some seconds at each. */
export function markov(seed: number, rates: readonly [number, ...number[]]): NetworkShape {
  const next = random(seed);
  const [first, ...rest] = Array.from({ length: 40 }, () => ({
    seconds: 2 + 12 * next(),
    bitsPerSecond: (rates[Math.floor(next() * rates.length)] ?? rates[0]) * (0.9 + 0.2 * next()),
  }));
  return [first as Period, ...rest];
}

/** A random walk from second to second, as mobile networks have it, with a deep fade now and then. */
export function cellular(seed: number, middle: number): NetworkShape {
  const next = random(seed);
  const step = normal(next);
  let [away, fading] = [0, 0];
  const [first, ...rest] = Array.from({ length: 300 }, () => {
    away = 0.93 * away + 0.2 * step();
    fading = fading > 0 ? fading - 1 : next() < 0.01 ? 8 * next() : 0;
    return { seconds: 1, bitsPerSecond: middle * Math.exp(away) * (fading > 0 ? 0.1 : 1) };
  });
  return [first as Period, ...rest];
}
