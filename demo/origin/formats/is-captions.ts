import type { Stream } from '../../../src/manifest/presentation.ts';

const CAPTION_SUBTYPES = ['CAPT', 'SUBT', 'DESC'];
const CAPTION_CODES = ['TTML', 'DFXP', 'STPP', 'IMSC', 'WVTT'];

/** Whether a text stream is for display. Others are events. */
export function isCaptions({ type, subtype = '', levels, urlTemplate, embedded }: Stream): boolean {
  if (type !== 'text' || urlTemplate === undefined || embedded) return false;
  if (CAPTION_SUBTYPES.includes(subtype.toUpperCase())) return true;
  return subtype === '' && levels.some(({ fourCC }) => CAPTION_CODES.includes(fourCC));
}
