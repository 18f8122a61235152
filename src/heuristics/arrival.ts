/**
 * When a live stream's fragments can be had, as learnt from answers. A fragment's moment is told as its offset: local
 * time less the place on the media clock that the encoder must have reached for it, both in seconds; for all fragments
 * of a steady encoder that is the same.
 */
export interface Arrival {
  /** The offset at which the next one is asked for. */
  readonly aim: number;
  /** The least offset at which one was there, and the greatest at which one wasn't. */
  readonly late: number;
  readonly early: number;
  /**
   * Who says that it is too early then: an answer, or a list, which is as old as the cache that it came from; `nobody` when
   * fragments were there about as soon as that.
   */
  readonly by: 'answer' | 'list' | 'nobody';
}

/** In chunk durations, unless it says otherwise. */
export interface ArrivalTuning {
  /** Part of the way to the moment that is tried with each fragment. */
  readonly boldness: number;
  /** How far from a moment that was too early to stay: encoders are no clocks. */
  readonly margin: number;
  /** By how much bounds are believed less with each fragment, for clocks drift. */
  readonly drift: number;
  /** So near to what a list says to be too early, the list isn't believed. */
  readonly doubt: number;
  /** What was asked for so much later than intended tells nothing of the moment. */
  readonly tardy: number;
}

export const ARRIVAL_TUNING: ArrivalTuning = {
  boldness: 0.2,
  margin: 0.1,
  drift: 0.0002,
  doubt: 0.35,
  tardy: 0.25,
};

/** What a list tells that was had at `offset` of its last chunk: that one was there, and the next one wasn't. */
export function arrivalFrom(offset: number, duration: number): Arrival {
  return { aim: offset, late: offset, early: offset - duration, by: 'list' };
}

/** A fragment was there when it was asked for at `offset`; `wasRefused`: not at the first try. */
export function fragmentCame(
  arrival: Arrival,
  offset: number,
  duration: number,
  wasRefused: boolean,
  tuning = ARRIVAL_TUNING,
): Arrival {
  const drift = duration * tuning.drift;
  const late = Math.min(arrival.late + drift, offset);
  if (offset > arrival.aim + duration * tuning.tardy) return { ...arrival, late };
  const aim = Math.min(arrival.aim, offset);
  const isOff = arrival.by === 'list' && aim - arrival.early < duration * tuning.doubt;
  const by = isOff ? 'nobody' : arrival.by;
  const early = by === 'nobody' ? Math.min(arrival.early, late - duration) : arrival.early - drift;
  if (wasRefused) return { aim, late, early, by };
  const step = tuning.boldness * (aim - early - duration * tuning.margin);
  return { aim: aim - Math.max(drift, step), late, early, by };
}

/** A fragment was not there yet at `offset`, at the first try. */
export function fragmentMissed(
  { aim, late, early }: Arrival,
  offset: number,
  duration: number,
  tuning = ARRIVAL_TUNING,
): Arrival {
  return {
    aim: Math.max(aim, offset + duration * tuning.margin),
    late: Math.max(late, offset),
    early: Math.max(early, offset),
    by: 'answer',
  };
}

/** Another stream of the same encoder has met the moment. */
export const learnFrom = (arrival: Arrival, other: Arrival, duration: number): Arrival =>
  Math.abs(other.aim - arrival.aim) > duration / 4 ? arrival : other;

/** The best guess at the offset itself. */
export function offsetOf({ late, early }: Arrival): number {
  return early < late ? (early + late) / 2 : late;
}

/** Shares of a chunk's duration to wait after one refusal, two, and so on. */
const PATIENCE = [0.15, 0.35, 0.5];

/** How long to wait before a fragment is asked for again, in seconds; `undefined`: something else is the matter. */
export function waitAfterMiss(misses: number, duration: number): number | undefined {
  const share = PATIENCE[misses - 1];
  return share === undefined ? undefined : share * duration;
}
