/**
 * When a live stream's fragments become available, as learnt from responses. Times are offsets: local time minus the
 * position on the media clock that the encoder must have reached for the fragment, both in seconds. For a steady
 * encoder the offset is the same for all fragments.
 */
export interface Arrival {
  /** The offset at which the next fragment is requested. */
  readonly aim: number;
  /** The earliest offset at which a fragment was available, and the latest at which one was not. */
  readonly late: number;
  readonly early: number;
  /**
   * The source of `early`: a response, or a list, which is as old as the cache it came from; `nobody` if fragments were
   * available about that early.
   */
  readonly by: 'answer' | 'list' | 'nobody';
}

/** In chunk durations, unless stated otherwise. */
export interface ArrivalTuning {
  /** Fraction of the remaining distance to `early` that is tried with each fragment. */
  readonly boldness: number;
  /** Distance to keep from a time that was too early: encoders are not precise. */
  readonly margin: number;
  /** How much the bounds widen with each fragment, because clocks drift. */
  readonly drift: number;
  /** Within this distance of a list's `early`, the list is not trusted. */
  readonly doubt: number;
  /** A request this much later than intended says nothing about the time of availability. */
  readonly delayed: number;
}

export const ARRIVAL_TUNING: ArrivalTuning = {
  boldness: 0.2,
  margin: 0.1,
  drift: 0.0002,
  doubt: 0.35,
  delayed: 0.25,
};

/** From a list received at `offset` of its last chunk: that one was available, and the next one was not. */
export function arrivalFrom(offset: number, duration: number): Arrival {
  return { aim: offset, late: offset, early: offset - duration, by: 'list' };
}

/** A fragment was available when requested at `offset`; `wasRetried`: not at the first attempt. */
export function recordArrival(
  arrival: Arrival,
  offset: number,
  duration: number,
  wasRetried: boolean,
  tuning = ARRIVAL_TUNING,
): Arrival {
  const drift = duration * tuning.drift;
  const late = Math.min(arrival.late + drift, offset);
  if (offset > arrival.aim + duration * tuning.delayed) return { ...arrival, late };
  const aim = Math.min(arrival.aim, offset);
  const isOff = arrival.by === 'list' && aim - arrival.early < duration * tuning.doubt;
  const by = isOff ? 'nobody' : arrival.by;
  const early = by === 'nobody' ? Math.min(arrival.early, late - duration) : arrival.early - drift;
  if (wasRetried) return { aim, late, early, by };
  const step = tuning.boldness * (aim - early - duration * tuning.margin);
  return { aim: aim - Math.max(drift, step), late, early, by };
}

/** A fragment was not available yet at `offset`, at the first attempt. */
export function recordMiss(
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

/** Adopts what another stream of the same encoder has learnt. */
export const learnFrom = (arrival: Arrival, other: Arrival, duration: number): Arrival =>
  Math.abs(other.aim - arrival.aim) > duration / 4 ? arrival : other;

/** The best estimate of the offset itself. */
export function offsetOf({ late, early }: Arrival): number {
  return early < late ? (early + late) / 2 : late;
}

/** Fractions of a chunk's duration to wait after one miss, two, and so on. */
const RETRY_WAITS = [0.15, 0.35, 0.5];

/** Seconds to wait before a fragment is requested again; `undefined`: waiting doesn't help. */
export function waitAfterMiss(misses: number, duration: number): number | undefined {
  const share = RETRY_WAITS[misses - 1];
  return share === undefined ? undefined : share * duration;
}
