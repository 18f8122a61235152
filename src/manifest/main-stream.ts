import type { Stream } from './presentation.ts';

/** Chapters of pictures and advertisements: video streams, but not the main video. */
const SIDE_SUBTYPES = new Set(['CHAP', 'ADVT']);

/** Whether a stream is audio or video to play: not one that accompanies another, and not empty. */
export const isMain = (stream: Stream): boolean =>
  stream.type !== 'text' &&
  stream.parent === undefined &&
  stream.chunks.length > 0 &&
  !SIDE_SUBTYPES.has((stream.subtype ?? '').toUpperCase()) &&
  !isFilmStrip(stream);

/** Whether a stream has preview images: `Subtype` `ZOET`, FourCC `JPEG`, or both. */
export function isFilmStrip({ type, subtype = '', levels }: Stream): boolean {
  return (
    type === 'video' && (subtype.toUpperCase() === 'ZOET' || levels.every(({ fourCC }) => fourCC === 'JPEG'))
  );
}
