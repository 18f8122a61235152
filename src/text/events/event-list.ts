import type { Seconds } from '../../base/time.ts';
import { TEXT_LIMITS } from '../cue.ts';
import type { EventCue } from './event-cue.ts';
import type { ReadEvent } from './read-events.ts';
import { spliceBreaksOf } from './splice-info.ts';

/** The events of a track, ascending by start. Immutable. */
export interface EventList {
  readonly cues: readonly EventCue[];
  /** The splice event of each cue, by the cue's id. */
  readonly spliceIds: ReadonlyMap<string, number>;
}

export interface ListChange {
  readonly list: EventList;
  /** New events, including those that replace others. */
  readonly added: readonly EventCue[];
  /** Removed events: cancelled, or beyond the limit. */
  readonly removed: readonly EventCue[];
}

export const EMPTY_LIST: EventList = { cues: [], spliceIds: new Map() };

/**
 * Adds messages: one with a known id and time replaces the other, unless that has fired; the same message twice is one
 * event; a splice event may be cancelled before it has fired. Beyond the limit the oldest are removed. Azure Media
 * Services, timed metadata.
 */
export function addEvents(
  list: EventList,
  events: readonly ReadEvent[],
  hasFired: (cue: EventCue) => boolean = () => false,
): ListChange {
  const byId = new Map(list.cues.map((cue) => [cue.id, cue]));
  const spliceIds = new Map(list.spliceIds);
  const added = new Map<string, EventCue>();
  for (const { cue, cancels, isCancel, spliceId } of events) {
    for (const [id, known] of cancels.length > 0 ? byId : []) {
      if (!cancels.includes(spliceIds.get(id) ?? -1) || hasFired(known)) continue;
      byId.delete(id);
      added.delete(id);
    }
    if (isCancel) continue;
    const known = byId.get(cue.id);
    if (known && (hasFired(known) || isSame(known, cue))) continue;
    byId.set(cue.id, cue);
    added.set(cue.id, cue);
    if (spliceId !== undefined) spliceIds.set(cue.id, spliceId);
  }
  const sorted = [...byId.values()].sort((a, b) => a.start - b.start);
  const kept = sorted.slice(-TEXT_LIMITS.events);
  const cues = withBreakEnds(kept);
  const ids = new Set(cues.map(({ id }) => id));
  for (const id of [...spliceIds.keys()]) if (!ids.has(id)) spliceIds.delete(id);
  return {
    list: { cues, spliceIds },
    added: cues.filter(({ id }) => added.has(id)),
    removed: list.cues.filter(({ id }) => !ids.has(id)),
  };
}

/** Drops events before the window of a live title; those that extend into it stay. */
export function dropBefore(list: EventList, start: Seconds): EventList {
  const cues = list.cues.filter((cue) => cue.start >= start || cue.end > start);
  if (cues.length === list.cues.length) return list;
  const ids = new Set(cues.map(({ id }) => id));
  return { cues, spliceIds: new Map([...list.spliceIds].filter(([id]) => ids.has(id))) };
}

/** A break that does not return automatically lasts until a message ends it: a segment's own end, if there is one. */
function withBreakEnds(cues: readonly EventCue[]): EventCue[] {
  const ended = [...cues];
  const nextIn = new Map<string, Seconds>();
  for (let at = cues.length - 1; at >= 0; at--) {
    const cue = cues[at];
    if (!cue?.scte35) continue;
    const breaks = spliceBreaksOf(cue.scte35);
    const out = breaks.find(({ kind }) => kind === 'out');
    const end = out && (nextIn.get(`${out.type} ${out.eventId}`) ?? nextIn.get(`${out.type}`));
    if (out && !out.autoReturn && cue.end === cue.start && end !== undefined) ended[at] = { ...cue, end };
    for (const { kind, type, eventId } of breaks) {
      if (kind === 'out') continue;
      nextIn.set(`${type}`, cue.start);
      if (type !== undefined) nextIn.set(`${type} ${eventId}`, cue.start);
    }
  }
  return ended;
}

/** `a` is known. */
function isSame(a: EventCue, b: EventCue): boolean {
  return (
    a.start === b.start &&
    // An end set by another message is not a difference.
    (a.end === b.end || b.end === b.start) &&
    a.type === b.type &&
    a.data.length === b.data.length &&
    a.data.every((byte, at) => byte === b.data[at])
  );
}

/** Chapters: each lasts until the next, the last to the title's end; of several with the same start the last counts. */
export function chaptersOf(cues: readonly EventCue[], titleEnd: Seconds): EventCue[] {
  const chapters = cues.filter(({ start }, at) => start < titleEnd && cues[at + 1]?.start !== start);
  return chapters.map((cue, at) => ({ ...cue, end: chapters[at + 1]?.start ?? titleEnd }));
}
