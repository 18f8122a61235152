import { chunkList } from './chunk-list.ts';
import { belowZero, type ExactInteger, isUint64, minus, parseInteger, plus, times } from './exact-integer.ts';
import type { ChunkList } from './presentation.ts';
import { usualDuration } from './usual-duration.ts';

/** Invalid values: how many, and the first of them. */
export interface ChunkFaults {
  readonly count: number;
  readonly first: string;
}

/** Durations for a last `c` without one, in the stream's ticks. [MS-SSTR] 3.1.5.1. */
export interface LastDurations {
  /** The presentation's duration: the last chunk gets what is left of it. */
  readonly whole: number | undefined;
  /** If nothing else is known. */
  readonly otherwise: number | undefined;
}

const SPACE = 0x20;
/** A last chunk that is so many times longer than any other has a wrong duration. */
const TOO_LONG = 10;
/** A chunk without `d` that lasts so many times longer than most until the next one is followed by a gap. */
const GAP = 3;

/** Overlaps of up to a thousandth of the chunk are rounding, and not reported. */
const ROUNDING = 1000;

/** Collects `c` elements, in order, into runs. [MS-SSTR] 2.2.2.6. */
export class ChunkRuns {
  readonly #firsts: number[] = [];
  readonly #starts: ExactInteger[] = [];
  readonly #durations: number[] = [];
  readonly #counts: number[] = [];
  readonly #sizes = new Map<number, Map<number, number>>();
  #length = 0;
  /** End of the last run. */
  #end: ExactInteger = 0;
  /** Start of a `c` without `t`; `undefined` after one that could not be parsed. */
  #clock: ExactInteger | undefined = 0;
  /** Start of a chunk that lasts until the next one begins. */
  #open: ExactInteger | undefined;
  /** Whether it had a time of its own. */
  #isOpenTold = false;
  /** Indices of runs whose duration is the distance to the next chunk. */
  readonly #untilNext: number[] = [];
  #wrapsTimes = false;
  #leftOut = { count: 0, first: '' };
  #mended = { count: 0, first: '' };
  #lastStart: ExactInteger | undefined;
  readonly #isSparse: boolean;
  readonly #mayOverlap: boolean;

  /**
   * `isSparse`: a chunk without duration stands for a moment, and lasts until the next one. `mayOverlap`: a chunk may
   * overlap the next one without a warning.
   */
  constructor({ isSparse = false, mayOverlap = false } = {}) {
    this.#isSparse = isSparse;
    this.#mayOverlap = mayOverlap;
  }

  get leftOut(): ChunkFaults {
    return this.#leftOut;
  }

  get mended(): ChunkFaults {
    return this.#mended;
  }

  get length(): number {
    return this.#length;
  }

  /** Start of the `c` added last, whether or not it became a chunk. */
  get lastStart(): ExactInteger | undefined {
    return this.#lastStart;
  }

  /** Whether negative times are written as unsigned 64-bit numbers. */
  get wrapsTimes(): boolean {
    return this.#wrapsTimes;
  }

