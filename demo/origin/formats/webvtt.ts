import type { CaptionCue } from './caption-cue.ts';

/** The MPEG-2 clock, which HLS maps WebVTT to, and where it wraps. */
const MPEG_CLOCK = 90_000;
const MPEG_WRAP = 2 ** 33;

/**
 * A WebVTT segment for one chunk. Times are relative to the chunk, or to a cue that began before it, and a header maps
 * them to the media's clock, so that no time is long. A cue over several chunks is in each with its whole span, by which
 * players recognise it. RFC 8216bis, 3.5.
 */
export function webVttSegment(
  cues: readonly CaptionCue[],
  { start, end }: { readonly start: number; readonly end: number },
): string {
  const map = Math.round(start * MPEG_CLOCK) % MPEG_WRAP;
  const shown = cues.filter((cue) => cue.end > start && cue.start < end && cue.text.trim() !== '');
  // Negative times can't be written.
  const zero = Math.min(start, ...shown.map((cue) => cue.start));
  const blocks = shown.map((cue) => {
    const settings = cue.settings ? ` ${cue.settings.replace(/[\r\n]|-->/g, ' ')}` : '';
    return `\n${vttTime(cue.start - zero)} --> ${vttTime(cue.end - zero)}${settings}\n${vttText(cue.text)}\n`;
  });
  return `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${map},LOCAL:${vttTime(start - zero)}\n${blocks.join('')}`;
}

function vttTime(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${pad(hours)}:${pad(minutes)}:${pad(Math.floor(ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;
}

/** An empty line would end the cue. */
const vttText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .join('\n');
