import type { Seconds } from '../../base/time.ts';
import type { Cue } from '../../text/cue.ts';
import type { CueTimeline } from '../../text/times/cue-timeline.ts';
import type { InBandReader } from './in-band-reader.ts';

/** The cues of a track, from any source. */
export interface CueSource {
  /** Increases with every change. */
  readonly revision: number;
  /** The cues that overlap `[from, to)`. */
  between(from: Seconds, to: Seconds): readonly Cue[];
  /** The cues on screen at a time. */
  at(time: Seconds): readonly Cue[];
  /** Whether it may have forced cues; `undefined` while unknown. */
  readonly mayForce: boolean | undefined;
  /** Before `look`: whether all cues are needed, or only forced ones, for which little is requested. */
  want(what: 'all' | 'forced'): void;
  /** The position, the buffer or the list of chunks changed. */
  look(): void;
  stop(): void;
}

export const timelineSource = (timeline: CueTimeline): CueSource => ({
  get revision() {
    return timeline.revision;
  },
  between: (from, to) => timeline.between(from, to),
  at: (time) => timeline.at(time),
  mayForce: true,
  want: () => {},
  look: () => {},
  stop: () => {},
});

export const inBandSource = (reader: InBandReader, channel: string): CueSource => ({
  get revision() {
    return reader.revisionOf(channel);
  },
  between: (from, to) => reader.cuesOf(channel).filter(({ start, end }) => start < to && end > from),
  at: (time) => reader.cuesOf(channel).filter(({ start, end }) => start <= time && time < end),
  mayForce: false,
  want: () => {},
  look: () => {},
  stop: () => {},
});
