/** A day in the year 2026, in milliseconds since 1970: when virtual time begins. */
export const BEGINNING = 1_790_000_000_123;

/** Of promises that wait for one another: more than any chain of them has that waits for no timer. */
const STEPS = 24;

/** Timers of what is not the page: networks, decoders, the browser itself. No page's throttling holds for them. */
export const world: Pick<typeof globalThis, 'setTimeout' | 'setInterval'> = { setTimeout, setInterval };

/** Timers and `performance.now()` that pass as fast as what they wait for is done. */
export class VirtualTime {
  readonly #queue: Timer[] = [];
  readonly #pending = new Set<number>();
  readonly #originals = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  };
  readonly #dateNow = Date.now;
  #now = 1000;
  /** Milliseconds for which only the world went on. */
  #asleep = 0;
  #lastId = 0;
  /** Of the real world: time stands still until they are done. */
  #operations = 0;
  /** Runs each timer that is due. */
  onDue: (run: () => void) => void = (run) => run();
  /** The page's timers fire at multiples of so many milliseconds, as browsers have it for hidden pages. */
  pageTimersMs = 1;

  /** Takes the place of the platform's timers; `restore` gives them back. */
  constructor() {
    const set = (isRepeated: boolean, isOfPage: boolean) => (run: () => void, ms?: number) => {
      this.#lastId += 1;
      // Whole milliseconds, as in browsers.
      const wait = Math.max(1, Math.floor(ms ?? 0));
      this.#pending.add(this.#lastId);
      const at = this.#throttled(this.#now + wait, isOfPage);
      this.#push({ id: this.#lastId, at, run, period: isRepeated ? wait : undefined, isOfPage });
      return this.#lastId;
    };
    const clear = (id?: number) => void (id !== undefined && this.#pending.delete(id));
    Object.assign(globalThis, {
      setTimeout: set(false, true),
      setInterval: set(true, true),
      clearTimeout: clear,
      clearInterval: clear,
    });
    Object.assign(world, { setTimeout: set(false, false), setInterval: set(true, false) });
    Object.defineProperty(performance, 'now', { configurable: true, value: () => this.#now });
    Date.now = () => BEGINNING + this.world;
  }

  restore(): void {
    Object.assign(globalThis, this.#originals);
    Object.assign(world, this.#originals);
    Reflect.deleteProperty(performance, 'now');
    Date.now = this.#dateNow;
  }

  /** Milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** The same for those who never sleep. */
  get world(): number {
    return this.#now + this.#asleep;
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#pending.size;
  }

  /** The machine sleeps for so many seconds: no timer runs, and in some browsers `performance.now()` stands. */
  async sleep(seconds: number, { clockStands = false } = {}): Promise<void> {
    await this.#settle();
    if (clockStands) this.#asleep += seconds * 1000;
    else this.#now += seconds * 1000;
  }

  /** Waits for something that takes real time and no virtual time. */
  async outside<T>(operation: Promise<T>): Promise<T> {
    this.#operations += 1;
    try {
      return await operation;
    } finally {
      this.#operations -= 1;
    }
  }

  /** Lets so many seconds pass. */
  async pass(seconds: number): Promise<void> {
    const until = this.#now + seconds * 1000;
    for (;;) {
      await this.#settle();
      const next = this.#pop(until);
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.period === undefined) this.#pending.delete(next.id);
      else this.#push({ ...next, at: this.#throttled(this.#now + next.period, next.isOfPage) });
      this.onDue(next.run);
    }
    this.#now = until;
    await this.#settle();
  }

  /** All that was set off is done, as far as it doesn't wait for time to pass. */
  async #settle(): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) await undefined;
    while (this.#operations > 0) await new Promise(setImmediate);
  }

  #throttled(at: number, isOfPage: boolean): number {
    return isOfPage && this.pageTimersMs > 1 ? Math.ceil(at / this.pageTimersMs) * this.pageTimersMs : at;
  }

  #pop(until: number): Timer | undefined {
    for (;;) {
      const [first] = this.#queue;
      if (!first || first.at > until) return undefined;
      this.#removeFirst();
      if (this.#pending.has(first.id)) return first;
    }
  }

  /** A binary heap: the earliest is the first. */
  #push(timer: Timer): void {
    const queue = this.#queue;
    let at = queue.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, queue[parent])) break;
      queue[at] = queue[parent] as Timer;
      at = parent;
    }
    queue[at] = timer;
  }

  #removeFirst(): void {
    const queue = this.#queue;
    const last = queue.pop();
    if (!last || queue.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < queue.length && isBefore(queue[child + 1] as Timer, queue[child])) child += 1;
      const smaller = queue[child];
      if (!smaller || !isBefore(smaller, last)) break;
      queue[at] = smaller;
      at = child;
    }
    queue[at] = last;
  }
}

interface Timer {
  readonly id: number;
  readonly at: number;
  readonly run: () => void;
  readonly period: number | undefined;
  readonly isOfPage: boolean;
}

const isBefore = (a: Timer, b: Timer | undefined) =>
  b === undefined || a.at < b.at || (a.at === b.at && a.id < b.id);
