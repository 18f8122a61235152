/**
 * A language as BCP 47 writes it: `eng` is `en`, `en-us` is `en-US`. `undefined` where none is given: empty, `und` and its
 * like, those for local use (`qaa` to `qtz`), and what is no tag. ISO 639-2.
 */
export function languageTag(written: string | undefined): string | undefined {
  const text = (written ?? '').trim().replaceAll('_', '-');
  if (!/^[a-z]{2,3}(?:-[a-z\d]{1,8}){0,4}$/i.test(text)) return undefined;
  if (/^(?:und|mis|mul|zxx|q[a-t][a-z])(?:-|$)/i.test(text)) return undefined;
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
}

/** What a language is called by speakers of another; the tag itself where nobody knows. */
export function languageName(tag: string, locale = 'en'): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Whether somebody who asked for one language is served by another: `en` by `en-GB`, and the other way round. */
export const isSameLanguage = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && (a === b || a.split('-')[0] === b.split('-')[0]);
