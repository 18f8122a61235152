import type { SmoothError } from '../base/errors.ts';
import type { QualityLevel } from '../manifest/presentation.ts';
import type { LevelChoice } from './delivery-ports.ts';
import type { FragmentLoad } from './events.ts';
import type { Wishes } from './level-chooser.ts';
import type { Line } from './line.ts';
import type { LiveSession } from './live-ports.ts';
import type { Lock } from './lock.ts';
import type { Refusals } from './refusals.ts';
import type { StallRecord } from './stats.ts';
import type { StatsBook } from './stats-book.ts';

/** How a playback tells its player what happens. */
export interface PlaybackPorts {
  readonly wishes: () => Wishes;
  readonly line: Line;
  readonly stats: StatsBook;
  readonly refusals: Refusals;
  readonly lock: Lock;
  readonly live: LiveSession | undefined;
  readonly warn: (error: SmoothError) => void;
  /** Ends the playback. */
  readonly fail: (error: unknown) => void;
  /** The media source has to be made anew, at the playhead. */
  readonly rebuild: (error: SmoothError) => void;
  readonly loadingLevel: (choice: LevelChoice) => void;
  readonly playingLevel: (level: QualityLevel, reason: string) => void;
  readonly fragmentLoaded: (load: FragmentLoad) => void;
  readonly stalled: (stall: StallRecord) => void;
  readonly recovered: (stall: StallRecord) => void;
  readonly ended: () => void;
}
