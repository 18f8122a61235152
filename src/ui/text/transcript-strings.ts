import { textsFor } from '../texts.ts';

/** The texts of a transcript in one language. */
export interface TranscriptStrings {
  readonly language: string;
  readonly transcript: string;
  readonly search: string;
  readonly none: string;
  readonly failed: string;
  /** With `{count}`. */
  readonly found: string;
}

const en: TranscriptStrings = {
  language: 'en',
  transcript: 'Transcript',
  search: 'Search the transcript',
  none: 'There is no transcript.',
  failed: 'The transcript could not be loaded.',
  found: 'Results: {count}',
};

/** The texts for a language tag; English until others are loaded. */
export const transcriptStringsFor = (language: string): TranscriptStrings =>
  textsFor('transcript', language, en);
