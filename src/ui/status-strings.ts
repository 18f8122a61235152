import { textsFor } from './texts.ts';

/** What is announced to screen readers about playback, in one language. */
export interface StatusStrings {
  readonly language: string;
  readonly playing: string;
  readonly paused: string;
  readonly ended: string;
}

const en: StatusStrings = {
  language: 'en',
  playing: 'Playing',
  paused: 'Paused',
  ended: 'The video has ended',
};

/** The texts for a language tag; English until others are loaded. */
export const statusStringsFor = (language: string): StatusStrings => textsFor('status', language, en);
