/** A language as BCP 47 has it; `undefined` where there is none to tell. */
export function languageTag(language: string | undefined): string | undefined {
  if (language === undefined) return undefined;
  try {
    const [tag] = Intl.getCanonicalLocales(language.trim().replaceAll('_', '-'));
    return tag === 'und' ? undefined : tag;
  } catch {
    return undefined;
  }
}

/** What a language is called in itself, as menus show it. */
export function languageName(tag: string): string | undefined {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag);
  } catch {
    return undefined;
  }
}

/** Labels of which none is there twice. */
export function uniqueLabels(labels: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return labels.map((label) => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return count === 1 ? label : `${label} ${count}`;
  });
}
