import { textsFor } from '../texts.ts';

/** The texts for live titles in one language. */
export interface LiveStrings {
  readonly language: string;
  readonly live: string;
  readonly goLive: string;
  readonly behind: string;
  /** How far behind the encoder; with `{time}`. */
  readonly behindBy: string;
  readonly stopped: string;
  readonly unreachable: string;
  readonly back: string;
  readonly ended: string;
}

const en: LiveStrings = {
  language: 'en',
  live: 'Live',
  goLive: 'Go to live',
  behind: 'Behind live',
  behindBy: '{time} behind live',
  stopped: 'The source has stopped. Playback will continue when it returns.',
  unreachable: 'No connection to the source. Playback will continue when it is restored.',
  back: 'The source is back',
  ended: 'The live event has ended',
};

/** The live texts for a language tag; English until others are loaded. */
export const liveStringsFor = (language: string): LiveStrings => textsFor('live', language, en);
