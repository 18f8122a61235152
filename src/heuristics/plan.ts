import type { Seconds } from '../base/time.ts';

/** The state of one stream. */
export interface PlanInput {
  /** Start of the next chunk to fetch; `undefined` after the last one. */
  readonly nextStart: Seconds | undefined;
  readonly playhead: Seconds;
  /** Seconds of media that play in one second. */
  readonly rate: number;
  readonly goal: Seconds;
  /** Whether the element must not load before play (`preload="none"`, `metadata`). */
  readonly isHeld: boolean;
}

/** What a stream does next. */
export type Step =
  | { readonly kind: 'fetch' }
  | { readonly kind: 'wait'; readonly atMostMs: number }
  | { readonly kind: 'end' };

/** A stream checks at least this often whether there is something else to do. */
const MAX_WAIT_MS = 1000;
/** The clock is not exact enough for less. */
const MIN_WAIT_MS = 50;

/** Decides whether to fetch the next chunk now. */
export function plan({ nextStart, playhead, rate, goal, isHeld }: PlanInput): Step {
  if (nextStart === undefined) return { kind: 'end' };
  const early = nextStart - playhead - goal;
  if (!isHeld && early < 0) return { kind: 'fetch' };
  const isComing = !isHeld && rate > 0;
  const dueMs = isComing ? Math.max(MIN_WAIT_MS, (early * 1000) / rate) : MAX_WAIT_MS;
  return { kind: 'wait', atMostMs: Math.min(MAX_WAIT_MS, dueMs) };
}
