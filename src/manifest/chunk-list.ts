import { type Ticks, ticks } from '../base/time.ts';
import { type ExactInteger, plus, times } from './exact-integer.ts';
import type { Chunk, ChunkList, ChunkRun } from './presentation.ts';

/** Runs in columns: a day of unequal chunks costs a few arrays instead of 86,400 objects. */
export interface RunTable {
  readonly firsts: readonly number[];
  readonly starts: readonly ExactInteger[];
  readonly durations: readonly number[];
  readonly counts: readonly number[];
}

/** Size of a fragment in KiB, by the `Index` of its level and then by its chunk. */
export type SizeHints = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** A list of chunks over runs, which must be ascending. */
export function chunkList(table: RunTable, sizes: SizeHints = new Map()): ChunkList {
  const { firsts, starts, durations, counts } = table;
  const last = firsts.length - 1;
  const length = last < 0 ? 0 : (firsts[last] ?? 0) + (counts[last] ?? 0);

  const startOf = (run: number, step: number) => plus(starts[run] ?? 0, times(durations[run] ?? 0, step));

  const chunkOf = (run: number, step: number): Chunk => ({
    index: (firsts[run] ?? 0) + step,
    start: ticks(startOf(run, step)),
    duration: ticks(durations[run] ?? 0),
  });

  function* runsFrom(index: number): Generator<ChunkRun> {
    for (let run = Math.max(0, lastUpTo(firsts, index)); run <= last; run++) {
      const step = Math.max(0, index - (firsts[run] ?? 0));
      const count = (counts[run] ?? 0) - step;
      const { index: first, start, duration } = chunkOf(run, step);
      if (count > 0) yield { first, start, duration, count };
    }
  }

  return {
    length,
    get runs() {
      return [...runsFrom(0)];
    },
    runsFrom,
    start: ticks(starts[0] ?? 0),
    end: ticks(last < 0 ? 0 : startOf(last, counts[last] ?? 0)),
    at(index) {
      if (!(index >= 0 && index < length)) return undefined;
      const run = lastUpTo(firsts, index);
      return chunkOf(run, index - (firsts[run] ?? 0));
    },
    from(time: Ticks) {
      const run = lastUpTo(starts, time);
      if (run < 0) return length > 0 ? chunkOf(0, 0) : undefined;
      const step = Number((time - BigInt(starts[run] ?? 0)) / BigInt(durations[run] ?? 1));
      if (step < (counts[run] ?? 0)) return chunkOf(run, step);
      return run < last ? chunkOf(run + 1, 0) : undefined;
    },
    sizeHint: (chunk, level) => sizes.get(level)?.get(chunk),
    *[Symbol.iterator]() {
      for (let run = 0; run <= last; run++) {
        for (let step = 0; step < (counts[run] ?? 0); step++) yield chunkOf(run, step);
      }
    },
  };
}

/** The last index, from `from` on, of ascending values whose value is not greater than `value`; `from - 1` if all are greater. */
export function lastUpTo(values: readonly ExactInteger[], value: ExactInteger, from = 0): number {
  let low = from;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
