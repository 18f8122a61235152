/** Bandwidth over time: seconds and bits per second, repeated. */
export type BandwidthSteps = readonly (readonly [seconds: number, bitsPerSecond: number])[];

/** Bits transmitted from the start up to a time, in seconds. */
export function bitsUntil(steps: BandwidthSteps, moment: number): number {
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

/** The time at which this many bits have been transmitted; `Infinity` if never. */
export function momentOf(steps: BandwidthSteps, bits: number): number {
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

/** A link that several responses share, piece by piece. Times are in seconds. */
export class Link {
  readonly #steps: BandwidthSteps;
  readonly #startedAt: number;
  /** Bits already scheduled, counted from the start. */
  #taken = 0;

  constructor(steps: BandwidthSteps, now: number) {
    this.#steps = steps;
    this.#startedAt = now;
  }

  /** Sends a piece; returns the time at which it has been transmitted. Idle capacity is lost. */
  send(bytes: number, now: number): number {
    const idle = bitsUntil(this.#steps, now - this.#startedAt);
    this.#taken = Math.max(this.#taken, idle) + bytes * 8;
    return this.#startedAt + momentOf(this.#steps, this.#taken);
  }
}
