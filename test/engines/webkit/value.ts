/** What JSON can't say, as JSON: `undefined`, numbers that are not finite, and `bigint`. */
const MARK = '$value';

function replace(_key: string, value: unknown): unknown {
  if (value === undefined) return { [MARK]: 'undefined' };
  if (typeof value === 'bigint') return { [MARK]: `${value}n` };
  return typeof value === 'number' && !Number.isFinite(value) ? { [MARK]: String(value) } : value;
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const marked = (value as { [MARK]?: string })[MARK];
  if (marked === 'undefined') return undefined;
  if (marked !== undefined) return marked.endsWith('n') ? BigInt(marked.slice(0, -1)) : Number(marked);
  for (const [key, inner] of Object.entries(value)) Reflect.set(value, key, revive(inner));
  return value;
}

export const writeValue = (value: unknown): string => JSON.stringify(value, replace) as string;
export const readValue = (json: string): unknown => revive(JSON.parse(json));

/** The same two functions as a page's source text. */
export const VALUE_SOURCE = `const MARK = ${JSON.stringify(MARK)}; ${replace}; ${revive};
const writeValue = (value) => JSON.stringify(value, replace);
const readValue = (json) => revive(JSON.parse(json));`;
