import { type Seconds, seconds } from '../../base/time.ts';
import type { Cue } from '../cue.ts';
import type { DocumentCue } from '../ttml/paragraph.ts';
import { identityOf } from './same-cue.ts';

/** A cue of one fragment, on the media element's clock. */
export interface PlacedCue {
  readonly cue: DocumentCue;
  readonly start: Seconds;
  readonly end: Seconds;
  /** It has no end in its document, so the fragment's end is assumed. */
  readonly isOpen: boolean;
}

/** The chunk of a cue, on the same clock. */
export interface ChunkSpan {
  readonly key: string;
  readonly start: Seconds;
  readonly end: Seconds;
}

interface Joined extends PlacedCue {
  readonly id: string;
  readonly identity: string;
  /** The start of the first chunk that contained it. */
  readonly from: Seconds;
  /** Keys of the chunks that contained it and are still present. */
  readonly chunks: Set<string>;
  /** Whether its start or its end is a chunk boundary. */
  readonly isCutAtStart: boolean;
  readonly isCutAtEnd: boolean;
}

/** In seconds: the tolerance for equal times. */
const TOLERANCE = 0.02;

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE;

/** Cues of neighbouring fragments, without duplicates; those split at a boundary are joined. */
export class JoinedCues {
  /** For each identity ascending by start. */
  readonly #byIdentity = new Map<string, Joined[]>();
  #sorted: readonly Joined[] | undefined;
  #cues: readonly Cue[] | undefined;
  readonly #made = new Map<string, { readonly joined: Joined; readonly cue: Cue }>();
  /** Of the list that this one replaces, by identity and times. */
  readonly #earlier = new Map<string, Cue>();
  #nextId = 1;

  /** `earlier`: the list that this one replaces. A cue that is in both is the same object. */
  constructor(earlier?: JoinedCues) {
    if (!earlier) return;
    this.#nextId = earlier.#nextId;
    for (const { joined, cue } of earlier.#made.values()) this.#earlier.set(keyOf(joined), cue);
  }

  /** Ascending by start; equal ones in order of arrival. */
  get cues(): readonly Cue[] {
    this.#cues ??= this.#inOrder.map((joined) => this.#cueOf(joined));
    return this.#cues;
  }

  /** Those on screen at a time, in the order of their documents. */
  at(time: Seconds): readonly Cue[] {
    return this.#inOrder
      .filter(({ start, end }) => start <= time && time < end)
      .sort((a, b) => a.from - b.from || (a.cue.order ?? 0) - (b.cue.order ?? 0))
      .map((joined) => this.#cueOf(joined));
  }

  get #inOrder(): readonly Joined[] {
    this.#sorted ??= [...this.#byIdentity.values()]
      .flat()
      .sort((a, b) => a.start - b.start || Number(a.id) - Number(b.id));
    return this.#sorted;
  }

  #changed(): void {
    this.#sorted = undefined;
    this.#cues = undefined;
  }

  add(placed: PlacedCue, chunk: ChunkSpan): void {
    const identity = identityOf(placed.cue);
    const others = this.#byIdentity.get(identity) ?? [];
    const fresh: Joined = {
      ...placed,
      identity,
      from: chunk.start,
      id: String(this.#nextId),
      chunks: new Set([chunk.key]),
      isCutAtStart: isNear(placed.start, chunk.start),
      isCutAtEnd: placed.isOpen || isNear(placed.end, chunk.end),
    };
    let joined = fresh;
    // A joined cue may touch the next one in turn.
    for (let at = findOne(others, joined); at >= 0; at = findOne(others, joined)) {
      const [other] = others.splice(at, 1);
      if (other) joined = union(other, joined);
    }
    if (joined === fresh) this.#nextId++;
    others.splice(placeOf(others, joined.start), 0, joined);
    this.#byIdentity.set(identity, others);
    this.#changed();
  }

  /** Drops those cues that may go and whose chunks are no longer present. Returns whether there were any. */
  drop(mayGo: (cue: PlacedCue) => boolean, held: { has(key: string): boolean }): boolean {
    let isChanged = false;
    for (const [identity, all] of this.#byIdentity) {
      for (const { chunks } of all) for (const key of chunks) if (!held.has(key)) chunks.delete(key);
      const kept = all.filter((joined) => !mayGo(joined) || joined.chunks.size > 0);
      if (kept.length === all.length) continue;
      isChanged = true;
      if (kept.length > 0) this.#byIdentity.set(identity, kept);
      else this.#byIdentity.delete(identity);
      for (const { id } of all) if (!kept.some((joined) => joined.id === id)) this.#made.delete(id);
    }
    if (isChanged) this.#changed();
    return isChanged;
  }

  #cueOf(joined: Joined): Cue {
    const known = this.#made.get(joined.id);
    if (known?.joined === joined) return known.cue;
    const { id, start, end } = joined;
    const earlier = this.#earlier.get(keyOf(joined));
    const { text, runs, paragraph, region, isForced, image } = joined.cue;
    const fresh = { id, start, end, text, runs, paragraph, region, isForced, ...(image && { image }) };
    const cue = earlier && looksSame(earlier, fresh) ? earlier : fresh;
    this.#made.set(id, { joined, cue });
    return cue;
  }
}

