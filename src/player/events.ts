import type { AnySmoothError, SmoothError } from '../base/errors.ts';
import type { Presentation } from '../manifest/presentation.ts';
import type { Cue } from '../text/cue.ts';
import type { EventCue } from '../text/events/event-cue.ts';
import type { EventTrackInfo } from '../text/events/event-tracks.ts';
import type { LiveChangeEvent, UpdateEvent } from './live/live-events.ts';
import type { StallRecord } from './report/stats.ts';
import type { Quality } from './tracks.ts';

/** The manifest is parsed and the streams are chosen. */
export class LoadedEvent extends Event {
  readonly presentation: Presentation;
  constructor(presentation: Presentation) {
    super('loaded');
    this.presentation = presentation;
  }
}

/** The quality on screen changed. */
export class QualityChangeEvent extends Event {
  readonly from: Quality | undefined;
  readonly to: Quality;
  /** The reason in the heuristics' terms: `start`, `seek`, `hold`, `up`, `down`, `abandoned`, `manual`, … */
  readonly reason: string;
  constructor(from: Quality | undefined, to: Quality, reason: string) {
    super('qualitychange');
    this.from = from;
    this.to = to;
    this.reason = reason;
  }
}

/** Fragments of another quality are being fetched. */
export class QualityLoadingEvent extends Event {
  readonly quality: Quality;
  readonly reason: string;
  constructor(quality: Quality, reason: string) {
    super('qualityloading');
    this.quality = quality;
    this.reason = reason;
  }
}

/** The lists of tracks or qualities changed. */
export class TracksChangeEvent extends Event {
  constructor() {
    super('trackschange');
  }
}

/** The selected video, audio or text track, or the choice of quality, changed. */
export class TrackChangeEvent extends Event {
  readonly kind: 'video' | 'audio' | 'text' | 'quality';
  constructor(kind: 'video' | 'audio' | 'text' | 'quality') {
    super('trackchange');
    this.kind = kind;
  }
}

/** A fragment was added to the buffer. */
export class FragmentLoadEvent extends Event {
  readonly fragment: FragmentLoad;
  constructor(fragment: FragmentLoad) {
    super('fragmentload');
    this.fragment = fragment;
  }
}

export interface FragmentLoad {
  readonly stream: 'video' | 'audio';
  /** Bitrate of its level in bits per second. */
  readonly bitrate: number;
  /** Its start on the media element's clock, in seconds. */
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  /** From the request to the first byte, and from there to the last. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
  readonly url: string;
}

/** Playback has stalled. */
export class StallEvent extends Event {
  readonly stall: StallRecord;
  constructor(stall: StallRecord) {
    super('stall');
    this.stall = stall;
  }
}

/** Playback continues after a stall. */
export class RecoverEvent extends Event {
  readonly stall: StallRecord;
  constructor(stall: StallRecord) {
    super('recover');
    this.stall = stall;
  }
}

/** A key of a protected title became usable, or is no longer usable. */
export class KeyStatusChangeEvent extends Event {
  /** 32 lower-case digits, in the byte order of Common Encryption. */
  readonly keyId: string;
  readonly status: MediaKeyStatus;
  constructor(keyId: string, status: MediaKeyStatus) {
    super('keystatuschange');
    this.keyId = keyId;
    this.status = status;
  }
}

/** The cues on screen changed. */
export class CueChangeEvent extends Event {
  /** All cues on screen. */
  readonly cues: readonly Cue[];
  constructor(cues: readonly Cue[]) {
    super('cuechange');
    this.cues = cues;
  }
}

/** A timed event is due: a script command, a marker, SCTE-35, or other content of a sparse stream. */
export class TimedEvent extends Event {
  readonly track: EventTrackInfo;
  readonly cue: EventCue;
  /** Whether it began more than a second ago. */
  readonly late: boolean;
  constructor(track: EventTrackInfo, cue: EventCue, late: boolean) {
    super('event');
    this.track = track;
    this.cue = cue;
    this.late = late;
  }
}

/** A timed event became known. */
export class EventAddEvent extends Event {
  readonly track: EventTrackInfo;
  readonly cue: EventCue;
  constructor(track: EventTrackInfo, cue: EventCue) {
    super('eventadd');
    this.track = track;
    this.cue = cue;
  }
}

/** Playback reached the end. */
export class EndedEvent extends Event {
  constructor() {
    super('ended');
  }
}

/** Playback failed; no further events until `load` or `retry`. */
export class FatalErrorEvent extends Event {
  readonly error: AnySmoothError;
  constructor(error: SmoothError) {
    super('error');
    this.error = error as AnySmoothError;
  }
}

/** A problem occurred and was handled. */
export class WarningEvent extends Event {
  readonly error: AnySmoothError;
  constructor(error: SmoothError) {
    super('warning');
    this.error = error as AnySmoothError;
  }
}

/** Every event of a `SmoothPlayer`, by its type. */
export interface SmoothPlayerEventMap {
  loaded: LoadedEvent;
  qualitychange: QualityChangeEvent;
  qualityloading: QualityLoadingEvent;
  trackschange: TracksChangeEvent;
  trackchange: TrackChangeEvent;
  fragmentload: FragmentLoadEvent;
  stall: StallEvent;
  recover: RecoverEvent;
  keystatuschange: KeyStatusChangeEvent;
  update: UpdateEvent;
  livechange: LiveChangeEvent;
  /** Fired by `trickPlay`: its rate changed. */
  ratechange: Event;
  /** Fired by `trickPlay`: its position changed. */
  timeupdate: Event;
  cuechange: CueChangeEvent;
  event: TimedEvent;
  eventadd: EventAddEvent;
  ended: EndedEvent;
  error: FatalErrorEvent;
  warning: WarningEvent;
}
