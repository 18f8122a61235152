import type { Seconds } from '../base/time.ts';

/** The state of one stream. */
export interface PlanInput {
  /** Start of the next chunk to fetch; `undefined` after the last one. */
  readonly nextStart: Seconds | undefined;
  readonly playhead: Seconds;
  readonly goal: Seconds;
  /** Whether the element must not load before play (`preload="none"`, `metadata`). */
  readonly isHeld: boolean;
}

/** What a stream does next. */
export type Step =
  | { readonly kind: 'fetch' }
  | { readonly kind: 'wait'; readonly atMostMs: number }
  | { readonly kind: 'end' };

/** Waiting usually ends when the playhead moves; this is the limit if no event fires. */
const MAX_WAIT_MS = 1000;

/** Decides whether to fetch the next chunk now. */
export function plan({ nextStart, playhead, goal, isHeld }: PlanInput): Step {
  if (nextStart === undefined) return { kind: 'end' };
  if (!isHeld && nextStart - playhead < goal) return { kind: 'fetch' };
  return { kind: 'wait', atMostMs: MAX_WAIT_MS };
}
