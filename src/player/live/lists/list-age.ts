/** What HTTP tells of a list that comes from a cache, in seconds. */
export interface ListAge {
  /** Since it was written; `undefined` where nobody says. Of other origins pages may read it where the server exposes `Age`. */
  readonly age: number | undefined;
  /** For so long the same may be handed out; 0 where nobody says. */
  readonly keptFor: number;
}

/** Nobody says. */
export const UNKNOWN_AGE: ListAge = { age: undefined, keptFor: 0 };

/** Reads the headers that a manifest came with. Only what any page may read is counted on; RFC 9111. */
export function listAge(headers: Headers | undefined): ListAge {
  const age = secondsIn(headers?.get('age'), /^(\d+)$/);
  const control = headers?.get('cache-control');
  // What caches on the way go by is the first, where there is one.
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
