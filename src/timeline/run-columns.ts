import { ticks } from '../base/time.ts';
import { lastUpTo } from '../manifest/chunk-list.ts';
import { type ExactInteger, plus, times } from '../manifest/exact-integer.ts';
import type { Chunk, ChunkRun } from '../manifest/presentation.ts';

/**
 * Runs in columns that grow at the end and shrink at both ends: a live week of chunks of unequal lengths has some
 * hundred thousand. Positions count from the first remaining run.
 */
export class RunColumns {
  #firsts: number[] = [];
  #starts: ExactInteger[] = [];
  #durations: number[] = [];
  #counts: number[] = [];
  /** Runs before this index were dropped. */
  #dropped = 0;

  constructor(runs: Iterable<ChunkRun> = []) {
    for (const run of runs) this.push(run);
  }

  get length(): number {
    return this.#firsts.length - this.#dropped;
  }

  at(position: number): ChunkRun | undefined {
    const i = this.#dropped + position;
    const first = position < 0 ? undefined : this.#firsts[i];
    if (first === undefined) return undefined;
    return {
      first,
      start: ticks(this.#starts[i] ?? 0),
      duration: ticks(this.#durations[i] ?? 0),
      count: this.#counts[i] ?? 0,
    };
  }

  get last(): ChunkRun | undefined {
    return this.at(this.length - 1);
  }

  push({ first, start, duration, count }: ChunkRun): void {
    this.#firsts.push(first);
    this.#starts.push(plus(0, integerOf(start)));
    this.#durations.push(Number(duration));
    this.#counts.push(count);
  }

  /** Keeps this many chunks of the last run; with none it is removed. */
  cutLast(count: number): void {
    if (count > 0) {
      this.#counts[this.#counts.length - 1] = count;
      return;
    }
    for (const column of [this.#firsts, this.#starts, this.#durations, this.#counts]) column.pop();
  }

  /** Drops this many runs at the start. */
  dropFirst(runs: number): void {
    this.#dropped += runs;
    // Occasionally, because each time copies the rest.
    if (this.#dropped * 2 < this.#firsts.length) return;
    this.#firsts = this.#firsts.slice(this.#dropped);
    this.#starts = this.#starts.slice(this.#dropped);
    this.#durations = this.#durations.slice(this.#dropped);
    this.#counts = this.#counts.slice(this.#dropped);
    this.#dropped = 0;
  }

  /** Drops this many chunks of the first run, but not all of them. */
  cutFirst(chunks: number): void {
    const i = this.#dropped;
    const [first = 0, duration = 0, count = 0] = [this.#firsts[i], this.#durations[i], this.#counts[i]];
    this.#firsts[i] = first + chunks;
    this.#starts[i] = plus(this.#starts[i] ?? 0, times(duration, chunks));
    this.#counts[i] = count - chunks;
  }

  /** The last run whose first chunk's index is not greater; -1 if there is none. */
  byIndex(index: number): number {
    return lastUpTo(this.#firsts, index, this.#dropped) - this.#dropped;
  }

  /** The last run that starts no later; -1 if there is none. */
  byTime(time: bigint): number {
    return lastUpTo(this.#starts, time, this.#dropped) - this.#dropped;
  }

  *[Symbol.iterator](): Iterator<ChunkRun> {
    for (let position = 0; ; position++) {
      const run = this.at(position);
      if (!run) return;
      yield run;
    }
  }
}

/** The chunk at a position in its run; the last one for positions after it. */
export const chunkOf = ({ first, start, duration, count }: ChunkRun, step: number): Chunk => {
  const place = Math.min(step, count - 1);
  return { index: first + place, start: ticks(start + duration * BigInt(place)), duration };
};

export const endOf = (run: ChunkRun | undefined) =>
  ticks(run ? run.start + run.duration * BigInt(run.count) : 0n);

/** A `number` while it is small. */
const integerOf = (value: bigint): ExactInteger => {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
};
