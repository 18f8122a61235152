import type { ErrorCategory, ErrorCode } from '../base/errors.ts';
import { textsFor } from './texts.ts';

/** The texts of the controls in one language. */
export interface Strings {
  readonly language: string;
  readonly player: string;
  readonly play: string;
  readonly pause: string;
  readonly replay: string;
  readonly forward: string;
  readonly rewind: string;
  readonly seek: string;
  /** With `{time}` and `{duration}`. */
  readonly position: string;
  readonly mute: string;
  readonly unmute: string;
  readonly muted: string;
  readonly volume: string;
  readonly quality: string;
  readonly auto: string;
  readonly audio: string;
  readonly captions: string;
  readonly off: string;
  /** Opens the dialog for the caption style. */
  readonly captionStyle: string;
  readonly chapters: string;
  readonly speed: string;
  readonly normal: string;
  readonly enterFullscreen: string;
  readonly exitFullscreen: string;
  readonly enterPip: string;
  readonly exitPip: string;
  readonly loading: string;
  readonly failed: string;
  readonly retry: string;
  readonly details: string;
  readonly statistics: string;
  readonly close: string;
  /** Messages for viewers by code, or else by category; those that are missing are the error's own, in English. */
  readonly failures: { readonly [Kind in ErrorCategory | ErrorCode]?: string };
  readonly settings: string;
  readonly back: string;
  readonly skipBack: string;
  readonly skipForward: string;
  readonly copyDetails: string;
  readonly copied: string;
  readonly aboutError: string;
  /** AirPlay and the like. */
  readonly remote: string;
}

const en: Strings = {
  language: 'en',
  player: 'Video player',
  play: 'Play',
  pause: 'Pause',
  replay: 'Play again',
  forward: 'Fast forward',
  rewind: 'Rewind',
  seek: 'Seek',
  position: '{time} of {duration}',
  mute: 'Mute',
  unmute: 'Unmute',
  muted: 'Muted',
  volume: 'Volume',
  quality: 'Quality',
  auto: 'Auto',
  audio: 'Audio',
  captions: 'Subtitles and captions',
  off: 'Off',
  captionStyle: 'Style…',
  chapters: 'Chapters',
  speed: 'Speed',
  normal: 'Normal',
  enterFullscreen: 'Full screen',
  exitFullscreen: 'Exit full screen',
  enterPip: 'Picture in picture',
  exitPip: 'Exit picture in picture',
  loading: 'Loading',
  failed: 'This video can’t be played',
  retry: 'Try again',
  details: 'Technical details',
  statistics: 'Playback statistics',
  close: 'Close',
  failures: {},
  settings: 'Settings',
  back: 'Back',
  skipBack: 'Back 10 seconds',
  skipForward: 'Forward 10 seconds',
  copyDetails: 'Copy details',
  copied: 'Copied',
  aboutError: 'About this error',
  remote: 'Play on another device',
};

/** The texts for a language tag such as `de-AT`; English until others are loaded. */
export const stringsFor = (language: string): Strings => textsFor('controls', language, en);
