/** A language's texts, by group. Their types are in `messages.ts`. */
type Texts = Readonly<Record<string, unknown>>;
export type Groups = Readonly<Record<string, Texts>>;

/** The library's own texts, and those that a page has registered, which take precedence. */
const builtIn = new Map<string, Groups>();
const registered = new Map<string, Groups>();
const merged = new Map<string, object>();

/** Fires `change` when texts have been added. */
export const localeChanges = new EventTarget();

/** Languages that are read with another one's texts. */
const ALIASES: Readonly<Record<string, string>> = { no: 'nb', nn: 'nb', iw: 'he', in: 'id' };
const RIGHT_TO_LEFT = ['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm'];

/** The tags whose texts suit a language, the best first: `zh-TW`, `zh-Hant`, `zh`. Programs write `de_AT`, too. */
export function suitableTags(language: string): readonly string[] {
  try {
    const [tag = ''] = Intl.getCanonicalLocales(language.replaceAll('_', '-'));
    const { language: primary, script } = new Intl.Locale(tag).maximize();
    const name = ALIASES[primary] ?? primary;
    return [tag, `${name}-${script}`, name];
  } catch {
    return [];
  }
}

/** Whether texts in a language are read from right to left. */
export function isRightToLeft(language: string): boolean {
  return RIGHT_TO_LEFT.includes(new Intl.Locale(language).maximize().script ?? '');
}

function add(to: Map<string, Groups>, tag: string, groups: Groups): void {
  to.set(tag, groups);
  merged.clear();
  localeChanges.dispatchEvent(new Event('change'));
}

/** Adds the library's texts in a language. */
export function addBuiltIn(tag: string, groups: Groups): void {
  if (!builtIn.has(tag)) add(builtIn, tag, groups);
}

/** Adds a page's texts. Throws a `RangeError` if the tag is not valid. */
export function addLocale(tag: string, groups: Groups): void {
  const [canonical = tag] = Intl.getCanonicalLocales(tag);
  add(registered, canonical, groups);
}

/** A group of texts in a language: a page's, then the library's, then English. `language` is the language of the result. */
export function textsFor<Group extends { readonly language: string }>(
  group: string,
  language: string,
  english: Group,
): Group {
  const key = `${group} ${language}`;
  const found = merged.get(key);
  if (found) return found as Group;
  const tags = suitableTags(language);
  const given = [builtIn, registered]
    .map((locales) => locales.get(tags.find((tag) => locales.has(tag)) ?? '')?.[group])
    .filter((texts) => texts !== undefined && texts !== null);
  const isTranslated = given.length > 0 && !tags.includes('en');
  const texts = given.reduce(over, {
    ...english,
    language: isTranslated ? (tags[0] ?? language) : english.language,
  });
  merged.set(key, texts);
  return texts as unknown as Group;
}

/** One set of texts over another; what is missing stays. */
function over(below: Texts, above: Texts): Texts {
  const result: Record<string, unknown> = { ...below };
  for (const [name, text] of Object.entries(above)) {
    const old = result[name];
    if (typeof text === 'object' && text !== null) result[name] = over((old ?? {}) as Texts, text as Texts);
    else if (text !== undefined && text !== null) result[name] = text;
  }
  return result;
}

/** Puts values in the place of `{name}`. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
