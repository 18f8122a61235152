import type { Stream } from './presentation.ts';

/** Chapters of pictures and advertisements: streams of pictures, but not the picture. */
const SIDE_SUBTYPES = new Set(['CHAP', 'ADVT']);

/** Whether a stream is sound or picture to play, and not what goes beside another, or has nothing yet. */
export const isMain = (stream: Stream): boolean =>
  stream.type !== 'text' &&
  stream.parent === undefined &&
  stream.chunks.length > 0 &&
  !SIDE_SUBTYPES.has((stream.subtype ?? '').toUpperCase()) &&
  !isFilmStrip(stream);

/** Whether a stream holds pictures of places in the title: `Subtype` `ZOET`, FourCC `JPEG`, or both. */
export function isFilmStrip({ type, subtype = '', levels }: Stream): boolean {
  return (
    type === 'video' && (subtype.toUpperCase() === 'ZOET' || levels.every(({ fourCC }) => fourCC === 'JPEG'))
  );
}
