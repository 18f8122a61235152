/**
 * A language as a BCP 47 tag: `eng` becomes `en`, `en-us` becomes `en-US`. `undefined` if there is none: empty, `und`
 * and the like, private ones (`qaa` to `qtz`), and invalid tags. ISO 639-2.
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

/** The name of a language in another language; the tag itself if unknown. */
export function languageName(tag: string, locale = 'en'): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Whether one language satisfies a request for another: `en-GB` for `en`, and vice versa. */
export const isSameLanguage = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && (a === b || a.split('-')[0] === b.split('-')[0]);
