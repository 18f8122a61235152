import type { PathwayClone } from './steering-document.ts';

/** One of the places that serve a title. */
export interface Pathway {
  readonly id: string;
  /** Of its manifest. */
  readonly url: string;
  /** Parameters added to every URL there. */
  readonly params?: PathwayClone['params'];
}

/** The pathways of a title, each URL once; those of `names` that are not among `urls` come last. */
export function namePathways(
  urls: readonly string[],
  names: ReadonlyMap<string, string>,
): readonly Pathway[] {
  const ids = new Map([...names].map(([id, url]) => [url, id]));
  return [...new Set([...urls, ...ids.keys()])].map((url) => ({
    id: ids.get(url) ?? new URL(url).host,
    url,
  }));
}

/**
 * In order of priority. Pathways that `priority` doesn't name follow in their order: a title from an unlisted host is
 * better than none. Names without a pathway are ignored.
 */
export function inPriority<P extends Pick<Pathway, 'id'>>(
  pathways: readonly P[],
  priority: readonly string[],
): readonly P[] {
  const rank = ({ id }: P) => (priority.includes(id) ? priority.indexOf(id) : priority.length);
  return pathways.toSorted((a, b) => rank(a) - rank(b));
}

/** The pathways and their clones. A clone of an unknown pathway, or with an existing name, is ignored. */
export function withClones(
  pathways: readonly Pathway[],
  clones: readonly PathwayClone[],
): readonly Pathway[] {
  const all = [...pathways];
  for (const clone of clones) {
    const base = all.find(({ id }) => id === clone.base);
    if (base && !all.some(({ id }) => id === clone.id)) all.push(copyOf(base, clone));
  }
  return all;
}

function copyOf(base: Pathway, { id, host, params }: PathwayClone): Pathway {
  const url = new URL(base.url);
  if (host !== undefined) url.host = host;
  const all = [...(base.params ?? []), ...params];
  return { id, url: withParams(url.href, all), params: all };
}

/** The URL with these parameters; existing ones are replaced. The rest of its query stays unchanged. */
export function withParams(address: string, params: PathwayClone['params']): string {
  if (params.length === 0) return address;
  const url = new URL(address);
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !params.some(([name]) => decode(pair.split('=')[0] ?? '') === name));
  const added = params.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  url.search = [...kept, ...added].join('&');
  return url.href;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The pathway of a URL: the one whose manifest's folder it begins with. */
export function pathwayOf(url: string, pathways: readonly Pathway[]): Pathway | undefined {
  const folder = (manifest: string) => manifest.replace(/[?#].*$/, '').replace(/[^/]*$/, '');
  return pathways.find((pathway) => url.startsWith(folder(pathway.url)));
}