const keyOf = ({ identity, start, end }: Joined): string => `${start} ${end} ${identity}`;

/** Whether cues of equal text and place look the same too. */
const looksSame = (a: Cue, b: Cue): boolean =>
  a.isForced === b.isForced &&
  JSON.stringify([a.runs, a.paragraph, a.region]) === JSON.stringify([b.runs, b.paragraph, b.region]);

/** The number of neighbours to compare on either side: those that a cue can be joined with begin next to it. */
const MOST_NEIGHBOURS = 8;

/** The index of a cue that can be joined with another; -1 if there is none. */
function findOne(sorted: readonly Joined[], joined: Joined): number {
  const place = placeOf(sorted, joined.start);
  for (let at = place - 1; at >= Math.max(0, place - MOST_NEIGHBOURS); at--) {
    const before = sorted[at];
    if (before && isOne(before, joined)) return at;
  }
  for (let at = place; at < place + MOST_NEIGHBOURS; at++) {
    const after = sorted[at];
    if (!after || after.start > joined.end + TOLERANCE) return -1;
    if (isOne(after, joined)) return at;
  }
  return -1;
}

/** The index of the first that does not begin before a time. */
function placeOf(sorted: readonly Joined[], start: Seconds): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle]?.start ?? 0) < start) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Whether two cues with the same text and position are one. */
function isOne(a: Joined, b: Joined): boolean {
  if (isNear(a.start, b.start) && isNear(a.end, b.end)) return true;
  for (const key of b.chunks) if (a.chunks.has(key)) return false;
  const [first, second] = a.start <= b.start ? [a, b] : [b, a];
  if (second.start > first.end + TOLERANCE) return false;
  // Separated only by a boundary: one continues or begins exactly at a fragment boundary, or both end together.
  const isCut = second.isCutAtStart || (first.isCutAtEnd && isNear(first.end, second.start));
  return isCut || isNear(first.start, second.start) || isNear(first.end, second.end);
}

/** Joins two cues; the id is that of the existing one. */
function union(known: Joined, added: Joined): Joined {
  const chunks = new Set([...known.chunks, ...added.chunks]);
  const isSame = isNear(known.start, added.start) && isNear(known.end, added.end);
  if (isSame && (!known.isOpen || added.isOpen)) {
    const isCutAtStart = known.isCutAtStart && added.isCutAtStart;
    return { ...known, chunks, isCutAtStart, isCutAtEnd: known.isCutAtEnd && added.isCutAtEnd };
  }
  const first = known.start <= added.start ? known : added;
  const last = known.end >= added.end ? known : added;
  // A declared end overrides an assumed one.
  const other = last === known ? added : known;
  const ending = last.isOpen && !other.isOpen && isNear(other.end, last.end) ? other : last;
  return {
    ...first,
    id: known.id,
    end: seconds(ending.end),
    isOpen: ending.isOpen,
    isCutAtEnd: ending.isCutAtEnd,
    isCutAtStart: isNear(known.start, added.start)
      ? known.isCutAtStart && added.isCutAtStart
      : first.isCutAtStart,
    chunks,
  };
}
