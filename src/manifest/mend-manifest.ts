import { isSmoothError, SmoothError } from '../base/errors.ts';
import { type InSteps, runSteps } from '../base/steps.ts';
import { mendInSteps } from './mend-text.ts';
import { parseInSteps, parseManifest, toText } from './parse.ts';
import type { Presentation } from './presentation.ts';
import { mayBeOdd } from './recognise.ts';

/**
 * What becomes of a manifest that could not be read, or not all of it, once its text is mended: the better presentation,
 * with warnings that tell what was mended. Gives `outcome` as it is, or throws it, where that is of no help. `isWhole`:
 * that it breaks off is known to be no chance.
 */
export function* mendManifest(
  text: string,
  outcome: Presentation | SmoothError,
  isWhole: boolean,
): InSteps<Presentation> {
  if (isSmoothError(outcome, 'manifest-too-large') && outcome.details.what !== 'depth') throw outcome;
  const mended = yield* mendInSteps(text, isWhole);
  try {
    if (mended.repairs.length > 0) return withRepairs(yield* parseInSteps(mended.text), mended.repairs);
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    // What is wrong with a text that can be read says more than why it could not.
    const saysMore =
      isSmoothError(error, 'manifest-without-media') || isSmoothError(error, 'manifest-foreign');
    if (saysMore && isSmoothError(outcome)) throw error;
  }
  if (isSmoothError(outcome)) throw outcome;
  return outcome;
}

/** Reads a manifest that may have to be mended. */
export function readMended(source: Uint8Array, url?: string): Presentation {
  const text = toText(source);
  try {
    const presentation = parseManifest(text, url);
    return mayBeOdd(presentation, text) ? runSteps(mendManifest(text, presentation, true)) : presentation;
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return runSteps(mendManifest(text, error, true));
  }
}

/** The presentation, and what its text had to be mended for. */
export function withRepairs(presentation: Presentation, repairs: readonly string[]): Presentation {
  const path = 'SmoothStreamingMedia';
  const told = repairs.map((problem) => new SmoothError('manifest-mended', { path, problem }));
  return { ...presentation, warnings: [...told, ...presentation.warnings] };
}
