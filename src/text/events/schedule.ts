import { type Seconds, seconds } from '../../base/time.ts';
import type { EventCue } from './event-cue.ts';

/**
 * What has fired since somebody last landed somewhere: a passage is what is played in one go. It outlives whatever happens
 * beneath it: other levels, other tracks, a media source that is replaced.
 */
export interface EventSchedule {
  /** Where the passage began, and where it has come to; `undefined` before the title has a position. */
  readonly passage: { readonly from: Seconds; readonly at: Seconds } | undefined;
  /** Ids of cues that have fired in it. */
  readonly fired: ReadonlySet<string>;
}

/** An event that fires now. */
export interface DueEvent {
  readonly cue: EventCue;
  /** It began more than a second ago, at normal speed. */
  readonly late: boolean;
}

export interface ScheduleStep {
  readonly schedule: EventSchedule;
  /** In their order. */
  readonly due: readonly DueEvent[];
}

export const NO_SCHEDULE: EventSchedule = { passage: undefined, fired: new Set() };

const LATE = 1;
/** An event of no length is met by landing so near. */
const NEAR = 0.05;
/** A clock that is corrected by less has gone nowhere. */
const JITTER = 0.25;

/**
 * Somebody landed at a position: by a seek, at the start, when joining a live title. What was jumped over does not fire, what
 * holds the position does; behind it everything fires again as it is passed.
 */
export function land(cues: readonly EventCue[], at: Seconds): ScheduleStep {
  const schedule = { passage: { from: at, at }, fired: new Set<string>() };
  return fire(
    schedule,
    cues.filter((cue) => holds(cue, at)),
    at,
    1,
  );
}

/**
 * A seek that is no landing of somebody's: a player's own correction, a step of a frame, the end of trick play, a source that was
 * replaced at the playhead. What it comes from goes on; what holds the position and hasn't fired does.
 */
export function settle(
  schedule: EventSchedule,
  cues: readonly EventCue[],
  at: Seconds,
  rate = 1,
): ScheduleStep {
  const moved = advance(schedule, cues, at, rate);
  const missed = unfiredAt(moved.schedule, cues, at);
  const met = fire(moved.schedule, missed, at, rate);
  return { schedule: met.schedule, due: [...moved.due, ...met.due] };
}

/** Whether a seek is too short to be more than a correction. */
export const isNear = ({ passage }: EventSchedule, at: Seconds): boolean =>
  passage !== undefined && Math.abs(at - passage.at) <= JITTER;

/**
 * A player has moved to where a live title can be watched. What was jumped over does not fire, as when joining, and what holds the
 * position does unless it has.
 */
export function rejoin(schedule: EventSchedule, cues: readonly EventCue[], at: Seconds): ScheduleStep {
  const stays = cues.filter((cue) => schedule.fired.has(cue.id) && holds(cue, at));
  const joined = { passage: { from: at, at }, fired: idsOf(stays) };
  return fire(joined, unfiredAt(joined, cues, at), at, 1);
}

/**
 * The position has moved on by itself, however far: all that was passed fires, also what was learnt only after its time has
 * passed. Backwards (trick play) nothing fires, and forwards from there everything again.
 */
export function advance(
  schedule: EventSchedule,
  cues: readonly EventCue[],
  at: Seconds,
  rate = 1,
): ScheduleStep {
  const { passage, fired } = schedule;
  if (!passage) return land(cues, at);
  if (at < passage.at - JITTER) {
    // What the position has stayed in; what it comes back into is met again.
    const stays = cues.filter(
      ({ id, start, end }) => fired.has(id) && start <= at && (end === start || end > passage.at),
    );
    return { schedule: { passage: { from: at, at }, fired: idsOf(stays) }, due: [] };
  }
  const reached = seconds(Math.max(at, passage.at));
  const passed = cues.filter(({ id, start }) => !fired.has(id) && start >= passage.from && start <= reached);
  return fire({ passage: { from: passage.from, at: reached }, fired }, passed, reached, rate);
}

/** Events have been learnt: those that hold the position fire at once, paused or not, and those that were passed. */
export function learn(schedule: EventSchedule, added: readonly EventCue[]): ScheduleStep {
  const { passage, fired } = schedule;
  if (!passage) return { schedule, due: [] };
  const due = added.filter(
    (cue) =>
      !fired.has(cue.id) &&
      (holds(cue, passage.at) || (cue.start >= passage.from && cue.start <= passage.at)),
  );
  return fire(schedule, due, passage.at, 1);
}

/** Forgets events that are gone, so that what is remembered stays as small as the track. */
export function forget(schedule: EventSchedule, cues: readonly EventCue[]): EventSchedule {
  return { ...schedule, fired: idsOf(cues.filter(({ id }) => schedule.fired.has(id))) };
}

const unfiredAt = ({ fired }: EventSchedule, cues: readonly EventCue[], at: Seconds): readonly EventCue[] =>
  cues.filter((cue) => !fired.has(cue.id) && holds(cue, at));

function holds({ start, end }: EventCue, at: Seconds): boolean {
  return end > start ? start <= at && at < end : Math.abs(start - at) <= NEAR;
}

function fire(schedule: EventSchedule, cues: readonly EventCue[], at: Seconds, rate: number): ScheduleStep {
  if (cues.length === 0) return { schedule, due: [] };
  const sorted = [...cues].sort((a, b) => a.start - b.start);
  return {
    schedule: { ...schedule, fired: new Set([...schedule.fired, ...sorted.map(({ id }) => id)]) },
    due: sorted.map((cue) => ({ cue, late: at - cue.start > LATE * Math.max(1, Math.abs(rate)) })),
  };
}

const idsOf = (cues: readonly EventCue[]): ReadonlySet<string> => new Set(cues.map(({ id }) => id));
