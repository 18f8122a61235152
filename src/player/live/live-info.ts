/** Where a live title stands. */
export interface LiveInfo {
  readonly isLive: boolean;
  /** Whether one can seek back in it. */
  readonly isDvr: boolean;
  /** The last moment that can be played now, in seconds on the media element's clock. */
  readonly edge: number;
  /**
   * Seconds from the encoder to what is on screen; NaN while it isn't known. Learnt from when fragments became available: true
   * to 0.2 s after the first few. Where manifests alone list the fragments it is off by up to one at first, by no more than a
   * twentieth of one after a few, and by up to half of one for good behind a cache that keeps them longer than a fragment.
   */
  readonly latency: number;
  readonly targetLatency: number;
  /** Whether the viewer is as near to the encoder as the target says. */
  readonly atEdge: boolean;
  /** From here on one counts as being at the edge; absent, or NaN, where there is none. */
  readonly edgeStart?: number;
  /** What can be sought now. */
  readonly window: { readonly start: number; readonly end: number };
  /**
   * `stopped`: nothing new comes from the source, for now; `unreachable`: nobody answers, so that nothing is known of it;
   * `ended`: nothing more will come.
   */
  readonly source: 'live' | 'stopped' | 'unreachable' | 'ended' | undefined;
}

const none = Number.NaN;

/** Of titles that aren't live. */
export const NOT_LIVE: LiveInfo = {
  isLive: false,
  isDvr: false,
  atEdge: false,
  edge: none,
  latency: none,
  targetLatency: none,
  window: { start: 0, end: none },
  source: undefined,
};
