import type { Seconds } from '../base/time.ts';

/** Where one stream stands. */
export interface PlanInput {
  /** Start of the chunk that would be fetched next; `undefined` past the last one. */
  readonly nextStart: Seconds | undefined;
  readonly playhead: Seconds;
  readonly goal: Seconds;
  /** Whether the element was told to load nothing before play (`preload="none"`, `metadata`). */
  readonly isHeld: boolean;
}

/** What a stream does next. */
export type Step =
  | { readonly kind: 'fetch' }
  | { readonly kind: 'wait'; readonly atMostMs: number }
  | { readonly kind: 'end' };

/** Waiting is cut short by the playhead's moving; this only bounds it where no event comes. */
const AT_MOST_MS = 1000;

/** Decides whether to fetch the next chunk now. */
export function plan({ nextStart, playhead, goal, isHeld }: PlanInput): Step {
  if (nextStart === undefined) return { kind: 'end' };
  if (!isHeld && nextStart - playhead < goal) return { kind: 'fetch' };
  return { kind: 'wait', atMostMs: AT_MOST_MS };
}
