/** A language as a BCP 47 tag; `undefined` if unknown. */
export function languageTag(language: string | undefined): string | undefined {
  if (language === undefined) return undefined;
  try {
    const [tag] = Intl.getCanonicalLocales(language.trim().replaceAll('_', '-'));
    return tag === 'und' ? undefined : tag;
  } catch {
    return undefined;
  }
}

/** The name of a language in that language, for menus. */
export function languageName(tag: string): string | undefined {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag);
  } catch {
    return undefined;
  }
}

/** Makes labels unique. */
export function uniqueLabels(labels: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return labels.map((label) => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return count === 1 ? label : `${label} ${count}`;
  });
}
