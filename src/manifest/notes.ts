import { SmoothError } from '../base/errors.ts';

/** Warnings about what was ignored or repaired while a manifest was read. */
export interface Notes {
  readonly warnings: SmoothError[];
}

/** More are not informative, and each costs memory and time. */
const MOST_WARNINGS = 100;

export const createNotes = (): Notes => ({ warnings: [] });

/** A place in the manifest, such as `StreamIndex[2]/QualityLevel[0]`, and where to report problems. */
export interface Place {
  readonly path: string;
  readonly notes: Notes;
}

/** Returns `undefined`, which replaces the part from here on. */
export function leaveOut({ path, notes }: Place, problem: string): undefined {
  note(notes, () => new SmoothError('manifest-part-left-out', { path, problem }));
  return undefined;
}

export function mend({ path, notes }: Place, problem: string): void {
  note(notes, () => new SmoothError('manifest-mended', { path, problem }));
}

/** As `mend`, if the value can't be used as written: `mendText` may be able to repair it. */
export function mendUnread({ path, notes }: Place, problem: string): void {
  note(notes, () => new SmoothError('manifest-mended', { path, problem, isUnread: true }));
}

/** Adds a warning, unless there are too many already. */
export function note({ warnings }: Notes, warning: () => SmoothError): void {
  if (warnings.length < MOST_WARNINGS) warnings.push(warning());
}
