/** Reads a clock in milliseconds. */
export type ReadClock = () => number;

/** Milliseconds since 1970 that never go back, even if the system clock is changed. */
const steadyNow: ReadClock = () => performance.timeOrigin + performance.now();

/** A title's clock: real time, real time at another rate, or a clock that is advanced manually. */
export class LiveClock {
  readonly #read: ReadClock;
  #readAt: number;
  #shown: number;
  #rate: number;

  constructor(read: ReadClock = steadyNow, rate = 1) {
    this.#read = read;
    this.#readAt = read();
    this.#shown = this.#readAt;
    this.#rate = rate;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#shown + (this.#read() - this.#readAt) * this.#rate;
  }

  /** Its rate relative to real time. 0: it stands still. */
  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    this.#shown = this.now();
    this.#readAt = this.#read();
    this.#rate = rate;
  }

  advance(seconds: number): void {
    this.#shown += seconds * 1000;
  }
}
