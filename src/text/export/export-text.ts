import { base64FromBytes } from '../../base/bytes.ts';
import { SmoothError } from '../../base/errors.ts';
import { type Cue, DEFAULT_REGION } from '../cue.ts';
import type { EventCue } from '../events/event-cue.ts';
import { mergeEqualText } from '../native-cue.ts';
import { srtOf } from './srt.ts';
import { ttmlOf } from './ttml.ts';
import { chaptersVtt, vttOf } from './vtt.ts';

export type ExportFormat = 'vtt' | 'srt' | 'ttml' | 'json';

/** The input of an export: cues of a text track, or events. */
export type Exported =
  | { readonly kind: 'cues'; readonly cues: readonly Cue[]; readonly language: string | undefined }
  | { readonly kind: 'events'; readonly cues: readonly EventCue[] };

/** Assumed duration of a cue whose end is unknown, in seconds. */
const OPEN_LENGTH = 10;

/** A track as a file; for events, text formats contain only those with text, such as chapters. */
export function exportText(track: Exported, format: ExportFormat): string {
  if (track.kind === 'events') return exportEvents(track.cues, format);
  if (format === 'json') return cuesJson(track.cues);
  const cues = mergeEqualText(track.cues).map((cue) =>
    Number.isFinite(cue.end) ? cue : { ...cue, end: (cue.start + OPEN_LENGTH) as Cue['end'] },
  );
  switch (format) {
    case 'vtt':
      return vttOf(cues);
    case 'srt':
      return srtOf(cues);
    case 'ttml':
      return ttmlOf(cues, track.language);
    default:
      format satisfies never;
      throw new SmoothError('option-invalid', {
        option: 'format',
        problem: 'must be vtt, srt, ttml or json',
      });
  }
}

function exportEvents(events: readonly EventCue[], format: ExportFormat): string {
  if (format === 'vtt') return chaptersVtt(events);
  if (format !== 'json')
    return exportText({ kind: 'cues', cues: asCues(events), language: undefined }, format);
  const cues = events.map(({ data, ...event }) => ({ ...event, data: base64FromBytes(data) }));
  return `${JSON.stringify({ cues }, undefined, 2)}\n`;
}

const asCues = (events: readonly EventCue[]): Cue[] =>
  events.flatMap(({ id, start, end, text }): Cue[] =>
    text === undefined || end <= start
      ? []
      : [
          {
            id,
            start,
            end,
            text,
            runs: [{ text, style: {} }],
            paragraph: { align: 'center', direction: 'ltr' },
            region: DEFAULT_REGION,
            isForced: false,
          },
        ],
  );

/** An unknown end is `null`; images are base64. */
function cuesJson(all: readonly Cue[]): string {
  const cues = all.map(({ end, image, ...cue }) => ({
    ...cue,
    end: Number.isFinite(end) ? end : null,
    ...(image && { image: { ...image, data: base64FromBytes(image.data) } }),
  }));
  return `${JSON.stringify({ cues }, undefined, 2)}\n`;
}
