import type { Cue, Run } from '../cue.ts';
import { timestamp } from './timestamp.ts';

/** A SubRip file: no positions except the upper edge, and only the basic styles. */
export function srtOf(cues: readonly Cue[]): string {
  return cues
    .filter(({ text, start, end, image }) => !image && text.trim() !== '' && end > start)
    .map(({ start, end, runs, region }, at) => {
      const isHigh = region.displayAlign === 'before' && region.top < 0.4;
      const text = runs
        .map(marked)
        .join('')
        .replace(/\n(?=\n)/g, '\n\u00a0');
      return `${at + 1}\n${timestamp(start, ',')} --> ${timestamp(end, ',')}\n${isHigh ? '{\\an8}' : ''}${text}\n`;
    })
    .join('\n');
}

function marked({ text, style }: Run): string {
  if (text.trim() === '') return text;
  let out = text;
  if (style.isUnderlined) out = `<u>${out}</u>`;
  if (style.isItalic) out = `<i>${out}</i>`;
  if (style.isBold) out = `<b>${out}</b>`;
  return out;
}
