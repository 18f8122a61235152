/** Bandwidth over time: seconds and bits per second in turn, over and over. */
export type LineSteps = readonly (readonly [seconds: number, bitsPerSecond: number])[];

/** Bits that pass from the beginning of the line's time up to a moment, in seconds. */
export function bitsUntil(steps: LineSteps, moment: number): number {
  const period = steps.reduce((sum, [length]) => sum + length, 0);
  const perPeriod = steps.reduce((sum, [length, rate]) => sum + length * rate, 0);
  if (!(period > 0)) return 0;
  const rounds = Math.floor(moment / period);
  let left = moment - rounds * period;
  let bits = rounds * perPeriod;
  for (const [length, rate] of steps) {
    const spent = Math.min(left, length);
    bits += spent * rate;
    left -= spent;
  }
  return bits;
}

/** The moment at which so many bits have passed; `Infinity` for a line that never lets them. */
export function momentOf(steps: LineSteps, bits: number): number {
  const period = steps.reduce((sum, [length]) => sum + length, 0);
  const perPeriod = steps.reduce((sum, [length, rate]) => sum + length * rate, 0);
  if (!(perPeriod > 0)) return Number.POSITIVE_INFINITY;
  const rounds = Math.floor(bits / perPeriod);
  let moment = rounds * period;
  let left = bits - rounds * perPeriod;
  for (const [length, rate] of steps) {
    const capacity = length * rate;
    if (left <= capacity) return moment + (rate > 0 ? left / rate : 0);
    left -= capacity;
    moment += length;
  }
  return moment;
}

/** One line that several responses share, piece after piece. Times are in seconds. */
export class Line {
  readonly #steps: LineSteps;
  readonly #startedAt: number;
  /** Bits that are spoken for, counted from the line's beginning. */
  #taken = 0;

  constructor(steps: LineSteps, now: number) {
    this.#steps = steps;
    this.#startedAt = now;
  }

  /** Sends a piece; gives the moment at which it has passed. What the idle line could have sent is lost. */
  send(bytes: number, now: number): number {
    const idle = bitsUntil(this.#steps, now - this.#startedAt);
    this.#taken = Math.max(this.#taken, idle) + bytes * 8;
    return this.#startedAt + momentOf(this.#steps, this.#taken);
  }
}
