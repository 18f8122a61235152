import { addBuiltIn, type Groups, suitableTags } from './texts.ts';

const requested = new Map<string, Promise<void>>();

/** Loads the library's texts in a language, once. English is there already; if loading fails, it remains. */
export function requestLocale(language: string): Promise<void> {
  const known = requested.get(language);
  if (known) return known;
  const loading = load(suitableTags(language)).catch(() => undefined);
  requested.set(language, loading);
  return loading;
}

async function load(tags: readonly string[]): Promise<void> {
  if (tags.length === 0 || tags.includes('en')) return;
  const { LOADERS } = await import('./locales/loaders.ts');
  for (const tag of tags) {
    const loader = LOADERS[tag];
    if (!loader) continue;
    addBuiltIn(tag, (await loader()).default as unknown as Groups);
    return;
  }
}
