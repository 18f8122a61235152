import { SmoothError } from '../base/errors.ts';

/** What was left out or mended while a manifest was read, as warnings. */
export interface Notes {
  readonly warnings: SmoothError[];
}

/** More tell nobody more, and each takes memory and time. */
const MOST_WARNINGS = 100;

export const createNotes = (): Notes => ({ warnings: [] });

/** A place in the manifest, such as `StreamIndex[2]/QualityLevel[0]`, and where to note what is wrong there. */
export interface Place {
  readonly path: string;
  readonly notes: Notes;
}

/** Returns `undefined`, which is what stands for the part from here on. */
export function leaveOut({ path, notes }: Place, problem: string): undefined {
  note(notes, () => new SmoothError('manifest-part-left-out', { path, problem }));
  return undefined;
}

export function mend({ path, notes }: Place, problem: string): void {
  note(notes, () => new SmoothError('manifest-mended', { path, problem }));
}

/** As `mend`, where what is written is of no use as it stands: `mendText` may know what is meant. */
export function mendUnread({ path, notes }: Place, problem: string): void {
  note(notes, () => new SmoothError('manifest-mended', { path, problem, isUnread: true }));
}

/** Adds a warning, unless there are too many already. */
export function note({ warnings }: Notes, warning: () => SmoothError): void {
  if (warnings.length < MOST_WARNINGS) warnings.push(warning());
}
