import { type Ticks, ticks } from '../base/time.ts';
import type { Chunk, ChunkList, ChunkRun } from '../manifest/presentation.ts';

/** A chunk as a fragment or a manifest tells of it. */
export interface Announced {
  readonly start: Ticks;
  readonly duration: Ticks;
}

/** Runs that are kept; the oldest are forgotten beyond it. Chunks of one duration share a run, however many they are. */
export const MOST_RUNS = 20_000;

/** Encoders that cut where a scene ends make chunks of all lengths: how many of them tell how long the next may be. */
const FEW = 8;

/** A chunk this long is taken for a mistake, in seconds. */
const LONGEST = 600n;

/**
 * The chunks of a live stream: they are added at the end and trimmed at the start. An index, once given, is never
 * given again; where chunks were taken back the indexes have a hole, and `at` gives the next one after it.
 */
export class LiveChunks implements ChunkList {
  readonly #longest: bigint;
  readonly #initial: ChunkList;
  #runs: ChunkRun[];
  /** The index that the next chunk gets. */
  #nextIndex: number;

  constructor(initial: ChunkList, timescale: bigint) {
    this.#longest = LONGEST * timescale;
    this.#initial = initial;
    this.#runs = [...initial.runs];
    this.#nextIndex = initial.length;
  }

  get length(): number {
    return this.#nextIndex;
  }

  get runs(): readonly ChunkRun[] {
    return this.#runs;
  }

  get start(): Ticks {
    return this.#runs[0]?.start ?? ticks(0);
  }

