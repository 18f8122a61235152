import { toSeconds } from '../base/time.ts';
import type { Presentation } from '../manifest/presentation.ts';
import type { LoadOptions } from './options.ts';

/** Where to continue in a title that is loaded again. A live title's window has moved since: its 0 is another moment then. */
export interface ResumePoint {
  /** Seconds on the encoder's clock. */
  readonly encoderTime: number;
  /** Whether playback followed the live edge. */
  readonly isAtEdge: boolean;
}

export type StartTime = LoadOptions['startTime'] | ResumePoint;

type Clock = Pick<Presentation, 'origin' | 'timescale'>;

/** `position`: in seconds on the media element's clock. */
export const resumePointOf = (position: number, clock: Clock, isAtEdge: boolean): ResumePoint => ({
  encoderTime: toSeconds(clock.origin, clock.timescale) + position,
  isAtEdge,
});

/** The start time in a presentation as it is now. */
export function startTimeIn(
  presentation: Clock & Pick<Presentation, 'isLive'>,
  start: StartTime,
): LoadOptions['startTime'] {
  if (typeof start !== 'object' || start instanceof Date) return start;
  if (presentation.isLive && start.isAtEdge) return 'live';
  return Math.max(0, start.encoderTime - toSeconds(presentation.origin, presentation.timescale));
}
