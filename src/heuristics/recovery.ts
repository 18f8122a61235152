import { type FailureKind, isAbsent } from './failure.ts';

/** A failed attempt at a chunk: what went wrong, where, and at which level. */
export interface FailedAttempt {
  readonly kind: FailureKind;
  /** URL of the host's manifest. */
  readonly host: string;
  /** Index among the stream's levels, ascending by bitrate. */
  readonly level: number;
  /** How long the server wants to be left alone, in seconds. */
  readonly retryAfter: number;
}

/** What is known of the fragments beside the one that failed. */
export type Neighbor =
  /** Nobody asked. */
  | { readonly state: 'unknown' }
  | { readonly state: 'served' }
  | { readonly state: 'failed'; readonly kind: FailureKind }
  /** There is no other to ask for. `isLast`: but those before it were served. */
  | { readonly state: 'none'; readonly isLast: boolean };

/** All that the next step after a failure depends on. */
export interface RecoveryInput {
  /** The attempts at this chunk since it was begun, oldest first. */
  readonly failures: readonly [FailedAttempt, ...FailedAttempt[]];
  /** Hosts in the order in which to ask them. */
  readonly hosts: readonly string[];
  /** How many levels there are. */
  readonly levels: number;
  /** Requests for one URL before something else is tried. */
  readonly attempts: number;
  readonly neighbor: Neighbor;
  /** Probes since the outage began; 0: there is none, or it is just found. */
  readonly probes: number;
  /** Seconds of media from the playhead on. */
  readonly bufferAhead: number;
  /** Seconds for which playback has stood still for want of media. */
  readonly standstill: number;
  /** Whether the URL that failed last has failed so often of late that it is left alone. */
  readonly isSpent: boolean;
  /** Whether fragments of this stream are asked for before they are published. */
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
  /** Live: whether the fragment is late, gone, or served elsewhere by now, what follows it and the manifest tell. */
  | { readonly do: 'refresh-manifest' }
  /** Ask for a fragment beside this one: is it this fragment, or the server? */
  | { readonly do: 'try-neighbor' }
  /** An outage: ask again from time to time, while the buffer lasts and after. */
  | { readonly do: 'wait-out'; readonly after: number }
  | { readonly do: 'skip' }
  /** Once the buffer has run dry. */
  | { readonly do: 'fail' }
);

export interface RecoveryTuning {
  /** The first retry of a URL waits up to so many seconds, each further one up to twice as long. */
  readonly backoff: number;
  readonly mostBackoff: number;
  /** Bodies that are wrong rather than late are asked for so many times: they are seldom chance. */
  readonly attemptsAtBroken: number;
  /** The first probe of an outage waits up to so many seconds, each further one up to twice as long. */
  readonly probe: number;
  readonly mostProbe: number;
  /** A probe waits no longer than this share of what is buffered. */
  readonly shareOfBuffer: number;
  /** With nothing buffered, it waits no longer than this. */
  readonly standingProbe: number;
  /** Playback may stand still for so many seconds before an outage ends it. */
  readonly tolerance: number;
  /** The same where servers answer, and have none of what is asked for. */
  readonly toleranceOfAbsence: number;
  /** The same before the last fragment of a title, which is done without after that. */
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
 * Decides what follows upon a failed attempt at a fragment. The steps, from near to far: the title's other hosts, the same
 * URL again, another level; then a fragment beside it, to tell one bad fragment from an outage. Only what its
 * neighbours outlive is skipped; an outage is waited out.
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

/** Another way to this very fragment; `undefined` when all were tried. */
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
  const level = otherLevel(last.level, levels);
  const isFirst = failures.every((failure) => failure.level === last.level);
  // Without a connection, another level is as far away.
  return level !== undefined && isFirst && kind !== 'network'
    ? { do: 'other-level', level, reason }
    : undefined;
}

/** How often one URL is asked for. */
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
    // A timeout has taken long enough; another level or a neighbour tells more.
    case 'timeout':
    case 'missing':
    case 'unauthorized':
    case 'unplayable':
      return 1;
    default:
      return kind satisfies never;
  }
}

/** What to try when a level failed: the lowest or, from there, the one above. */
const otherLevel = (level: number, levels: number): number | undefined =>
  levels < 2 ? undefined : level === 0 ? 1 : 0;

function outageStep(input: RecoveryInput, last: FailedAttempt, tuning: RecoveryTuning): Recovery {
  const { neighbor, standstill } = input;
  const kinds = [last.kind, ...(neighbor.state === 'failed' ? [neighbor.kind] : [])];
  if (kinds.every((kind) => kind === 'unauthorized')) return { do: 'fail', reason: 'denied' };
  const isAnswered = kinds.every(
    (kind) => kind === 'missing' || kind === 'unplayable' || kind === 'unauthorized',
  );
  const isLast = neighbor.state === 'none' && neighbor.isLast;
  if (isLast && (isAnswered || standstill > tuning.toleranceOfLast)) return { do: 'skip', reason: 'last' };
  const tolerance = isAnswered ? tuning.toleranceOfAbsence : tuning.tolerance;
  if (standstill > tolerance) return { do: 'fail', reason: isAnswered ? 'absent' : 'outage' };
  return {
    do: 'wait-out',
    after: Math.max(last.retryAfter, probeDelay(input, tuning)),
    reason: isAnswered ? 'absent' : 'outage',
  };
}

/** Seconds until an outage is probed again: growing while there is something to play, shorter when that runs out. */
function probeDelay(
  { probes, bufferAhead, random }: RecoveryInput,
  { probe, mostProbe, shareOfBuffer, standingProbe }: RecoveryTuning,
): number {
  const growing = Math.min(mostProbe, probe * 2 ** probes);
  const most = Math.min(growing, Math.max(standingProbe, bufferAhead * shareOfBuffer));
  return most * (0.5 + random / 2);
}

/** So many different ones, one after the other. */
export const PROBE_TARGETS = 8;

/** A fragment and a level to probe an outage with. */
export interface ProbeTarget {
  /** Chunks behind the one that is wanted; 0: that one. */
  readonly ahead: number;
  /** Index among the levels, from the lowest. */
  readonly level: number;
}

/**
 * What the n-th probe of an outage asks for. It alternates, so that no URL is asked for often, and so that what comes back
 * tells whether one fragment is at fault or all of them are: more than one in a row may be.
 */
export function probeTarget(probe: number, levels: number): ProbeTarget {
  const step = probe % PROBE_TARGETS;
  return levels > 1 ? { ahead: step >> 1, level: step & 1 } : { ahead: step, level: 0 };
}
