import type { SmoothError } from '../../base/errors.ts';
import type { Seconds } from '../../base/time.ts';
import type { EventSchedule } from '../../text/events/schedule.ts';
import type { Live } from '../live/live.ts';
import type { Settings } from '../options.ts';
import type { Title } from '../title/title.ts';

/** The track selected by the viewer or the page, by its id, or none. */
export interface TextChoice {
  readonly id: string | undefined;
}

/** What one load of a title passes to the next. */
export interface TextMemory {
  /** `undefined` if there was none. */
  readonly choice: TextChoice | undefined;
  readonly schedule: EventSchedule | undefined;
}

/** What the text of a title needs from its session. */
export interface TextPorts {
  readonly title: Title;
  /** Set for live titles. */
  readonly live: Live | undefined;
  /** Of an earlier load of this title. */
  readonly earlier: TextMemory | undefined;
  readonly settings: () => Settings;
  readonly playhead: () => Seconds;
  /** Of trick play; otherwise 1. */
  readonly trickRate: () => number;
  /** End of the buffered range that contains the playhead, or the playhead. */
  readonly bufferEnd: () => Seconds;
  /** BCP 47, or as in the manifest. */
  readonly audioLanguage: () => string | undefined;
  readonly repaired: (kind: string, count: number) => void;
  readonly warn: (error: SmoothError) => void;
  readonly emit: (event: Event) => void;
}
