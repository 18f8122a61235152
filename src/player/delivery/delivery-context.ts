import type { SmoothError } from '../../base/errors.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import type { LazyDrm } from '../drm/lazy-drm.ts';
import type { FetchedFragment } from '../fragment/fetch-fragment.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Settings } from '../options.ts';
import type { BandwidthEstimator } from '../quality/bandwidth-estimator.ts';
import type { LevelChoice } from '../quality/level-choice.ts';
import type { Title } from '../title/title.ts';
import type { BufferedFragment } from './buffer-map.ts';
import type { Feed } from './feed.ts';
import type { Outage } from './outage.ts';
import type { RejectedChunks } from './rejected-chunks.ts';
import type { SegmentClock } from './segment-clock.ts';
import type { UnservedLevels } from './unserved-levels.ts';

/** What the deliveries of one playback share. */
export interface DeliveryContext {
  readonly title: Title;
  readonly isLive: boolean;
  readonly settings: () => Settings;
  readonly bandwidth: BandwidthEstimator;
  readonly drm: LazyDrm;
  readonly clock: SegmentClock;
  readonly outage: Outage;
  /** Chunks that broke a media source before. */
  readonly rejected: RejectedChunks;
  readonly unserved: UnservedLevels;
  /** The level of a feed's next fragment. */
  readonly choose: (feed: Feed, chunk: Chunk) => LevelChoice;
  /** What to request instead of continuing a download, given how much was received. */
  readonly abandonFor: (
    feed: Feed,
    choice: LevelChoice,
    received: number,
    expected: number | undefined,
  ) => LevelChoice | undefined;
  /** Seconds for which playback has been stalled for lack of media. */
  readonly standstill: () => number;
  /** Resolves when a stream has nothing left to play. */
  readonly untilDry: (signal: AbortSignal) => Promise<void>;
  /** Makes room when the browser reports that its buffer is full; called with the number of attempts for the same bytes. */
  readonly makeRoom: (feed: Feed, tried: number, signal: AbortSignal) => Promise<void>;
  readonly onRequest: (feed: Feed, choice: LevelChoice) => void;
  /** Whether somebody wants to read a feed's segments, and who receives them, in the order of appending. */
  readonly wantsSegments: (feed: Feed) => boolean;
  readonly onSegment: (feed: Feed, parts: readonly Uint8Array[], request: FragmentRequest) => void;
  readonly onFragment: (feed: Feed, fragment: BufferedFragment, fetched: FetchedFragment) => void;
  /** An attempt failed, and another follows. */
  readonly onRetry: (error: SmoothError) => void;
  readonly warn: (error: SmoothError) => void;
}
