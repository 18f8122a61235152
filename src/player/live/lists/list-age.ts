/** What HTTP headers say about a list from a cache, in seconds. */
export interface ListAge {
  /** Time since it was written; `undefined` if unknown. Cross-origin pages can read it if the server exposes `Age`. */
  readonly age: number | undefined;
  /** How long the same list may be served; 0 if unknown. */
  readonly keptFor: number;
}

/** Nobody says. */
export const UNKNOWN_AGE: ListAge = { age: undefined, keptFor: 0 };

/** Reads the headers of a manifest's response. Uses only headers that any page may read; RFC 9111. */
export function listAge(headers: Headers | undefined): ListAge {
  const age = secondsIn(headers?.get('age'), /^(\d+)$/);
  const control = headers?.get('cache-control');
  // Shared caches use the first, if there is one.
  const lifetime = secondsIn(control, /\bs-maxage="?(\d+)/i) ?? secondsIn(control, /\bmax-age="?(\d+)/i);
  return { age, keptFor: Math.max(lifetime ?? lifetimeByDates(headers), age ?? 0) };
}

function secondsIn(text: string | null | undefined, pattern: RegExp): number | undefined {
  const digits = pattern.exec(text?.trim() ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function lifetimeByDates(headers: Headers | undefined): number {
  const dateIn = (name: string) => Date.parse(headers?.get(name) ?? '');
  return Math.max(0, (dateIn('expires') - dateIn('date')) / 1000 || 0);
}
