import type { Cue } from '../cue.ts';
import type { EventCue } from '../events/event-cue.ts';
import { type NativeCue, nativeCues } from '../native-cue.ts';
import { timestamp } from './timestamp.ts';

/** A WebVTT file. It can't contain images. */
export function vttOf(cues: readonly Cue[]): string {
  const blocks = nativeCues(cues)
    .filter(({ text }) => text.trim() !== '')
    .map((cue) => `${timeLine(cue.startTime, cue.endTime, settingsOf(cue))}\n${cue.text}`);
  return `${['WEBVTT', ...blocks].join('\n\n')}\n`;
}

/** Chapters, or other events with text: each title on one line. */
export function chaptersVtt(events: readonly EventCue[]): string {
  const blocks = events
    .filter(({ text, start, end }) => text !== undefined && text.trim() !== '' && end > start)
    .map(({ text = '', start, end }) => `${timeLine(start, end, '')}\n${escapeLine(text)}`);
  return `${['WEBVTT', ...blocks].join('\n\n')}\n`;
}

const timeLine = (start: number, end: number, settings: string): string =>
  `${timestamp(start, '.')} --> ${timestamp(end, '.')}${settings && ` ${settings}`}`;

const escapeLine = (text: string): string =>
  text.replace(/\s+/g, ' ').trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Only settings that differ from the defaults. WebVTT, 4.4. */
function settingsOf(cue: NativeCue): string {
  const settings: string[] = [];
  if (cue.vertical) settings.push(`vertical:${cue.vertical}`);
  if (cue.line !== 'auto') settings.push(`line:${cue.line}%,${cue.lineAlign}`);
  if (cue.position !== 'auto') settings.push(`position:${cue.position}%,${cue.positionAlign}`);
  if (cue.size !== 100) settings.push(`size:${cue.size}%`);
  if (cue.align !== 'center') settings.push(`align:${cue.align}`);
  return settings.join(' ');
}
