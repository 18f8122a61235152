import { type FailureKind, isAbsent } from './failure.ts';

/** A failed attempt at a chunk: what went wrong, where, and at which level. */
export interface FailedAttempt {
  readonly kind: FailureKind;
  /** URL of the host's manifest. */
  readonly host: string;
  /** Index among the stream's levels, ascending by bitrate. */
  readonly level: number;
  /** The delay that the server asks for, in seconds. */
  readonly retryAfter: number;
}

/** What is known about the neighbouring fragments of the one that failed. */
export type Neighbor =
  /** Not requested yet. */
  | { readonly state: 'unknown' }
  | { readonly state: 'served' }
  | { readonly state: 'failed'; readonly kind: FailureKind }
  /** There is no other to request. `isLast`: but those before it were served. */
  | { readonly state: 'none'; readonly isLast: boolean };

/** Everything the next step after a failure depends on. */
export interface RecoveryInput {
  /** The attempts at this chunk so far, oldest first. */
  readonly failures: readonly [FailedAttempt, ...FailedAttempt[]];
  /** Hosts in order of preference. */
  readonly hosts: readonly string[];
  /** How many levels there are. */
  readonly levels: number;
  /** Requests for one URL before something else is tried. */
  readonly attempts: number;
  readonly neighbor: Neighbor;
  /** Probes since the outage began; 0: there is none, or it was just detected. */
  readonly probes: number;
  /** Seconds of media from the playhead on. */
  readonly bufferAhead: number;
  /** Seconds for which playback has been stalled for lack of media. */
  readonly standstill: number;
  /** Whether the URL that failed last has failed so often recently that it is not requested for a while. */
  readonly isSpent: boolean;
  /** Whether fragments of this stream are requested before they are published. */
  readonly isLive: boolean;
  /** Whether the app was asked for new credentials, and had none. */
  readonly isDenied: boolean;
  /** In [0, 1): jitter. */
  readonly random: number;
}

/** What to do next. `after` in seconds. */
export type Recovery = { readonly reason: string } & (
  | { readonly do: 'retry'; readonly after: number }
  | { readonly do: 'other-host'; readonly host: string }
  | { readonly do: 'other-level'; readonly level: number }
  /** Live: the manifest and the fragments that follow show whether the fragment is late, gone, or served elsewhere by now. */
  | { readonly do: 'refresh-manifest' }
  /** Request a neighbouring fragment, to find out whether this fragment or the server is the problem. */
  | { readonly do: 'try-neighbor' }
  /** An outage: probe from time to time, while the buffer lasts and after. */
  | { readonly do: 'wait-out'; readonly after: number }
  | { readonly do: 'skip' }
  /** After the buffer has run dry. */
  | { readonly do: 'fail' }
);

export interface RecoveryTuning {
  /** The maximum delay of the first retry of a URL in seconds, doubled for each further one. */
  readonly backoff: number;
  readonly mostBackoff: number;
  /** Attempts at a body that is wrong rather than late: this is rarely temporary. */
  readonly attemptsAtBroken: number;
  /** The maximum delay of the first probe of an outage in seconds, doubled for each further one. */
  readonly probe: number;
  readonly mostProbe: number;
  /** The maximum delay of a probe, as a fraction of the buffer. */
  readonly shareOfBuffer: number;
  /** With an empty buffer, the maximum delay. */
  readonly standingProbe: number;
  /** Playback may be stalled for this many seconds before an outage ends it. */
  readonly tolerance: number;
  /** The same if servers respond, but have none of the requested fragments. */
  readonly toleranceOfAbsence: number;
  /** The same before the last fragment of a title, which is skipped after that. */
  readonly toleranceOfLast: number;
}

export const RECOVERY_TUNING: RecoveryTuning = {
  backoff: 0.25,
  mostBackoff: 4,
  attemptsAtBroken: 2,
  probe: 1,
  mostProbe: 15,
  shareOfBuffer: 1 / 3,
  standingProbe: 2.5,
  tolerance: 120,
  toleranceOfAbsence: 20,
  toleranceOfLast: 6,
};

/**
 * Decides the next step after a failed attempt at a fragment. The steps, in order: the title's other hosts, the same
 * URL again, another level; then a neighbouring fragment, to distinguish one bad fragment from an outage. A fragment is
 * skipped only if its neighbours are available; an outage is waited out.
 */
export function planRecovery(input: RecoveryInput, tuning = RECOVERY_TUNING): Recovery {
  const { failures, neighbor, isLive, isDenied } = input;
  const last = failures[failures.length - 1] ?? failures[0];
  if (isLive && isAbsent(last.kind)) return { do: 'refresh-manifest', reason: last.kind };
  if (last.kind === 'unauthorized' && isDenied) return { do: 'fail', reason: 'denied' };
  const near = input.probes === 0 ? nearStep(input, last, tuning) : undefined;
  if (near) return near;
  if (isLive && last.kind !== 'unauthorized') return { do: 'refresh-manifest', reason: last.kind };
  switch (neighbor.state) {
    case 'unknown':
      return { do: 'try-neighbor', reason: last.kind };
    case 'served':
      return { do: 'skip', reason: last.kind };
    case 'failed':
    case 'none':
      return outageStep(input, last, tuning);
    default:
      return neighbor satisfies never;
  }
}