  get end(): Ticks {
    return endOf(this.#runs.at(-1));
  }

  get last(): Chunk | undefined {
    const run = this.#runs.at(-1);
    return run && chunkOf(run, run.count - 1);
  }

  /** Duration of the longest of the last few; `undefined` where there is none. */
  get longest(): Ticks | undefined {
    let longest: Ticks | undefined;
    for (let at = this.#runs.length - 1, seen = 0; at >= 0 && seen < FEW; at -= 1) {
      const { duration, count } = this.#runs[at] as ChunkRun;
      if (longest === undefined || duration > longest) longest = duration;
      seen += count;
    }
    return longest;
  }

  at(index: number): Chunk | undefined {
    const found = this.#lastRun(({ first }) => first <= index);
    const run = this.#runs[found];
    if (run && index < run.first + run.count) return chunkOf(run, index - run.first);
    const next = this.#runs[found + 1];
    return next && chunkOf(next, 0);
  }

  from(time: Ticks): Chunk | undefined {
    const found = this.#lastRun(({ start }) => start <= time);
    const run = this.#runs[found];
    const step = run ? Number((time - run.start) / run.duration) : 0;
    if (run && step < run.count) return chunkOf(run, step);
    const next = this.#runs[found + 1];
    return next && chunkOf(next, 0);
  }

  sizeHint(chunk: number, level: number): number | undefined {
    return chunk < this.#initial.length ? this.#initial.sizeHint(chunk, level) : undefined;
  }

  *[Symbol.iterator](): Iterator<Chunk> {
    for (const run of this.#runs) for (let step = 0; step < run.count; step += 1) yield chunkOf(run, step);
  }

  /** Adds what lies behind the end; gives how many chunks that were. What is known already stays. */
  announce(spans: Iterable<Announced>): number {
    const before = this.#nextIndex;
    for (const { start, duration } of spans) {
      const { last } = this;
      const length = duration > 0n ? duration : (last?.duration ?? ticks(0));
      if (start < 0n || length <= 0n || length > this.#longest) continue;
      if (last && start <= last.start) continue;
      // The next one's start is what the server knows: the chunk before lasts no longer than to there.
      if (last && start < this.end && !this.#shorten(last, ticks(start - last.start), start + length))
        continue;
      this.#append(start, length);
    }
    this.#bound();
    return this.#nextIndex - before;
  }

  /**
   * Takes over what a fresh manifest lists: chunks behind the end are added, and those that it has left out although it
   * knows of later ones are taken back: they were announced, and never came. Gives whether anything changed.
   */
  merge(fresh: ChunkList): boolean {
    let changed = false;
    if (fresh.end > this.end) {
      for (
        let { last } = this;
        last && last.start >= fresh.start && !isListed(last, fresh);
        { last } = this
      ) {
        this.#dropLast();
        changed = true;
      }
    }
    let missing = this.#runs.length > 0 ? fresh.from(this.end) : fresh.at(0);
    // One that begins some ticks before the end is the last that is known.
    if (missing && this.end > missing.start + missing.duration / 2n) missing = fresh.at(missing.index + 1);
    if (!missing || fresh.end <= this.end) return changed;
    return this.announce(chunksFrom(fresh, missing)) > 0 || changed;
  }

  /** The encoder has begun anew, earlier than it was: takes its list in the place of all. */
  restart(fresh: ChunkList): void {
    this.#runs = fresh.runs.map((run) => ({ ...run, first: run.first + this.#nextIndex }));
    this.#nextIndex += fresh.length;
  }

  /** Takes a final list in the place of all; the chunks that are known last keep their indexes. */
  replace(final: ChunkList): void {
    const { last } = this;
    const same = last && final.from(last.start);
    const shift = last && same?.start === last.start ? last.index - same.index : this.#nextIndex;
    this.#runs = final.runs.map((run) => ({ ...run, first: run.first + shift }));
    this.#nextIndex = Math.max(this.#nextIndex, final.length + shift);
  }

  /** Takes back what lies behind a chunk; one stays in any case. */
  dropAfter(index: number): void {
    for (let { last } = this; last && last.index > index && last.start > this.start; { last } = this) {
      this.#dropLast();
    }
  }

  /** Forgets chunks that end before `time`; one stays in any case. */
  trim(time: Ticks): void {
    let gone = 0;
    while (gone < this.#runs.length - 1 && endOf(this.#runs[gone]) <= time) gone += 1;
    if (gone > 0) this.#runs = this.#runs.slice(gone);
    const [run] = this.#runs;
    if (!run || run.start >= time) return;
    const steps = Math.min(run.count - 1, Number((time - run.start) / run.duration));
    if (steps > 0) this.#runs[0] = cutRun(run, steps);
  }

  #append(start: Ticks, duration: Ticks): void {
    const run = this.#runs.at(-1);
    const first = this.#nextIndex;
    this.#nextIndex += 1;
    const follows =
      run && run.duration === duration && endOf(run) === start && run.first + run.count === first;
    if (follows) this.#runs[this.#runs.length - 1] = { ...run, count: run.count + 1 };
    else this.#runs.push({ first, start, duration, count: 1 });
  }

  /** Ends the last chunk earlier; not when the chunk behind it would lie within it. */
  #shorten(last: Chunk, duration: Ticks, nextEnd: bigint): boolean {
    if (nextEnd <= this.end) return false;
    this.#dropLast();
    this.#runs.push({ first: last.index, start: last.start, duration, count: 1 });
    return true;
  }

  #dropLast(): void {
    const run = this.#runs.pop();
    if (run && run.count > 1) this.#runs.push({ ...run, count: run.count - 1 });
  }

  #bound(): void {
    // Many at once, for each time copies the rest.
    if (this.#runs.length > MOST_RUNS) this.#runs = this.#runs.slice(MOST_RUNS / 4);
  }

  /** The last run for which this holds, when it holds up to there; -1 when it holds for none. */
  #lastRun(holds: (run: ChunkRun) => boolean): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = this.#runs[middle];
      if (run && holds(run)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

const endOf = (run: ChunkRun | undefined): Ticks =>
  ticks(run ? run.start + run.duration * BigInt(run.count) : 0n);

const chunkOf = ({ first, start, duration, count }: ChunkRun, step: number): Chunk => ({
  index: first + Math.min(step, count - 1),
  start: ticks(start + duration * BigInt(Math.min(step, count - 1))),
  duration,
});

const cutRun = ({ first, start, duration, count }: ChunkRun, steps: number): ChunkRun => ({
  first: first + steps,
  start: ticks(start + duration * BigInt(steps)),
  duration,
  count: count - steps,
});

/** Whether a manifest has this chunk, be it some ticks off: the same media is not fetched again for that. */
function isListed({ start, duration }: Chunk, fresh: ChunkList): boolean {
  const middle = ticks(start + duration / 2n);
  const listed = fresh.from(middle);
  return listed !== undefined && listed.start <= middle;
}

function* chunksFrom(list: ChunkList, first: Chunk): Generator<Chunk> {
  for (let index = first.index; index < list.length; index += 1) {
    const chunk = list.at(index);
    if (chunk) yield chunk;
  }
}
