import type { Seconds } from '../../base/time.ts';
import type { Paragraph, Region, Run } from '../cue.ts';

/** A block of text as it is on screen: what a cue is made of. */
export interface ScreenBlock {
  /** Tells it from others that are there at the same time. */
  readonly key: string;
  /** Another one than before: what is there now is a new cue, and not the last one with more text. */
  readonly epoch: number;
  readonly text: string;
  readonly runs: readonly Run[];
  readonly region: Region;
  readonly paragraph: Paragraph;
}

/** All that a channel of captions shows from a moment on. */
export interface ScreenChange {
  /** `CC1` to `CC4`, `708-1` and so on. */
  readonly channel: string;
  readonly time: Seconds;
  readonly blocks: readonly ScreenBlock[];
}
