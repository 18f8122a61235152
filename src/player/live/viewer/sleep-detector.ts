import { nowInSeconds } from '../now.ts';

/** A check that is this much later than planned, in seconds: the machine slept, or the page was frozen. */
const SLEPT = 5;

/** Detects sleep with two clocks: while a machine sleeps, the page's clock stands still in some browsers, and wall clock time continues. */
export class SleepDetector {
  #at = clocks();

  /** Whether there was any since the last call. */
  look(): boolean {
    const before = this.#at;
    this.#at = clocks();
    return this.#at.page - before.page > SLEPT || this.#at.wall - before.wall > SLEPT;
  }
}

const clocks = () => ({ page: nowInSeconds(), wall: Date.now() / 1000 });
