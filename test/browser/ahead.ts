/**
 * Runs a few slow tasks at a time: requesting one result starts the next ones too. Tasks that nobody gets close to are
 * never started.
 */
export class Ahead<Outcome> {
  readonly #tasks: readonly (() => Promise<Outcome>)[];
  readonly #atOnce: number;
  readonly #outcomes = new Map<number, Promise<Outcome>>();
  #running = 0;
  #next = 0;
  #asked = 0;
  #isHeld = false;

  constructor(tasks: readonly (() => Promise<Outcome>)[], atOnce: number) {
    this.#tasks = tasks;
    this.#atOnce = atOnce;
  }

  outcomeOf(index: number): Promise<Outcome> {
    this.#asked = index;
    this.#next = Math.max(this.#next, index);
    const outcome = this.#outcomes.get(index) ?? this.#begin(index);
    this.#beginMore();
    return outcome;
  }

  /** Runs one again alone: its failure may have been caused by the load of the others. */
  async alone(index: number): Promise<Outcome> {
    const task = this.#tasks[index];
    if (!task) throw new RangeError(`no task ${index}`);
    this.#isHeld = true;
    await Promise.allSettled(this.#outcomes.values());
    try {
      return await task();
    } finally {
      this.#isHeld = false;
      this.#beginMore();
    }
  }

  #beginMore(): void {
    if (this.#isHeld) return;
    const end = Math.min(this.#asked + 2 * this.#atOnce, this.#tasks.length);
    for (; this.#running < this.#atOnce && this.#next < end; this.#next += 1) {
      if (!this.#outcomes.has(this.#next)) void this.#begin(this.#next);
    }
  }

  #begin(index: number): Promise<Outcome> {
    const task = this.#tasks[index];
    if (!task) throw new RangeError(`no task ${index}`);
    this.#running += 1;
    const outcome = task().finally(() => {
      this.#running -= 1;
      this.#beginMore();
    });
    outcome.catch(() => {}); // whoever asks is told
    this.#outcomes.set(index, outcome);
    return outcome;
  }
}
