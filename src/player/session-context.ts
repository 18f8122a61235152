import type { SmoothError } from '../base/errors.ts';
import type { Seconds } from '../base/time.ts';
import type { BufferTarget } from './delivery/buffer-target.ts';
import type { Feed } from './delivery/feed.ts';
import type { Live } from './live/live.ts';
import type { Settings } from './options.ts';
import type { BandwidthEstimator } from './quality/bandwidth-estimator.ts';
import type { StatsBook } from './report/stats-book.ts';
import type { Selection } from './selection.ts';
import type { TextMemory } from './text/text-memory.ts';
import type { Title } from './title/title.ts';

/** What text and navigation, which are loaded later, see of their session. Functions return what holds at the time. */
export interface SessionContext {
  /** As it was loaded. */
  readonly title: Title;
  /** Set for live titles. */
  readonly live: Live | undefined;
  readonly selection: Selection;
  readonly stats: StatsBook;
  readonly bandwidth: BandwidthEstimator;
  readonly settings: () => Settings;
  /** From an earlier load of this title. */
  readonly like: { readonly text: TextMemory | undefined } | undefined;
  readonly media: () => HTMLMediaElement | undefined;
  /** A canvas over the video, if the page has a visible one. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** `undefined` while the title is not on an element. */
  readonly playback: () => PlaybackContext | undefined;
  readonly position: () => Seconds;
  /** Of trick play; otherwise 1. */
  readonly trickRate: () => number;
  /** The position changed although the element is paused. */
  readonly moved: () => void;
  readonly warn: (error: SmoothError) => void;
  readonly emit: (event: Event) => void;
}

interface PlaybackContext {
  readonly target: BufferTarget;
  readonly fullness: { readonly bufferAhead: number; readonly isFull: boolean; readonly isStalled: boolean };
  feedOf(type: 'video' | 'audio'): Feed | undefined;
}
