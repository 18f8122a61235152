import type { Seconds } from '../base/time.ts';

/** The state of one stream at the next end of the media that all streams have. */
export interface StreamAtEdge {
  readonly type: string;
  /** Whether it has real media there: not a still or silence that fills a hole. */
  readonly hasMedia: boolean;
  /** Seconds that it can play from the playhead on, including filled holes. */
  readonly ahead: number;
  /** Where its media continues; `undefined` if none is buffered. */
  readonly resumesAt: Seconds | undefined;
  /** The start of its next fragment to come; `undefined` after the last. */
  readonly comesAt: Seconds | undefined;
  /** Whether its fragments have been unavailable for so long that the other stream need not wait for them. */
  readonly isUnavailable: boolean;
}

/** The playhead and the media around it. */
export interface ClockInput {
  /** Whether the clock should run, or a seek should complete. */
  readonly shouldMove: boolean;
  readonly isSeeking: boolean;
  /** How long it has been stopped at this position, in milliseconds. */
  readonly stoodMs: number;
  /** How long it has been stopped although there is media ahead, in milliseconds. */
  readonly frozenMs: number;
  readonly at: Seconds;
  readonly rate: number;
  /** Seconds ahead that all streams can play. */
  readonly ahead: number;
  readonly streams: readonly StreamAtEdge[];
  /** Nudges already made at this position. */
  readonly nudges: number;
}

/** A span to be filled in one stream, in seconds. */
export interface Hole {
  readonly type: string;
  readonly start: Seconds;
  readonly end: Seconds;
}

/** What to do about a clock that has stopped, or is about to. */
export type ClockRemedy =
  | { readonly kind: 'none' }
  /** No stream has media: seek to where one has. */
  | { readonly kind: 'jump'; readonly to: number }
  /** One stream has media: fill the others meanwhile. */
  | { readonly kind: 'fill'; readonly holes: readonly Hole[] }
  | { readonly kind: 'nudge'; readonly by: number }
  | { readonly kind: 'rebuild' };

/** How long a clock may be stopped with media ahead before it counts as frozen. */
const FROZEN_MS = 1250;
/** How long a seek to buffered media may take: a slow machine decodes from the key frame on. */
const SEEKING_MS = 10_000;
/** With less media ahead than this the buffer ran out, and the clock is not frozen. */
export const ENOUGH_AHEAD = 1;
/** Distance to a hole at which to jump, at playback rate 1: a frame or two, in seconds. */
const AT_HOLE = 0.05;
/** Browsers stop a little before it, earlier at higher rates: this close, and stopped for this long, counts as being there. */
const BEFORE_HOLE = 0.25;
const STANDING_MS = 150;
/** A permanent hole is filled this many seconds before it is reached. */
const FILLED_BEFORE = 3;
/** An unavailable stream is filled for this many seconds at a time: it may become available again. */
const MOST_UNAVAILABLE = 5;
/** A shorter rest is not left for later. */
const LEAST_LEFT = 1;
/** Just inside the range, so that rounding doesn't leave the playhead before it. */
const INSIDE = 0.001;
/** Streams that end this close to each other end together, and media to come this close starts there. In seconds. */
const TOGETHER = 0.05;
/** Browsers usually play across a hole of up to this many seconds by themselves. */
const TINY = 0.1;
const NUDGES = [0.001, 0.1];

const NONE: ClockRemedy = { kind: 'none' };

/**
 * Decides what to do about a clock that has stopped, or is about to; called a few times a second. A hole is handled
 * even while the clock moves: Chrome continues the audio through a gap in the video, and shows no picture after it.
 */
export function remedyForClock(input: ClockInput): ClockRemedy {
  const { shouldMove, isSeeking, frozenMs, nudges } = input;
  if (!shouldMove) return NONE;
  const remedy = remedyForHole(input);
  if (remedy.kind !== 'none') return remedy;
  if (frozenMs < (isSeeking ? SEEKING_MS : FROZEN_MS) * (nudges + 1)) return NONE;
  const by = NUDGES[nudges];
  return by === undefined ? { kind: 'rebuild' } : { kind: 'nudge', by };
}

function remedyForHole({ at, rate, ahead, stoodMs, streams }: ClockInput): ClockRemedy {
  const speed = Math.max(1, rate);
  const stands = stoodMs >= STANDING_MS;
  const isAtHole = ahead < AT_HOLE * speed || (ahead < BEFORE_HOLE * speed && stands);
  const edge = at + ahead;
  const lacking = streams.filter((stream) => stream.ahead < ahead + TOGETHER);
  const isTiny = lacking.length > 0 && lacking.every(({ resumesAt = Infinity }) => resumesAt - edge < TINY);
  const isAlone = streams.some(({ hasMedia }) => hasMedia);
  if (isAlone && !isTiny) {
    const isNear = isAtHole || ahead < FILLED_BEFORE * speed;
    return isNear ? fillHoles(at, edge, streams, lacking, isAtHole) : NONE;
  }
  if (!isAtHole || (isTiny && !stands) || !lacking.every((stream) => isGivenUp(stream, edge))) return NONE;
  const resumes = (isTiny ? lacking : streams).map(({ resumesAt = Infinity }) => resumesAt);
  const next = isTiny ? Math.max(...resumes) : Math.min(...resumes);
  return next < Infinity ? { kind: 'jump', to: Math.max(next, at) + INSIDE } : NONE;
}

/** Whether nothing more will be appended at a time. */
const isFinal = ({ comesAt }: StreamAtEdge, edge: number): boolean =>
  comesAt === undefined || comesAt > edge + TINY;

/** Whether nothing more is expected at a time: what follows is buffered, and another stream is served. */
const isGivenUp = (stream: StreamAtEdge, edge: number): boolean =>
  isFinal(stream, edge) || (stream.isUnavailable && stream.resumesAt !== undefined);

/** A hole in the title ends where its media continues; after the last fragment, where the other stream ends. */
const knownEnd = (comesAt: number, reach: number): number => (comesAt < Infinity ? comesAt : reach);

const unavailableUntil = (start: number, reach: number): number =>
  reach < start + MOST_UNAVAILABLE + LEAST_LEFT ? reach : start + MOST_UNAVAILABLE;

/** The holes at which playback would stop although another stream continues. */
function fillHoles(
  at: number,
  start: number,
  streams: readonly StreamAtEdge[],
  lacking: readonly StreamAtEdge[],
  isAtHole: boolean,
): ClockRemedy {
  const others = streams.filter((stream) => !lacking.includes(stream));
  const reach = Math.max(start, ...others.map((stream) => at + stream.ahead));
  const empty = lacking.filter(({ hasMedia }) => !hasMedia);
  const holes = empty.flatMap((stream): Hole[] => {
    const { type, isUnavailable, resumesAt = Infinity, comesAt = Infinity } = stream;
    const isLeft = isFinal(stream, start);
    if (!isLeft && !(isUnavailable && isAtHole)) return [];
    const end = Math.min(resumesAt, isLeft ? knownEnd(comesAt, reach) : unavailableUntil(start, reach));
    return end > start ? [{ type, start: start as Seconds, end: end as Seconds }] : [];
  });
  return holes.length > 0 && holes.length === empty.length ? { kind: 'fill', holes } : NONE;
}
