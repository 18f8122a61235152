/** Reads a clock in milliseconds. */
export type ReadClock = () => number;

/** Milliseconds since 1970 that never go back, whatever is done to the machine's clock. */
const steadyNow: ReadClock = () => performance.timeOrigin + performance.now();

/** A title's own clock: the true one, one that runs at another speed, or one that stands and is moved by hand. */
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

  /** How many times faster than the true clock it runs. 0: it stands. */
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
