import { isSmoothError } from '../base/errors.ts';
import { isMain } from '../manifest/main-stream.ts';
import type { QualityLevel, Stream } from '../manifest/presentation.ts';
import { codecFamily } from './codec.ts';
import { createInitSegment } from './init-segment.ts';

/** Why no init segment can be made for a level; `undefined` if one can. */
export function flawOf(stream: Stream, level: QualityLevel): string | undefined {
  try {
    createInitSegment(stream, level);
    return undefined;
  } catch (error) {
    return isSmoothError(error, 'codec-private-data-invalid') ? error.details.problem : String(error);
  }
}

/** Whether a stream can be played only if its fragments provide the configuration that the private data of all its levels lacks. */
export const lacksConfiguration = (stream: Stream): boolean =>
  isMain(stream) &&
  stream.levels.every((level) => flawOf(stream, level) !== undefined) &&
  stream.levels.some((level) => codecFamily(level) !== undefined);
