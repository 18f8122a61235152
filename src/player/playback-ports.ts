import type { SmoothError } from '../base/errors.ts';
import type { QualityLevel } from '../manifest/presentation.ts';
import type { RejectedChunks } from './delivery/rejected-chunks.ts';
import type { LazyDrm } from './drm/lazy-drm.ts';
import type { FragmentLoad } from './events.ts';
import type { Live } from './live/live.ts';
import type { BandwidthEstimator } from './quality/bandwidth-estimator.ts';
import type { LevelChoice } from './quality/level-choice.ts';
import type { Wishes } from './quality/level-chooser.ts';
import type { StallRecord } from './report/stats.ts';
import type { StatsBook } from './report/stats-book.ts';
import type { LazyText } from './text/lazy-text.ts';

/** What a playback needs from its session, and how it reports to it. */
export interface PlaybackPorts {
  readonly wishes: () => Wishes;
  readonly bandwidth: BandwidthEstimator;
  readonly stats: StatsBook;
  readonly rejected: RejectedChunks;
  readonly drm: LazyDrm;
  readonly text: LazyText;
  readonly live: Live | undefined;
  readonly warn: (error: SmoothError) => void;
  /** Ends the playback. */
  readonly fail: (error: unknown) => void;
  /** The media source has to be recreated, at the playhead. */
  readonly rebuild: (error: SmoothError) => void;
  readonly onLoadingLevel: (choice: LevelChoice) => void;
  readonly onPlayingLevel: (level: QualityLevel, reason: string) => void;
  readonly onFragment: (load: FragmentLoad) => void;
  readonly onStall: (stall: StallRecord) => void;
  readonly onRecover: (stall: StallRecord) => void;
  readonly onEnd: () => void;
}
