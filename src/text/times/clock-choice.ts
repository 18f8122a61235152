import { earlierOf, later, type Nanoseconds, NO_TIME, nanoseconds, plus } from '../moment.ts';
import type { DocumentCue } from '../ttml/paragraph.ts';

/** What the times of a stream's documents count from: its fragment, its own clock, or the presentation's beginning. */
export type CueClock = 'relative' | 'absolute' | 'origin';

/** A chunk on its stream's clock. */
export interface ChunkPlace {
  readonly start: Nanoseconds;
  readonly duration: Nanoseconds;
  /** The presentation's first moment. */
  readonly origin: Nanoseconds;
}

/** A document of a fragment, as far as its times go. */
export interface TimedDocument {
  readonly cues: readonly Pick<DocumentCue, 'begin' | 'end' | 'text'>[];
  readonly offset: Nanoseconds;
  readonly duration: Nanoseconds;
  readonly isPlaced: boolean;
}

const SECOND = nanoseconds(1_000_000_000n);
/** So many chunks' lengths of cues in one fragment: it holds the whole title's. */
const WHOLE_TITLE = 3n;
/** Fragments in a row that must contradict what was decided. */
const MOST_MISFITS = 3;

/**
 * Finds out what a stream's documents count from, since nothing in them tells: the first fragment that allows of only one
 * answer decides for the stream. Until then what most do holds, so that cues may have to be moved.
 */
export class ClockChoice {
  readonly #prior: CueClock;
  #decided: CueClock | undefined;
  #tentative: CueClock | undefined;
  #isWholeTitle = false;
  /** The last fragment whose cues fit no clock. */
  #unplaced: { readonly fingerprint: string; readonly start: bigint } | undefined;
  #misfits = 0;
  #revisions = 0;

  constructor(prior: 'relative' | 'absolute') {
    this.#prior = prior;
  }

  get clock(): CueClock {
    return this.#decided ?? this.#tentative ?? this.#prior;
  }

  get isDecided(): boolean {
    return this.#decided !== undefined;
  }

  /** Every fragment holds the cues of the whole title. */
  get isWholeTitle(): boolean {
    return this.#isWholeTitle;
  }

  /** How often what was decided turned out to be wrong. */
  get revisions(): number {
    return this.#revisions;
  }

  /** Takes the times of one fragment into account. */
  observe(documents: readonly TimedDocument[], place: ChunkPlace): void {
    const timed = documents.filter(({ isPlaced, cues }) => !isPlaced && cues.length > 0);
    if (timed.length === 0) return;
    const fitting = clocksThatFit(timed, place);
    if (this.#decided !== undefined) {
      const isAsExpected =
        fitting.includes(this.#decided) || (this.#isWholeTitle && this.#isWhole(timed, place));
      this.#misfits = isAsExpected ? 0 : this.#misfits + 1;
      if (this.#misfits < MOST_MISFITS) return;
      this.#revisions++;
      this.#misfits = 0;
      this.#decided = undefined;
      this.#tentative = undefined;
      this.#isWholeTitle = false;
    }
    if (fitting.length === 0) {
      this.#observeUnplaced(timed, place);
    } else if (fitting.length === 1 && place.start >= place.duration + SECOND) {
      this.#decided = fitting[0];
    }
  }

  /** Cues that no clock puts into their chunk are those of the whole title, if there are many, or if they come again. */
  #observeUnplaced(documents: readonly TimedDocument[], place: ChunkPlace): void {
    const fingerprint = fingerprintOf(documents);
    const isRepeated = this.#unplaced?.fingerprint === fingerprint && this.#unplaced.start !== place.start;
    this.#unplaced = { fingerprint, start: place.start };
    if (!isRepeated && !isSpread(documents, place)) return;
    const clock = startsAtOrigin(documents, place) ? 'origin' : 'absolute';
    this.#tentative = clock;
    if (isRepeated) {
      this.#decided = clock;
      this.#isWholeTitle = true;
    }
  }

  #isWhole(documents: readonly TimedDocument[], place: ChunkPlace): boolean {
    return isSpread(documents, place) || this.#unplaced?.fingerprint === fingerprintOf(documents);
  }
}

/** Where the times of a document count from, on the stream's clock. */
export function zeroOf(clock: CueClock, document: TimedDocument, place: ChunkPlace): Nanoseconds {
  if (document.isPlaced) return place.start;
  switch (clock) {
    case 'relative': {
      const own = plus(place.start, document.offset);
      // Several samples in a fragment: some count from the fragment all the same.
      const isOfFragment =
        document.offset > 0n && !isRelative(document, place) && isRelativeToAll(document, place);
      return isOfFragment ? place.start : own;
    }
    case 'absolute':
      return NO_TIME;
    case 'origin':
      return place.origin;
    default:
      return clock satisfies never;
  }
}

/** Whether cues can be where they are by any way to count. */
export function fitsAnyClock(cues: TimedDocument['cues'], place: ChunkPlace): boolean {
  const document = { cues, offset: NO_TIME, duration: place.duration, isPlaced: false };
  return cues.length === 0 || clocksThatFit([document], place).length > 0;
}

function clocksThatFit(documents: readonly TimedDocument[], place: ChunkPlace): CueClock[] {
  const clocks: CueClock[] = [];
  if (documents.every((document) => isRelative(document, place) || isRelativeToAll(document, place)))
    clocks.push('relative');
  if (overlapsChunk(documents, place, NO_TIME)) clocks.push('absolute');
  if (place.origin !== 0n && overlapsChunk(documents, place, place.origin)) clocks.push('origin');
  return clocks;
}

const isRelative = (document: TimedDocument, place: ChunkPlace): boolean =>
  liesWithin(document, place, document.duration);

const isRelativeToAll = (document: TimedDocument, place: ChunkPlace): boolean =>
  document.offset > 0n && liesWithin(document, place, place.duration);

/** Begins lie within a second of what lasts so long, and are not the chunk's own time. */
function liesWithin({ cues }: TimedDocument, { start, duration }: ChunkPlace, length: Nanoseconds): boolean {
  const isEarly = start < duration + SECOND;
  return cues.every(
    ({ begin }) => begin >= -SECOND && begin <= length + SECOND && (isEarly || begin < start - SECOND),
  );
}

/** Every cue is there at some time within a second of the chunk. */
function overlapsChunk(
  documents: readonly TimedDocument[],
  { start, duration }: ChunkPlace,
  zero: Nanoseconds,
): boolean {
  const from = start - zero - SECOND;
  const to = start - zero + duration + SECOND;
  return documents.every(({ cues }) =>
    cues.every(({ begin, end }) => begin <= to && (end ?? begin + duration) >= from),
  );
}

function isSpread(documents: readonly TimedDocument[], { duration }: ChunkPlace): boolean {
  const cues = documents.flatMap((document) => document.cues);
  const first = cues.reduce(
    (least, { begin }) => earlierOf(least, begin) ?? begin,
    cues[0]?.begin ?? NO_TIME,
  );
  const last = cues.reduce((most, { begin, end }) => later(most, end ?? begin), first);
  return last - first > WHOLE_TITLE * duration;
}

function startsAtOrigin(documents: readonly TimedDocument[], { origin }: ChunkPlace): boolean {
  return documents.some(({ cues }) => cues.some(({ begin }) => begin < origin - SECOND));
}

function fingerprintOf(documents: readonly TimedDocument[]): string {
  const cues = documents.flatMap((document) => document.cues);
  return [cues.length, cues[0]?.begin, cues.at(-1)?.begin, cues[0]?.text, cues.at(-1)?.text].join('|');
}
