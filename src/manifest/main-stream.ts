import type { Stream } from './presentation.ts';

/** Film strips, chapters of pictures and advertisements: streams of pictures, but not the picture. */
const SIDE_SUBTYPES = new Set(['ZOET', 'CHAP', 'ADVT']);

/** Whether a stream is sound or picture to play, and not what goes beside another, or has nothing yet. */
export const isMain = ({ type, parent, chunks, subtype = '' }: Stream): boolean =>
  type !== 'text' && parent === undefined && chunks.length > 0 && !SIDE_SUBTYPES.has(subtype.toUpperCase());
