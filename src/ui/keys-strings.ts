import { textsFor } from './texts.ts';

/** The texts of the sheet of keyboard shortcuts in one language, beside those of the controls. */
export interface KeysStrings {
  readonly language: string;
  readonly title: string;
  readonly frame: string;
  readonly otherTitle: string;
}

const en: KeysStrings = {
  language: 'en',
  title: 'Keyboard shortcuts',
  frame: 'Frame by frame, while paused',
  otherTitle: 'Next or previous video',
};

/** The texts for a language tag; English until others are loaded. */
export const keysStringsFor = (language: string): KeysStrings => textsFor('keys', language, en);
