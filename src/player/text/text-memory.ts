import type { EventSchedule } from '../../text/events/schedule.ts';

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
