import type { Seconds } from '../../base/time.ts';
import type { Paragraph, Region, Run } from '../cue.ts';

/** A block of text on screen, which becomes a cue. */
export interface ScreenBlock {
  /** Distinguishes it from others at the same time. */
  readonly key: string;
  /** Differs from the previous one if this is a new cue, rather than the last one with more text. */
  readonly epoch: number;
  readonly text: string;
  readonly runs: readonly Run[];
  readonly region: Region;
  readonly paragraph: Paragraph;
}

/** Everything that a caption channel shows from a time on. */
export interface ScreenChange {
  /** `CC1` to `CC4`, `708-1` and so on. */
  readonly channel: string;
  readonly time: Seconds;
  readonly blocks: readonly ScreenBlock[];
}