  /** Adds the attributes of one `c` as written; returns the index of its chunk, if it makes one. */
  add(
    writtenT: string | undefined,
    writtenD: string | undefined,
    writtenR: string | undefined,
    parse: (text: string) => ExactInteger | undefined = parseInteger,
  ): number | undefined {
    const t = this.#unlessBlank('t', writtenT);
    const d = this.#unlessBlank('d', writtenD);
    const r = this.#unlessBlank('r', writtenR);
    const start = t === undefined ? this.#clock : this.#timeOf(t, parse);
    const duration = d === undefined ? undefined : asSafe(parse(d));
    const count = r === undefined ? 1 : this.#countOf(r, parse);

    this.#closeOpen(t === undefined ? undefined : start);
    this.#lastStart = start;
    this.#clock = undefined;
    if (start === undefined) {
      return this.#leaveOut(() => (t === undefined ? 'its time is unknown' : `t="${quote(t)}" is not valid`));
    }
    if (count === undefined) return this.#leaveOut(() => `r="${quote(r)}" is not valid`);
    if (d === undefined) return this.#addOpen(start, count, t !== undefined || this.#length === 0);
    if (duration === undefined) return this.#addUnreadable(start, count, d);

    const end = plus(start, times(duration, count));
    if (!isUint64(end) || !Number.isSafeInteger(this.#length + count)) {
      return this.#leaveOut(() => `r="${quote(r)}" exceeds 2^64 ticks`);
    }
    this.#clock = end;
    if (duration === 0 && this.#isSparse) return this.#addOpen(start, count, t !== undefined);
    if (duration === 0) return this.#leaveOut(() => 'd="0" is an empty chunk');
    return this.#place(start, duration, count, end);
  }

  /** Stores `f@s`, in KiB, for the chunk at `index`. */
  hintSize(index: number, level: number, kibibytes: number): void {
    const sizes = this.#sizes.get(level) ?? new Map<number, number>();
    this.#sizes.set(level, sizes.set(index, kibibytes));
  }

  /** Closes a last chunk without `d`; nothing may be added afterwards. */
  finish(last: LastDurations): ChunkList {
    this.#keepGaps();
    if (this.#open !== undefined) {
      const rest = this.#restOf(last.whole);
      const duration = rest ?? (this.#isOpenTold ? (this.#durations.at(-1) ?? last.otherwise) : undefined);
      if (duration) this.#place(this.#open, duration);
      else this.#leaveOut(() => 'the last chunk has no duration');
      this.#open = undefined;
    }
    this.#shortenLast(last.whole);
    const table = {
      firsts: this.#firsts,
      starts: this.#starts,
      durations: this.#durations,
      counts: this.#counts,
    };
    return chunkList(table, this.#sizes);
  }

  #timeOf(t: string, parse: (text: string) => ExactInteger | undefined): ExactInteger | undefined {
    const time = parse(t);
    const below = belowZero(t, time);
    if (below === undefined) return time;
    this.#mended = tally(this.#mended, () => `t="${quote(t)}" is negative`);
    if (time !== undefined) this.#wrapsTimes = true;
    return below;
  }

  /** A last chunk that is much longer than the others, and than the presentation, ends with the presentation. */
  #shortenLast(whole: number | undefined): void {
    const first = this.#starts[0];
    const own = this.#durations.at(-1) ?? 0;
    if (whole === undefined || first === undefined || this.#isSparse || this.#counts.at(-1) !== 1) return;
    const longest = longestOf(this.#durations.slice(0, -1));
    const rest = Number(minus(plus(first, whole), minus(this.#end, own)));
    if (longest === 0 || own < TOO_LONG * longest || rest <= 0 || rest >= 2 * longest) return;
    this.#mended = tally(this.#mended, () => `d="${own}" is longer than the presentation`);
    this.#durations[this.#durations.length - 1] = rest;
    this.#end = minus(this.#end, own - rest);
  }

  /** The duration of the open chunk up to the end of the whole; it is never much longer than the others. */
  #restOf(whole: number | undefined): number | undefined {
    const first = this.#starts[0] ?? this.#open;
    const longest = longestOf(this.#durations);
    if (whole === undefined || this.#open === undefined || first === undefined) return undefined;
    const rest = Number(minus(plus(first, whole), this.#open));
    return rest > 0 && (longest === 0 || rest < 2 * longest) ? rest : undefined;
  }

  /** `r` includes the chunk itself: 0 can only mean 1. */
  #countOf(r: string, parse: (text: string) => ExactInteger | undefined): number | undefined {
    const count = asSafe(parse(r));
    if (count === 0) this.#mended = tally(this.#mended, () => 'r="0" was read as 1');
    return count === 0 ? 1 : count;
  }

  #unlessBlank(name: string, value: string | undefined): string | undefined {
    if (value === undefined || value.charCodeAt(0) > SPACE || value.trim() !== '') return value;
    this.#mended = tally(this.#mended, () => `${name} is empty`);
    return undefined;
  }

  /** What cannot be read is as if it weren't there, except that a `c` without `t` doesn't follow it. */
  #addUnreadable(start: ExactInteger, count: number, d: string): number | undefined {
    if (count > 1) return this.#leaveOut(() => `d="${quote(d)}" is not valid`);
    this.#mended = tally(this.#mended, () => `d="${quote(d)}" is not valid and was ignored`);
    const index = this.#addOpen(start, count, true);
    this.#clock = undefined;
    return index;
  }

  #addOpen(start: ExactInteger, count: number, isTold: boolean): number | undefined {
    if (count > 1) return this.#leaveOut(() => 'r without d');
    this.#open = start;
    this.#isOpenTold = isTold;
    this.#clock = start;
    return this.#length;
  }

  #closeOpen(end: ExactInteger | undefined): void {
    const start = this.#open;
    if (start === undefined) return;
    this.#open = undefined;
    const duration = end === undefined || end <= start ? undefined : minus(end, start);
    if (typeof duration !== 'number') {
      this.#leaveOut(() => 'neither d nor the next t gives its duration');
      return;
    }
    const runs = this.#firsts.length;
    this.#place(start, duration);
    if (this.#firsts.length > runs) this.#untilNext.push(runs);
  }

  /** An encoder that was away left a gap: the chunk before it doesn't last until the next one. */
  #keepGaps(): void {
    if (this.#untilNext.length === 0 || this.#isSparse) return;
    const usual = usualDuration(this.#durations, this.#counts);
    if (usual === undefined) return;
    for (const run of this.#untilNext) {
      const distance = this.#durations[run] ?? 0;
      if (this.#counts[run] !== 1 || distance < GAP * usual) continue;
      this.#durations[run] = usual;
      if (run === this.#firsts.length - 1) this.#end = minus(this.#end, distance - usual);
      this.#mended = tally(this.#mended, () => `there is a gap after the chunk at ${this.#starts[run]}`);
    }
  }

  #place(start: ExactInteger, duration: number, count = 1, end = plus(start, duration)): number | undefined {
    const last = this.#firsts.length - 1;
    const lastDuration = this.#durations[last] ?? 0;
    if (start === this.#end && duration === lastDuration) {
      this.#counts[last] = (this.#counts[last] ?? 0) + count;
    } else {
      if (last >= 0 && start < this.#end) {
        const lastStart = minus(this.#end, lastDuration);
        // A sparse stream that repeats a time updates the same event.
        if (start === lastStart && this.#isSparse) return undefined;
        if (start <= lastStart) return this.#placeRest(start, duration, count, end, lastStart);
        this.#trimLast(start);
      }
      this.#pushRun(start, duration, count);
    }
    const index = this.#length;
    this.#length += count;
    this.#end = end;
    return index;
  }

  /** Of a run that goes back, only what comes after the last chunk is added. */
  #placeRest(
    start: ExactInteger,
    duration: number,
    count: number,
    end: ExactInteger,
    lastStart: ExactInteger,
  ): number | undefined {
    let known = Number(BigInt(minus(lastStart, start)) / BigInt(duration)) + 1;
    // One that begins hardly later than the last chunk repeats it.
    const offset = Number(minus(plus(start, times(duration, known)), lastStart));
    if (offset * 10 < duration) known += 1;
    if (known >= count || end <= this.#end) return this.#leaveOut(() => `t="${start}" goes back`);
    this.#mended = tally(this.#mended, () => `t="${start}" goes back; r continues after the last chunk`);
    return this.#place(plus(start, times(duration, known)), duration, count - known, end);
  }

  /** Ends the last chunk where the next begins: its `t` is exact. */
  #trimLast(end: ExactInteger): void {
    const last = this.#firsts.length - 1;
    const duration = this.#durations[last] ?? 0;
    const overlap = Number(minus(this.#end, end));
    if (overlap * ROUNDING > duration && overlap > 10 && !this.#mayOverlap) {
      this.#mended = tally(this.#mended, () => `t="${end}" overlaps the previous chunk by ${overlap} ticks`);
    }
    if (this.#counts[last] === 1) {
      this.#durations[last] = duration - overlap;
      return;
    }
    this.#counts[last] = (this.#counts[last] ?? 0) - 1;
    this.#length--;
    this.#pushRun(minus(this.#end, duration), duration - overlap, 1);
    this.#length++;
  }

  #pushRun(start: ExactInteger, duration: number, count: number): void {
    this.#firsts.push(this.#length);
    this.#starts.push(start);
    this.#durations.push(duration);
    this.#counts.push(count);
  }

  #leaveOut(problem: () => string): undefined {
    this.#leftOut = tally(this.#leftOut, problem);
    return undefined;
  }
}

const longestOf = (durations: readonly number[]): number =>
  durations.reduce((most, duration) => Math.max(most, duration), 0);

const asSafe = (value: ExactInteger | undefined) => (typeof value === 'number' ? value : undefined);

/** Only the first is described: there may be hundreds of thousands. */
const tally = ({ count, first }: ChunkFaults, problem: () => string): ChunkFaults => ({
  count: count + 1,
  first: first || problem(),
});

const quote = (value = ''): string => value.slice(0, 40);
