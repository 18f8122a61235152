import { type Seconds, seconds } from '../../base/time.ts';
import { type Cue, TEXT_LIMITS } from '../cue.ts';
import type { FragmentDocument } from '../fragment/read-text-fragment.ts';
import { earlierOf, inSeconds, later, type Nanoseconds, plus } from '../moment.ts';
import type { DocumentCue } from '../ttml/paragraph.ts';
import { type ChunkPlace, ClockChoice, type CueClock, zeroOf } from './clock-choice.ts';
import { JoinedCues, type PlacedCue } from './joined-cues.ts';

/** A chunk of text, on its stream's clock and among the others. */
export interface TextChunk extends ChunkPlace {
  /** Unique in the track. */
  readonly key: string;
  /** The stream's time at 0 on the media element's clock: the origin or, for a clip, shifted to its position. */
  readonly zero: Nanoseconds;
  /** The played part, on the stream's clock, for a clip. */
  readonly bounds?: { readonly begin: Nanoseconds; readonly end: Nanoseconds };
  /** The joined stream that it belongs to; their documents may use different clocks. */
  readonly clip?: string;
}

interface LoadedChunk {
  readonly chunk: TextChunk;
  readonly documents: readonly FragmentDocument[];
  readonly count: number;
}

/** A cue that extends further beyond its chunk has lost its end. */
const MOST_BEYOND_CHUNK = 600;

/** The maximum number of cues, and which are dropped first. */
export interface TimelineOptions {
  /** `absolute` for streams that announce `stpp` or `imsc`. Default `relative`. */
  readonly prior?: 'relative' | 'absolute';
  /** Live: the oldest cues are dropped first. Otherwise those furthest from the newest fragment. */
  readonly isLive?: boolean;
  readonly mostCues?: number;
}

/**
 * The cues of one text stream, from fragments in any order: on the media element's clock, without duplicates, and
 * joined where fragments split them. A later decision about the clock moves existing cues.
 */
export class CueTimeline {
  readonly #options: TimelineOptions;
  readonly #loaded = new Map<string, LoadedChunk>();
  readonly #clocks = new Map<string, ClockChoice>();
  #joined = new JoinedCues();
  #revision = 0;

  constructor(options: TimelineOptions = {}) {
    this.#options = options;
  }

  /** Increases with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** All of them, ascending by start. */
  get cues(): readonly Cue[] {
    return this.#joined.cues;
  }

  /** What the documents of a stream, or of one of its clips, count from, as far as known. */
  clockOf(clip = ''): { readonly clock: CueClock; readonly isDecided: boolean; readonly revisions: number } {
    const { clock, isDecided, revisions } = this.#clockOf(clip);
    return { clock, isDecided, revisions };
  }

  holds(key: string): boolean {
    return this.#loaded.has(key);
  }

  /** The cues that overlap `[from, to)`. */
  between(from: Seconds, to: Seconds): readonly Cue[] {
    return this.cues.filter(({ start, end }) => start < to && end > from);
  }

  /** The cues on screen at a time, in the order of their documents. */
  at(time: Seconds): readonly Cue[] {
    return this.#joined.at(time);
  }

  /** Adds the content of a text fragment; one with the same key is replaced. */
  add(chunk: TextChunk, documents: readonly FragmentDocument[]): void {
    const isKnown = this.#loaded.has(chunk.key);
    const choice = this.#clockOf(chunk.clip);
    const before = choice.clock;
    choice.observe(documents, chunk);
    const loaded = loadedChunk(chunk, documents);
    this.#loaded.delete(chunk.key);
    this.#loaded.set(chunk.key, loaded);
    this.#revision++;
    if (isKnown || choice.clock !== before) this.#rebuild();
    else this.#place(loaded);
    this.#limit(chunk);
  }

  /** Replaces everything, also what is known about clocks; cues that stay the same remain the same objects. */
  replaceAll(
    all: readonly { readonly chunk: TextChunk; readonly documents: readonly FragmentDocument[] }[],
  ): void {
    this.#loaded.clear();
    this.#clocks.clear();
    for (const { chunk, documents } of all) {
      this.#clockOf(chunk.clip).observe(documents, chunk);
      this.#loaded.set(chunk.key, loadedChunk(chunk, documents));
    }
    this.#revision++;
    this.#rebuild();
    const newest = all.at(-1)?.chunk;
    if (newest) this.#limit(newest);
  }

