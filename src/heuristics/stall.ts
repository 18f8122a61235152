import type { Seconds } from '../base/time.ts';

/** The playhead and what lies round it, as it looks now. */
export interface ClockInput {
  /** Whether the clock should run, or a seek should come to an end. */
  readonly shouldMove: boolean;
  readonly isSeeking: boolean;
  /** How long it has stood at this place, in milliseconds. */
  readonly stoodMs: number;
  readonly at: Seconds;
  /** Seconds of media from here on, in all streams at once. */
  readonly ahead: number;
  /** Where media begins again after the hole ahead; `undefined` where none is. */
  readonly resumesAt: Seconds | undefined;
  /** Whether nothing more will come into that hole. */
  readonly holeIsFinal: boolean;
  /** Nudges already given at this place. */
  readonly nudges: number;
}

/** What is done about a clock that stands. */
export type ClockRemedy =
  | { readonly kind: 'none' }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'nudge'; readonly by: number }
  | { readonly kind: 'rebuild' };

/** How long a clock may stand with media ahead of it before it is taken for frozen. */
const FROZEN_MS = 1250;
/** With less media than this ahead it is the buffer that is short, and no clock frozen. */
const ENOUGH_AHEAD = 1;
/** So near to a hole it is time to jump: a frame or two, in seconds. */
const AT_HOLE = 0.05;
/** Browsers stop a little before it: so near, and standing for so long, counts as being there. */
const BEFORE_HOLE = 0.25;
const STANDING_MS = 150;
/** Just inside the range, so that rounding doesn't leave the playhead before it. */
const INSIDE = 0.001;
const NUDGES = [0.001, 0.1];

/**
 * Decides what to do about a clock that stands still, or is about to; asked a few times a second. A hole is jumped even
 * while the clock moves: Chrome lets the sound run on through a hole in the picture, and shows none after it.
 */
export function remedyForClock(input: ClockInput): ClockRemedy {
  const { shouldMove, isSeeking, stoodMs, at, ahead, resumesAt, holeIsFinal, nudges } = input;
  if (!shouldMove) return { kind: 'none' };
  const isAtHole = ahead < AT_HOLE || (ahead < BEFORE_HOLE && stoodMs >= STANDING_MS);
  if (isAtHole && resumesAt !== undefined && holeIsFinal) {
    return { kind: 'jump', to: Math.max(resumesAt + INSIDE, at + INSIDE) };
  }
  if (isSeeking || ahead < ENOUGH_AHEAD || stoodMs < FROZEN_MS * (nudges + 1)) return { kind: 'none' };
  const by = NUDGES[nudges];
  return by === undefined ? { kind: 'rebuild' } : { kind: 'nudge', by };
}
