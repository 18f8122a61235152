import { SmoothError } from '../base/errors.ts';

/** What was left out or mended while a manifest was read, as warnings. */
export interface Notes {
  readonly warnings: SmoothError[];
}

export const createNotes = (): Notes => ({ warnings: [] });

/** A place in the manifest, such as `StreamIndex[2]/QualityLevel[0]`, and where to note what is wrong there. */
export interface Place {
  readonly path: string;
  readonly notes: Notes;
}

/** Returns `undefined`, which is what stands for the part from here on. */
export function leaveOut({ path, notes }: Place, problem: string): undefined {
  notes.warnings.push(new SmoothError('manifest-part-left-out', { path, problem }));
  return undefined;
}

export function mend({ path, notes }: Place, problem: string): void {
  notes.warnings.push(new SmoothError('manifest-mended', { path, problem }));
}
