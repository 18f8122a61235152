import type { Quality } from '../tracks.ts';

/** A time for which playback stood still. */
export interface StallRecord {
  /** Where, on the media element's clock, in seconds. */
  readonly at: number;
  /** For how long, in seconds; 0 while it lasts. */
  readonly duration: number;
  /** `buffer`: nothing to play; `seek`: the first picture of a new place; `frozen`: media is there, the clock stands. */
  readonly cause: 'buffer' | 'gap' | 'frozen';
}

export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** Why the heuristics asked for a quality, and what they saw. */
export interface QualityDecision {
  readonly reason: string;
  /** Bits per second: of the level; expected of the network for it. */
  readonly bitrate: number;
  readonly estimate: number;
  /** Seconds. */
  readonly bufferAhead: number;
  readonly bufferGoal: number;
  readonly firstByte: number;
}

/** The figures of a playback, as plain JSON. */
export interface PlayerStats {
  /** Seconds from the playhead to the end of what is buffered, per stream. */
  readonly bufferAhead: { readonly video: number | undefined; readonly audio: number | undefined };
  /** Bits per second expected of the network; `undefined` before the first fragment. */
  readonly estimate: number | undefined;
  readonly playing: Quality | undefined;
  readonly loading: Quality | undefined;
  /** The heuristics' last; `undefined` before the first. `getDiagnostics()` has those before, with all inputs. */
  readonly decision: QualityDecision | undefined;
  /** Changes of the quality on screen. */
  readonly switches: number;
  readonly stalls: readonly StallRecord[];
  /** Milliseconds from `load()`; `undefined` until it has come to that. */
  readonly startup: {
    readonly manifestMs: number | undefined;
    readonly firstFragmentMs: number | undefined;
    readonly firstFrameMs: number | undefined;
  };
  readonly droppedFrames: number;
  readonly decodedFrames: number;
  /** Of media, over the network. */
  readonly bytes: number;
  readonly requests: number;
  readonly retries: number;
  /** Media that was unavailable, in seconds on the media element's clock. */
  readonly skipped: readonly TimeRange[];
  /** What was mended in the stream: how often, by kind. */
  readonly repairs: Readonly<Record<string, number>>;
}