/** Another way to get this very fragment; `undefined` if all were tried. */
function nearStep(
  { failures, hosts, levels, attempts, isSpent, random }: RecoveryInput,
  last: FailedAttempt,
  tuning: RecoveryTuning,
): Recovery | undefined {
  const { kind } = last;
  const reason = kind;
  const atLevel = failures.filter(({ level }) => level === last.level);
  const tried = atLevel.filter(({ host }) => host === last.host).length;
  const other = hosts.find((host) => atLevel.every((failure) => failure.host !== host));
  if (other !== undefined && kind !== 'unplayable') return { do: 'other-host', host: other, reason };
  if (!isSpent && tried < attemptsAt(kind, attempts, tuning)) {
    const backoff = Math.min(tuning.mostBackoff, tuning.backoff * 2 ** (tried - 1)) * random;
    return { do: 'retry', after: last.retryAfter + backoff, reason };
  }
  const [level] = untriedLevels(failures, levels);
  const isFirst = failures.every((failure) => failure.level === last.level);
  // Without a connection, another level fails too.
  return level !== undefined && isFirst && kind !== 'network'
    ? { do: 'other-level', level, reason }
    : undefined;
}

/** Levels at which a fragment was not requested yet, from the lowest. */
function untriedLevels(failures: readonly FailedAttempt[], levels: number): readonly number[] {
  if (levels < 2) return [];
  return Array.from({ length: levels }, (_, level) => level).filter((level) =>
    failures.every((failure) => failure.level !== level),
  );
}

/** How many times one URL is requested. */
function attemptsAt(kind: FailureKind, attempts: number, tuning: RecoveryTuning): number {
  switch (kind) {
    case 'server':
    case 'network':
    case 'truncated':
      return attempts;
    case 'foreign':
    case 'empty':
    case 'damaged':
      return Math.min(attempts, tuning.attemptsAtBroken);
    // A timeout has taken long enough; another level or a neighbour shows more.
    case 'timeout':
    case 'missing':
    case 'unauthorized':
    case 'unplayable':
      return 1;
    default:
      return kind satisfies never;
  }
}

/** After this many failed attempts at a fragment, no further level is tried. */
const MOST_BEFORE_OUTAGE = 10;

function outageStep(input: RecoveryInput, last: FailedAttempt, tuning: RecoveryTuning): Recovery {
  const { neighbor, standstill } = input;
  const kinds = [last.kind, ...(neighbor.state === 'failed' ? [neighbor.kind] : [])];
  if (kinds.every((kind) => kind === 'unauthorized')) return { do: 'fail', reason: 'denied' };
  const isAnswered = kinds.every(
    (kind) => kind === 'missing' || kind === 'unplayable' || kind === 'unauthorized',
  );
  const isLast = neighbor.state === 'none' && neighbor.isLast;
  if (isLast && (isAnswered || standstill > tuning.toleranceOfLast)) return { do: 'skip', reason: 'last' };
  const [level] = untriedLevels(input.failures, input.levels);
  const isFirst = input.probes === 0 && input.failures.length < MOST_BEFORE_OUTAGE;
  // The server responds: perhaps some levels are missing.
  if (level !== undefined && isFirst && isAnswered && last.kind !== 'unauthorized')
    return { do: 'other-level', level, reason: last.kind };
  const tolerance = isAnswered ? tuning.toleranceOfAbsence : tuning.tolerance;
  if (standstill > tolerance) return { do: 'fail', reason: isAnswered ? 'absent' : 'outage' };
  return {
    do: 'wait-out',
    after: Math.max(last.retryAfter, probeDelay(input, tuning)),
    reason: isAnswered ? 'absent' : 'outage',
  };
}

/** Seconds until the next probe of an outage: growing while there is media to play, shorter when it runs out. */
function probeDelay(
  { probes, bufferAhead, random }: RecoveryInput,
  { probe, mostProbe, shareOfBuffer, standingProbe }: RecoveryTuning,
): number {
  const growing = Math.min(mostProbe, probe * 2 ** probes);
  const most = Math.min(growing, Math.max(standingProbe, bufferAhead * shareOfBuffer));
  return most * (0.5 + random / 2);
}

/** The number of different probe targets, in turn. */
export const PROBE_TARGETS = 8;

/** A fragment and a level to probe an outage with. */
export interface ProbeTarget {
  /** Chunks after the one that is needed; 0: that one. */
  readonly ahead: number;
  /** Index among the levels, from the lowest. */
  readonly level: number;
}

/**
 * The target of the n-th probe of an outage. Targets alternate, so that no URL is requested often, and so that the
 * results show whether one fragment is at fault or all of them are: several consecutive ones may be.
 */
export function probeTarget(probe: number, levels: number): ProbeTarget {
  const step = probe % PROBE_TARGETS;
  if (levels < 2) return { ahead: step, level: 0 };
  const [round, isHigher] = [probe >> 1, step % 2 === 1];
  // Each round of targets begins at another level, so that each fragment is requested at each.
  const other = 1 + ((round + Math.floor(probe / PROBE_TARGETS)) % (levels - 1));
  return { ahead: step >> 1, level: isHigher ? other : 0 };
}
