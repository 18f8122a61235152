import { isSmoothError, SmoothError } from '../base/errors.ts';
import { type InSteps, runSteps } from '../base/steps.ts';
import { alignEpochs } from './epochs.ts';
import { mendInSteps } from './mend-text.ts';
import { parseInSteps, parseManifest, toText } from './parse.ts';
import type { Presentation } from './presentation.ts';
import { mayBeOdd } from './recognise.ts';

/**
 * Handles a manifest that could not be parsed, or not completely, after its text was repaired: returns the better
 * presentation, with warnings that describe the repairs. Returns or throws `outcome` unchanged if repairing doesn't
 * help. `isWhole`: a truncation is known not to be accidental.
 */
export function* mendManifest(
  text: string,
  outcome: Presentation | SmoothError,
  isWhole: boolean,
): InSteps<Presentation> {
  if (isSmoothError(outcome, 'manifest-too-large') && outcome.details.what !== 'depth') throw outcome;
  const mended = yield* mendInSteps(text, isWhole);
  try {
    if (mended.repairs.length > 0)
      return alignEpochs(withRepairs(yield* parseInSteps(mended.text), mended.repairs));
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    // A fault in a text that can be read is more informative than the reason why it could not be read.
    const saysMore =
      isSmoothError(error, 'manifest-without-media') || isSmoothError(error, 'manifest-foreign');
    if (saysMore && isSmoothError(outcome)) throw error;
  }
  if (isSmoothError(outcome)) throw outcome;
  return alignEpochs(outcome);
}

/** Reads a manifest that may have to be repaired. `isWhole`: a truncation is known not to be accidental. */
export function readMended(source: Uint8Array, url?: string, isWhole = true): Presentation {
  const text = toText(source);
  try {
    const presentation = parseManifest(text, url);
    return mayBeOdd(presentation, text) ? runSteps(mendManifest(text, presentation, isWhole)) : presentation;
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return runSteps(mendManifest(text, error, isWhole));
  }
}

/** The presentation, with a warning for each repair of its text. */
export function withRepairs(presentation: Presentation, repairs: readonly string[]): Presentation {
  const path = 'SmoothStreamingMedia';
  const mended = repairs.map((problem) => new SmoothError('manifest-mended', { path, problem }));
  return { ...presentation, warnings: [...mended, ...presentation.warnings] };
}
