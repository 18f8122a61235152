import type { KeysStrings } from './keys-strings.ts';
import type { LiveStrings } from './live/live-strings.ts';
import type { StatsStrings } from './stats-strings.ts';
import type { StatusStrings } from './status-strings.ts';
import type { Strings } from './strings.ts';
import type { StyleStrings } from './text/style-strings.ts';
import type { TranscriptStrings } from './text/transcript-strings.ts';
import { addLocale } from './texts.ts';

/** All texts of the elements in one language. Words in braces, such as `{time}`, are placeholders: keep them, in any order. */
export interface Messages {
  /** Buttons, menus and errors. */
  readonly controls: Omit<Strings, 'language'>;
  /** Live titles. */
  readonly live: Omit<LiveStrings, 'language'>;
  /** The dialog for the caption style. */
  readonly captionStyle: Omit<StyleStrings, 'language'>;
  /** `<smooth-transcript>`. */
  readonly transcript: Omit<TranscriptStrings, 'language'>;
  /** The statistics panel. */
  readonly statistics: Omit<StatsStrings, 'language'>;
  /** The sheet of keyboard shortcuts. */
  readonly keys: Omit<KeysStrings, 'language'>;
  /** What is announced to screen readers about playback. */
  readonly status: Omit<StatusStrings, 'language'>;
}

type Partly<Texts> = {
  readonly [Name in keyof Texts]?: Texts[Name] extends string ? string : Partly<Texts[Name]>;
};

/** Some of the texts: those that are missing are the library's own in that language, or else English. */
export type PartialMessages = Partly<Messages>;

/**
 * Adds or replaces texts in a language, for all players of the page, at once. `tag` is a BCP 47 tag such as `nl` or
 * `pt-PT`: texts for `pt` also apply to `pt-PT` if that has none of its own. Throws a `RangeError` if it is not valid.
 */
export function registerLocale(tag: string, messages: PartialMessages): void {
  addLocale(tag, messages as Parameters<typeof addLocale>[1]);
}
