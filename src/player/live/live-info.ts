/** The state of a live title. */
export interface LiveInfo {
  readonly isLive: boolean;
  /** Whether seeking back is possible. */
  readonly isDvr: boolean;
  /** The last position that can be played now, in seconds on the media element's clock. */
  readonly edge: number;
  /**
   * Seconds from the encoder to what is on screen; NaN while it isn't known. Derived from when fragments became
   * available: accurate to 0.2 s after the first few. If only manifests list the fragments, it is off by up to one
   * fragment at first, by no more than a twentieth of one after a few, and permanently by up to half of one behind a
   * cache that keeps manifests longer than a fragment.
   */
  readonly latency: number;
  readonly targetLatency: number;
  /** Whether playback is as close to the encoder as the target. */
  readonly atEdge: boolean;
  /** The position from which on playback counts as being at the edge; absent, or NaN, if there is none. */
  readonly edgeStart?: number;
  /** The seekable range. */
  readonly window: { readonly start: number; readonly end: number };
  /**
   * `stopped`: the source delivers nothing new for now; `unreachable`: no server responds, so that its state is
   * unknown; `ended`: nothing more will come.
   */
  readonly source: 'live' | 'stopped' | 'unreachable' | 'ended' | undefined;
}

const none = Number.NaN;

/** For titles that aren't live. */
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
