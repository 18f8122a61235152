/** The texts of a transcript in one language. */
export interface TranscriptStrings {
  readonly language: string;
  readonly transcript: string;
  readonly search: string;
  readonly none: string;
  readonly failed: string;
  found(count: number): string;
}

const en: TranscriptStrings = {
  language: 'en',
  transcript: 'Transcript',
  search: 'Search the transcript',
  none: 'There is no transcript.',
  failed: 'The transcript could not be loaded.',
  found: (count) => (count === 1 ? '1 line' : `${count} lines`),
};

const de: TranscriptStrings = {
  language: 'de',
  transcript: 'Mitschrift',
  search: 'In der Mitschrift suchen',
  none: 'Es gibt keine Mitschrift.',
  failed: 'Die Mitschrift konnte nicht geladen werden.',
  found: (count) => (count === 1 ? '1 Zeile' : `${count} Zeilen`),
};

const fr: TranscriptStrings = {
  language: 'fr',
  transcript: 'Transcription',
  search: 'Rechercher dans la transcription',
  none: 'Il n’y a pas de transcription.',
  failed: 'La transcription n’a pas pu être chargée.',
  found: (count) => (count === 1 ? '1 ligne' : `${count} lignes`),
};

/** The texts for a language tag; English by default. */
export function transcriptStringsFor(language: string): TranscriptStrings {
  const [primary] = language.toLowerCase().split('-');
  return [en, de, fr].find((strings) => strings.language === primary) ?? en;
}