  /** Drops cues that don't overlap `[from, to)`. */
  keep(from: Seconds, to: Seconds): void {
    let isChanged = false;
    for (const [key, { chunk }] of this.#loaded) {
      const start = inSeconds(chunk.start - chunk.zero);
      if (start < to && start + inSeconds(chunk.duration) > from) continue;
      this.#loaded.delete(key);
      isChanged = true;
    }
    if (isChanged && this.#joined.drop((cue) => cue.end <= from || cue.start >= to, this.#loaded))
      this.#revision++;
  }

  clear(): void {
    this.#loaded.clear();
    this.#joined = new JoinedCues();
    this.#revision++;
  }

  #clockOf(clip = ''): ClockChoice {
    const known = this.#clocks.get(clip);
    if (known) return known;
    const made = new ClockChoice(this.#options.prior ?? 'relative');
    this.#clocks.set(clip, made);
    return made;
  }

  #rebuild(): void {
    this.#joined = new JoinedCues(this.#joined);
    for (const loaded of this.#loaded.values()) this.#place(loaded);
  }

  #place({ chunk, documents }: LoadedChunk): void {
    const { clock } = this.#clockOf(chunk.clip);
    const span = {
      key: chunk.key,
      start: inSeconds(chunk.start - chunk.zero),
      end: inSeconds(chunk.start + chunk.duration - chunk.zero),
    };
    for (const document of documents) {
      const zero = zeroOf(clock, document, chunk);
      for (const cue of document.cues) {
        const placed = placeCue(cue, zero, document, chunk);
        if (placed) this.#joined.add(placed, span);
      }
    }
  }

  /** Drops whole chunks, so that it is known which ones are present. */
  #limit(newest: TextChunk): void {
    const most = this.#options.mostCues ?? TEXT_LIMITS.cues;
    let total = 0;
    for (const { count } of this.#loaded.values()) total += count;
    if (total <= most) return;
    const distance = ({ start }: ChunkPlace) => {
      return this.#options.isLive ? -Number(start) : Math.abs(Number(start - newest.start));
    };
    const furthest = [...this.#loaded.values()]
      .filter(({ chunk }) => chunk.key !== newest.key)
      .sort((a, b) => distance(b.chunk) - distance(a.chunk));
    for (const { chunk, count } of furthest) {
      if (total <= most) break;
      this.#loaded.delete(chunk.key);
      total -= count;
    }
    this.#joined.drop(() => true, this.#loaded);
  }
}

const loadedChunk = (chunk: TextChunk, documents: readonly FragmentDocument[]): LoadedChunk => ({
  chunk,
  documents,
  count: documents.reduce((sum, { cues }) => sum + cues.length, 0),
});

/** A cue on the media element's clock; `undefined` if it is not played. */
function placeCue(
  cue: DocumentCue,
  zero: Nanoseconds,
  { offset, duration, isPlaced }: FragmentDocument,
  chunk: TextChunk,
): PlacedCue | undefined {
  const { bounds } = chunk;
  const begin = plus(zero, cue.begin);
  const sampleEnd = plus(chunk.start, isPlaced ? chunk.duration : plus(offset, duration));
  const isOpen = cue.end === undefined;
  const declared = cue.end === undefined ? sampleEnd : plus(zero, cue.end);
  const from = bounds ? later(begin, bounds.begin) : begin;
  const to = (bounds && earlierOf(declared, bounds.end)) ?? declared;
  const start = inSeconds(from - chunk.zero);
  const chunkEnd = inSeconds(chunk.start + chunk.duration - chunk.zero);
  const end = inSeconds(to - chunk.zero);
  const isEndless = end > chunkEnd + MOST_BEYOND_CHUNK && start < chunkEnd;
  const last = isEndless && end - start > MOST_BEYOND_CHUNK ? chunkEnd : end;
  if (!(last > start) || last <= 0) return undefined;
  return { cue, start: seconds(Math.max(0, start)), end: last, isOpen: isOpen && to === declared };
}
