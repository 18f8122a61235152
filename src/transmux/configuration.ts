import { isSmoothError } from '../base/errors.ts';
import type { QualityLevel, Stream } from '../manifest/presentation.ts';
import { codecFamily } from './codec.ts';
import { createInitSegment } from './init-segment.ts';

/** Video chapters and film strips are streams of pictures, but not the picture. */
const NOT_THE_PICTURE = new Set(['ZOET', 'CHAP', 'ADVT']);

/** Whether a stream is sound or picture to play, and not what goes beside another, or has nothing yet. */
export const isMain = ({ type, parent, chunks, subtype = '' }: Stream): boolean =>
  type !== 'text' && parent === undefined && chunks.length > 0 && !NOT_THE_PICTURE.has(subtype.toUpperCase());

/** What no init segment can be made of a level for; `undefined` when one can. */
export function flawOf(stream: Stream, level: QualityLevel): string | undefined {
  try {
    createInitSegment(stream, level);
    return undefined;
  } catch (error) {
    return isSmoothError(error, 'codec-private-data-invalid') ? error.details.problem : String(error);
  }
}

/** Whether a stream can be played only if its fragments tell what each of its levels' private data should have. */
export const lacksConfiguration = (stream: Stream): boolean =>
  isMain(stream) &&
  stream.levels.every((level) => flawOf(stream, level) !== undefined) &&
  stream.levels.some((level) => codecFamily(level) !== undefined);
