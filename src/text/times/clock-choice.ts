import { earlierOf, later, type Nanoseconds, NO_TIME, nanoseconds, plus } from '../moment.ts';
import type { DocumentCue } from '../ttml/paragraph.ts';

/** What the times of a stream's documents count from: the fragment's start, the stream's own clock, or the presentation's beginning. */
export type CueClock = 'relative' | 'absolute' | 'origin';

/** A chunk on its stream's clock. */
export interface ChunkPlace {
  readonly start: Nanoseconds;
  readonly duration: Nanoseconds;
  /** The presentation's start. */
  readonly origin: Nanoseconds;
}

/** The times of a document in a fragment. */
export interface TimedDocument {
  readonly cues: readonly Pick<DocumentCue, 'begin' | 'end' | 'text'>[];
  readonly offset: Nanoseconds;
  readonly duration: Nanoseconds;
  readonly isPlaced: boolean;
}

const SECOND = nanoseconds(1_000_000_000n);
/** If the cues in one fragment span this many chunk durations, it contains the whole title. */
const WHOLE_TITLE = 3n;
/** The number of consecutive fragments that must contradict a decision. */
const MOST_MISFITS = 3;

/**
 * Determines what a stream's documents count from, since nothing in them says: the first fragment that allows only one
 * answer decides for the stream. Until then the most likely one is used, so that cues may have to be moved.
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

  /** Every fragment contains the cues of the whole title. */
  get isWholeTitle(): boolean {
    return this.#isWholeTitle;
  }

  /** How many times a decision turned out to be wrong. */
  get revisions(): number {
    return this.#revisions;
  }

  /** Considers the times of one fragment. */
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
    } else if (fitting.length === 1 && place.start > SECOND) {
      // Likely, but a cue may also be left from the chunk before.
      this.#tentative = fitting[0];
    }
  }

  /** Cues that fit their chunk on no clock are those of the whole title, if there are many, or if they are repeated. */
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

/** The origin of a document's times, on the stream's clock. */
export function zeroOf(clock: CueClock, document: TimedDocument, place: ChunkPlace): Nanoseconds {
  if (document.isPlaced) return place.start;
  switch (clock) {
    case 'relative': {
      const own = plus(place.start, document.offset);
      // With several samples in a fragment, some still count from the fragment.
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

/** Whether cues fit their chunk on any clock. */
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

/** Begins are within a second of the chunk's duration, and are not its own time. */
function liesWithin({ cues }: TimedDocument, { start, duration }: ChunkPlace, length: Nanoseconds): boolean {
  const isEarly = start < duration + SECOND;
  return cues.every(
    ({ begin }) => begin >= -SECOND && begin <= length + SECOND && (isEarly || begin < start - SECOND),
  );
}

/** Every cue overlaps the chunk, within a second. */
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
