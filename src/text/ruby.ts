import type { Run } from './cue.ts';

/** Base text, and the reading that belongs to it. */
export interface Ruby {
  readonly base: readonly Run[];
  readonly reading: readonly Run[];
}

/**
 * The rubies that begin at a run, and where they end: one, or as many as there are bases followed by as many readings.
 * Delimiters around the readings are for renderers without ruby. `undefined`: none.
 */
export function rubiesAt(
  runs: readonly Run[],
  at: number,
): { readonly rubies: readonly Ruby[]; readonly end: number } | undefined {
  const behind = (from: number, kind: Run['style']['ruby']): number => {
    let to = from;
    while (to < runs.length && runs[to]?.style.ruby === kind) to++;
    return to;
  };
  const baseEnd = behind(at, 'base');
  const readingStart = behind(baseEnd, 'delimiter');
  const readingEnd = behind(readingStart, 'text');
  if (baseEnd === at || readingEnd === readingStart) return undefined;
  const bases = runs.slice(at, baseEnd);
  const readings = runs.slice(readingStart, readingEnd);
  const rubies =
    bases.length === readings.length
      ? bases.map((base, index) => ({ base: [base], reading: readings.slice(index, index + 1) }))
      : [{ base: bases, reading: readings }];
  return { rubies, end: behind(readingEnd, 'delimiter') };
}
