/** A SCTE-35 splice, on the clock of the playlists. */
export interface SpliceEvent {
  /** The same at every origin, as long as the event is listed. */
  readonly id: string;
  readonly kind: 'out' | 'in' | 'other';
  /** Seconds. */
  readonly start: number;
  /** Seconds; 0: unknown. */
  readonly duration: number;
  /** Seconds after which its break ends by itself; `undefined`: it lasts until an `in`. */
  readonly endsAfter: number | undefined;
  /** The whole `splice_info_section`. */
  readonly section: Uint8Array;
}

/** A splice, and when its break began. */
export interface ListedSplice extends SpliceEvent {
  /** Seconds. */
  readonly breakStart: number;
}

/** Events on the clock of the playlists, in the order of their times. */
export interface TitleEvents {
  readonly splices: readonly ListedSplice[];
  readonly chapters: readonly Chapter[];
}

export interface Chapter {
  /** Seconds. */
  readonly start: number;
  readonly title: string;
}

/** One of each section: of the breaks that it begins or, if there is none, ends, the first. */
export function onePerSection(splices: readonly SpliceEvent[]): readonly SpliceEvent[] {
  const chosen = new Map<Uint8Array, SpliceEvent>();
  for (const splice of splices) {
    const known = chosen.get(splice.section);
    if (!known || (splice.kind === 'out' && known.kind !== 'out')) chosen.set(splice.section, splice);
  }
  return [...chosen.values()];
}

/** The part of the events within a span in seconds. Whatever lasts into it begins with it. */
export function eventsWithin(
  { splices, chapters }: TitleEvents,
  { start: from, end: to }: { readonly start: number; readonly end: number },
): TitleEvents {
  return {
    splices: splices.flatMap((splice) => {
      const { start, duration } = splice;
      const isInside = start < to && (start >= from || start + duration > from);
      const late = Math.max(0, from - start);
      return isInside ? [late > 0 ? { ...splice, start: from, duration: duration - late } : splice] : [];
    }),
    chapters: chapters.flatMap(({ start, title }, i) => {
      const end = chapters[i + 1]?.start ?? Number.POSITIVE_INFINITY;
      return start < to && end > from ? [{ start: Math.max(start, from), title }] : [];
    }),
  };
}
