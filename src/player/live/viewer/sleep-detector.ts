import { nowInSeconds } from '../now.ts';

/** A look that comes so much later than it should, in seconds: the machine slept, or the page was frozen. */
const SLEPT = 5;

/** Tells of sleep by two clocks: while a machine sleeps that of pages stands in some browsers, and that of the wall goes on. */
export class SleepDetector {
  #at = clocks();

  /** Whether there was any since the last time. */
  look(): boolean {
    const before = this.#at;
    this.#at = clocks();
    return this.#at.page - before.page > SLEPT || this.#at.wall - before.wall > SLEPT;
  }
}

const clocks = () => ({ page: nowInSeconds(), wall: Date.now() / 1000 });
