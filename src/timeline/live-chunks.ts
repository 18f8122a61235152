import { type Ticks, ticks } from '../base/time.ts';
import type { Chunk, ChunkList, ChunkRun } from '../manifest/presentation.ts';
import { chunkOf, endOf, RunColumns } from './run-columns.ts';

/** A chunk as announced by a fragment or a manifest. */
export interface Announced {
  readonly start: Ticks;
  readonly duration: Ticks;
}

/** Maximum number of runs, a week of them; the oldest are dropped. Chunks of one duration share a run, however many they are. */
export const MOST_RUNS = 320_000;

/** Encoders that cut at scene changes make chunks of varying length: how many recent ones predict the length of the next. */
const FEW = 8;

/** A longer chunk is taken for a mistake, except in sparse streams. In seconds. */
const LONGEST = 600n;
/** How far beyond the last known chunk a fragment may announce others, in seconds. */
const FARTHEST = 86_400n;

/**
 * The chunks of a live stream: they are added at the end and trimmed at the start. An index is never reused; where
 * chunks were withdrawn the indexes have a hole, and `at` returns the next one after it. All work is done run by run,
 * because a list may repeat a chunk thousands of millions of times.
 */
export class LiveChunks implements ChunkList {
  readonly #timescale: bigint;
  readonly #mostRuns: number;
  readonly #initial: ChunkList;
  readonly #isSparse: boolean;
  #runs: RunColumns;
  /** The index of the next chunk. */
  #nextIndex: number;

  /** `isSparse`: chunks may be any time apart, and the last one lasts until the next, which a later list has. */
  constructor(
    initial: ChunkList,
    timescale: bigint,
    { mostRuns = MOST_RUNS, isSparse = false }: { mostRuns?: number; isSparse?: boolean } = {},
  ) {
    this.#timescale = timescale;
    this.#mostRuns = mostRuns;
    this.#initial = initial;
    this.#isSparse = isSparse;
    this.#runs = new RunColumns(initial.runsFrom(0));
    this.#nextIndex = initial.length;
  }

  get length(): number {
    return this.#nextIndex;
  }

