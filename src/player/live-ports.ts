import type { SmoothError } from '../base/errors.ts';
import type { Chunk, QualityLevel } from '../manifest/presentation.ts';
import type { FragmentReport } from '../transmux/fragment-transmuxer.ts';
import type { Feed } from './feed.ts';
import type { Held } from './inventory.ts';
import type { Title } from './load-title.ts';

/** Where a live title stands. */
export interface LiveInfo {
  readonly isLive: boolean;
  /** Whether one can seek back in it. */
  readonly isDvr: boolean;
  /** The last moment that can be played now, in seconds on the media element's clock. */
  readonly edge: number;
  /**
   * Seconds from the encoder to what is on screen; NaN while it isn't known. Learnt from when fragments could be had: true to
   * 0.2 s after the first few. Where manifests alone tell of fragments it is off by up to one at first, by no more than a
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

/** The media element and what plays on it. */
export interface LiveStage {
  readonly media: HTMLMediaElement;
  readonly source: MediaSource;
  readonly feeds: readonly Feed[];
}

/** What a live title adds to a session and its playbacks; the part that is loaded for live titles only. */
export interface LiveSession {
  /** The title, with chunks that grow. */
  readonly title: Title;
  readonly info: LiveInfo;
  /** Whether more may come than is known. */
  readonly isOpen: boolean;
  startAt(wish: number | 'live' | Date | undefined): number;
  seekToLive(): void;
  toDate(position: number): Date | undefined;
  /** Brings a chunk into the buffer once it is there; `fetch` tries it. */
  deliver(
    feed: Feed,
    chunk: Chunk,
    fetch: () => Promise<Held | undefined>,
    signal: AbortSignal,
  ): Promise<Held | undefined>;
  /** Whether a failure means that a fragment isn't there yet, or no more: `deliver` sees to it. */
  isItsOwn(error: SmoothError): boolean;
  /** A request failed, and is tried again. */
  troubled(error: SmoothError): void;
  /** Whether a level is behind the others. */
  lacks(level: QualityLevel): boolean;
  /** A request leaves. */
  asked(feed: Feed, level: QualityLevel): void;
  /** A fragment came. */
  heard(feed: Feed, held: Held, report: FragmentReport): void;
  /** Seconds that the buffer can hold at most when the next fragment can be asked for. */
  reach(): number;
  /** Playback stood still for want of media. */
  stalled(): void;
  /** Goes along with a playback, until the signal. */
  attach(stage: LiveStage, signal: AbortSignal): void;
}

/** For titles that aren't live. */
const none = Number.NaN;
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
