import { type Seconds, seconds } from '../../base/time.ts';
import type { EventCue } from './event-cue.ts';

/**
 * What has fired since the last seek or start: a passage is what is played continuously. It outlives changes of level
 * or track, and of the media source.
 */
export interface EventSchedule {
  /** Where the passage began, and its current position; `undefined` before the title has a position. */
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
  /** In order. */
  readonly due: readonly DueEvent[];
}

export const NO_SCHEDULE: EventSchedule = { passage: undefined, fired: new Set() };

const LATE = 1;
/** An event without duration is hit by a seek this close to it. */
const NEAR = 0.05;
/** A smaller backward step of the clock is a correction. */
const JITTER = 0.25;

/**
 * A seek, a start, or joining a live title. What was jumped over does not fire, what contains the position does; after
 * it everything fires again as it is passed.
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
 * A seek of the player's own: a correction, a frame step, the end of trick play, a source that was replaced at the
 * playhead. The passage continues; what contains the position and hasn't fired does.
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

/** Whether a seek is so short that it is a correction. */
export const isNear = ({ passage }: EventSchedule, at: Seconds): boolean =>
  passage !== undefined && Math.abs(at - passage.at) <= JITTER;

/**
 * Playback was moved into a live title's window. What was jumped over does not fire, as when joining; what contains the
 * position does unless it already has.
 */
export function rejoin(schedule: EventSchedule, cues: readonly EventCue[], at: Seconds): ScheduleStep {
  const stays = cues.filter((cue) => schedule.fired.has(cue.id) && holds(cue, at));
  const joined = { passage: { from: at, at }, fired: idsOf(stays) };
  return fire(joined, unfiredAt(joined, cues, at), at, 1);
}

/**
 * The position advanced by itself, however far: everything passed fires, including events that were added after their
 * time. Backwards (trick play) nothing fires, and forwards from there everything again.
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
    // Cues that the position stays in; one that it re-enters fires again.
    const stays = cues.filter(
      ({ id, start, end }) => fired.has(id) && start <= at && (end === start || end > passage.at),
    );
    return { schedule: { passage: { from: at, at }, fired: idsOf(stays) }, due: [] };
  }
  const reached = seconds(Math.max(at, passage.at));
  const passed = cues.filter(({ id, start }) => !fired.has(id) && start >= passage.from && start <= reached);
  return fire({ passage: { from: passage.from, at: reached }, fired }, passed, reached, rate);
}

/** Events were added: those that contain the position, and those that were passed, fire at once, paused or not. */
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

/** Forgets removed events, so that the state stays as small as the track. */
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
