import type { Presentation } from '../manifest/presentation.ts';
import type { SmoothSource } from './options.ts';
import type { PlayerStats } from './report/stats.ts';
import type { Selection } from './selection.ts';

/** The public view of a session; its getters change with it. */
export interface SessionView {
  readonly source: SmoothSource;
  readonly signal: AbortSignal;
  readonly stats: PlayerStats;
  readonly selection: Selection;
  /** Available once loaded. */
  readonly presentation: Presentation | undefined;
  readonly error: unknown;
  readonly media: () => HTMLMediaElement | undefined;
  /** Other than 1 during trick play by key frames. */
  readonly trickRate: () => number;
}
