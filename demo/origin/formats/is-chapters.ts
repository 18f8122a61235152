import type { Stream } from '../../../src/manifest/presentation.ts';

/** Whether the messages of a stream are titles of chapters. */
export const isChapters = ({ name, subtype }: Pick<Stream, 'name' | 'subtype'>): boolean =>
  /^CHAP/i.test(subtype ?? '') || /^(markers|chapters)$/i.test(name);