  get runs(): readonly ChunkRun[] {
    return [...this.#runs];
  }

  *runsFrom(index: number): Generator<ChunkRun> {
    const found = Math.max(0, this.#runs.byIndex(index));
    for (let run = this.#runs.at(found), at = found; run; run = this.#runs.at(++at)) {
      const step = Math.max(0, index - run.first);
      if (step < run.count) yield { ...run, ...cutAt(run, step) };
    }
  }

  get start(): Ticks {
    return this.#runs.at(0)?.start ?? ticks(0);
  }

  get end(): Ticks {
    return endOf(this.#runs.last);
  }

  get last(): Chunk | undefined {
    const run = this.#runs.last;
    return run && chunkOf(run, run.count - 1);
  }

  /** Duration of the longest of the last few; `undefined` if there is none. */
  get longest(): Ticks | undefined {
    let longest: Ticks | undefined;
    for (let at = this.#runs.length - 1, seen = 0; at >= 0 && seen < FEW; at -= 1) {
      const { duration, count } = this.#runs.at(at) as ChunkRun;
      if (longest === undefined || duration > longest) longest = duration;
      seen += count;
    }
    return longest;
  }

  at(index: number): Chunk | undefined {
    const found = this.#runs.byIndex(index);
    const run = this.#runs.at(found);
    if (run && index < run.first + run.count) return chunkOf(run, index - run.first);
    const next = this.#runs.at(found + 1);
    return next && chunkOf(next, 0);
  }

  from(time: Ticks): Chunk | undefined {
    const found = this.#runs.byTime(time);
    const run = this.#runs.at(found);
    const step = run ? Number((time - run.start) / run.duration) : 0;
    if (run && step < run.count) return chunkOf(run, step);
    const next = this.#runs.at(found + 1);
    return next && chunkOf(next, 0);
  }

  sizeHint(chunk: number, level: number): number | undefined {
    return chunk < this.#initial.length ? this.#initial.sizeHint(chunk, level) : undefined;
  }

  *[Symbol.iterator](): Iterator<Chunk> {
    for (const run of this.#runs) for (let step = 0; step < run.count; step += 1) yield chunkOf(run, step);
  }

  /** Adds the chunks after the end that a fragment announces; returns how many. Known chunks stay. */
  announce(spans: Iterable<Announced>): number {
    const before = this.#nextIndex;
    const farthest = FARTHEST * this.#timescale;
    for (const { start, duration } of spans) {
      const run = this.#runs.last;
      if (run && start - endOf(run) > farthest) continue;
      this.#add({ start, duration: duration > 0n ? duration : (run?.duration ?? ticks(0)), count: 1 });
    }
    return this.#nextIndex - before;
  }

  /**
   * Merges a refreshed manifest: chunks after the end are added. Chunks that it omits although it lists later ones are
   * withdrawn: they were announced but never produced. Returns whether anything changed.
   */
  merge(fresh: ChunkList): boolean {
    if (!this.#isContinuedBy(fresh)) return false;
    const changed = this.#dropUnlisted(fresh);
    const missing = this.#runs.length > 0 ? this.#missingIn(fresh) : fresh.at(0);
    if (!missing) return changed;
    const before = this.#nextIndex;
    for (const run of fresh.runsFrom(missing.index)) this.#add(run);
    return this.#nextIndex > before || changed;
  }

  #isContinuedBy(fresh: ChunkList): boolean {
    const newest = fresh.at(fresh.length - 1);
    if (!newest) return false;
    return this.#isSparse && this.last ? newest.start > this.last.start : fresh.end > this.end;
  }

  /** The first chunk of a list that may be new. */
  #missingIn(fresh: ChunkList): Chunk | undefined {
    const { last, end } = this;
    const next = fresh.from(this.#isSparse && last ? last.start : end);
    if (this.#isSparse) {
      // Only now is it known how long the last one lasts.
      if (next && next.start === last?.start) this.#resizeLast(next.duration);
      return next;
    }
    // A chunk that begins some ticks before the end is the last known one.
    return next && end > next.start + next.duration / 2n ? fresh.at(next.index + 1) : next;
  }

  /** The encoder restarted on an earlier clock: its list replaces everything. */
  restart(fresh: ChunkList): void {
    this.#takeOver(fresh, this.#nextIndex);
  }

  /** A final list replaces everything; the last known chunks keep their indexes. */
  replace(final: ChunkList): void {
    const { last } = this;
    const same = last && final.from(last.start);
    this.#takeOver(final, last && same?.start === last.start ? last.index - same.index : this.#nextIndex);
  }

  /** Withdraws the chunks after a chunk; at least one stays. */
  dropAfter(index: number): void {
    for (let run = this.#runs.last; run; run = this.#runs.last) {
      const isOnly = this.#runs.length === 1;
      const kept = Math.min(run.count, Math.max(index - run.first + 1, isOnly ? 1 : 0));
      if (kept === run.count) return;
      this.#runs.cutLast(kept);
    }
  }

  /** Drops chunks that end before `time`; at least one stays. */
  trim(time: Ticks): void {
    let gone = 0;
    while (gone < this.#runs.length - 1 && endOf(this.#runs.at(gone)) <= time) gone += 1;
    if (gone > 0) this.#runs.dropFirst(gone);
    const run = this.#runs.at(0);
    if (!run || run.start >= time) return;
    const steps = Math.min(run.count - 1, Number((time - run.start) / run.duration));
    if (steps > 0) this.#runs.cutFirst(steps);
  }

  #takeOver(list: ChunkList, shift: number): void {
    this.#runs = new RunColumns();
    for (const run of list.runsFrom(0)) this.#runs.push({ ...run, first: run.first + shift });
    this.#nextIndex = Math.max(this.#nextIndex, list.length + shift);
  }

  /** Adds consecutive chunks, except those that begin no later than the last one or, unless sparse, end before the known end. */
  #add({ start, duration, count }: Omit<ChunkRun, 'first'>): void {
    if (duration <= 0n || (!this.#isSparse && duration > LONGEST * this.#timescale)) return;
    const run = this.#runs.last;
    const last = run && chunkOf(run, run.count - 1);
    const end = endOf(run);
    let skipped = start < 0n ? (duration - 1n - start) / duration : 0n;
    if (last) {
      if (start <= last.start) skipped = larger(skipped, (last.start - start) / duration + 1n);
      if (start <= end && !this.#isSparse) skipped = larger(skipped, (end - start) / duration);
    }
    if (skipped >= BigInt(count)) return;
    const from = ticks(start + skipped * duration);
    // The next start is exact: the previous chunk ends there at the latest.
    if (last && from < end) this.#resizeLast(ticks(from - last.start));
    this.#append(from, duration, count - Number(skipped));
  }

  #resizeLast(duration: Ticks): void {
    const { last } = this;
    const run = this.#runs.last;
    if (!run || !last || duration === last.duration) return;
    this.#runs.cutLast(run.count - 1);
    this.#runs.push({ first: last.index, start: last.start, duration, count: 1 });
  }

  #append(start: Ticks, duration: Ticks, count: number): void {
    const run = this.#runs.last;
    const first = this.#nextIndex;
    this.#nextIndex += count;
    const follows =
      run && run.duration === duration && endOf(run) === start && run.first + run.count === first;
    if (follows) this.#runs.cutLast(run.count + count);
    else this.#runs.push({ first, start, duration, count });
    // Many at once, because each trim copies the rest.
    if (this.#runs.length > this.#mostRuns) this.#runs.dropFirst(this.#mostRuns >> 2);
  }

  /** Withdraws the chunks at the end that lie in gaps of a list that goes further. */
  #dropUnlisted(fresh: ChunkList): boolean {
    let changed = false;
    for (let run = this.#runs.last; run; run = this.#runs.last) {
      const last = chunkOf(run, run.count - 1);
      // If it is off by some ticks, the same media is not fetched again.
      const middle = this.#isSparse ? last.start : ticks(last.start + last.duration / 2n);
      const listed = fresh.from(middle);
      if (last.start < fresh.start || (listed && listed.start <= middle)) return changed;
      const before = fresh.at((listed?.index ?? fresh.length) - 1);
      const gapFrom = before ? before.start + before.duration : fresh.start;
      // Chunks of the run whose middle is before the gap stay, as do those that begin before the list.
      const listedUpTo = placesBefore(ticks(gapFrom - run.duration / 2n), run);
      const outOfList = placesBefore(fresh.start, run);
      this.#runs.cutLast(Math.max(listedUpTo, outOfList));
      changed = true;
    }
    return changed;
  }
}

/** How many chunks of a run begin before a time. */
function placesBefore(time: Ticks, { start, duration, count }: ChunkRun): number {
  if (time <= start) return 0;
  const places = (time - start + duration - 1n) / duration;
  return places < BigInt(count) ? Number(places) : count;
}

/** The rest of a run from a step on. */
const cutAt = ({ first, start, duration, count }: ChunkRun, step: number) => ({
  first: first + step,
  start: ticks(start + duration * BigInt(step)),
  count: count - step,
});

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
