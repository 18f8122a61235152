import type { SmoothError } from '../base/errors.ts';
import { requestLocale } from './locale.ts';
import { type Strings, stringsFor } from './strings.ts';

/** What viewers see for an error, in the language of `strings`: the text for its code or, if there is none, for its category. */
export const failureText = (error: SmoothError, { failures }: Strings): string =>
  failures?.[error.code] ?? failures?.[error.category] ?? error.userMessage;

/**
 * What viewers see for an error, in a language such as `de`, which is loaded if necessary. Languages other than English
 * have a text for the most common codes and one for each category of the others; without texts for the language, it is
 * `error.userMessage`.
 */
export async function viewerMessage(error: SmoothError, language: string): Promise<string> {
  await requestLocale(language);
  return failureText(error, stringsFor(language));
}
