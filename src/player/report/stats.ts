import type { Quality } from '../tracks.ts';

/** A period in which playback was stalled. */
export interface StallRecord {
  /** Position on the media element's clock, in seconds. */
  readonly at: number;
  /** Duration in seconds; 0 while it lasts. */
  readonly duration: number;
  /** `buffer`: nothing left to play; `frozen`: media is buffered, but the clock stands still. `gap` is not used at present. */
  readonly cause: 'buffer' | 'gap' | 'frozen';
}

export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** Why the heuristics chose a quality, and their input. */
export interface QualityDecision {
  readonly reason: string;
  /** Bits per second: of the level; expected bandwidth. */
  readonly bitrate: number;
  readonly estimate: number;
  /** Seconds. */
  readonly bufferAhead: number;
  readonly bufferGoal: number;
  readonly firstByte: number;
}

/** The statistics of a playback, as plain JSON. */
export interface PlayerStats {
  /** Seconds from the playhead to the end of the buffer, per stream. */
  readonly bufferAhead: { readonly video: number | undefined; readonly audio: number | undefined };
  /** Expected bandwidth in bits per second; `undefined` before the first fragment. */
  readonly estimate: number | undefined;
  readonly playing: Quality | undefined;
  readonly loading: Quality | undefined;
  /** The heuristics' last decision; `undefined` before the first. `getDiagnostics()` has the earlier ones, with all inputs. */
  readonly decision: QualityDecision | undefined;
  /** Number of changes of the quality on screen. */
  readonly switches: number;
  readonly stalls: readonly StallRecord[];
  /** Milliseconds from `load()`; `undefined` until reached. */
  readonly startup: {
    readonly manifestMs: number | undefined;
    readonly firstFragmentMs: number | undefined;
    readonly firstFrameMs: number | undefined;
  };
  readonly droppedFrames: number;
  readonly decodedFrames: number;
  /** Bytes of media received over the network. */
  readonly bytes: number;
  readonly requests: number;
  readonly retries: number;
  /** Unavailable media, in seconds on the media element's clock. */
  readonly skipped: readonly TimeRange[];
  /** Repairs in the stream: how many, by kind. */
  readonly repairs: Readonly<Record<string, number>>;
}
