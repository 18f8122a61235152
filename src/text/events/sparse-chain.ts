import type { Ticks } from '../../base/time.ts';

/** The known fragments of a sparse stream, and how far back they were followed. */
export interface SparseChain {
  /** Newest first. */
  readonly known: readonly Ticks[];
  /** Steps of the current walk. */
  readonly steps: number;
}

/** A chain, and the fragment to fetch for it. */
export interface ChainStep {
  readonly chain: SparseChain;
  readonly fetch: Ticks | undefined;
}

export const EMPTY_CHAIN: SparseChain = { known: [], steps: 0 };

/** The maximum number of fragments that a walk follows back. */
const MOST_STEPS = 16;
/** Number of times that are remembered. */
const MOST_KNOWN = 1000;

/** A parent's response or a manifest announces a fragment. */
export function learnNewest(chain: SparseChain, time: Ticks): ChainStep {
  const [newest] = chain.known;
  if (newest !== undefined && time <= newest) return { chain, fetch: undefined };
  return { chain: { ...withTime(chain, time), steps: 0 }, fetch: time };
}

/**
 * A sparse fragment's own response names the previous one: it is followed back to a known one, to the beginning of the
 * window, or up to the limit.
 */
export function learnPrevious(
  chain: SparseChain,
  previous: Ticks | undefined,
  windowStart: Ticks,
): ChainStep {
  if (previous === undefined || previous < windowStart) return { chain, fetch: undefined };
  if (chain.known.includes(previous) || chain.steps >= MOST_STEPS) return { chain, fetch: undefined };
  return { chain: { ...withTime(chain, previous), steps: chain.steps + 1 }, fetch: previous };
}

const withTime = (chain: SparseChain, time: Ticks): SparseChain => ({
  ...chain,
  known: [...chain.known, time].sort((a, b) => (a > b ? -1 : 1)).slice(0, MOST_KNOWN),
});
