import type { Presentation } from './presentation.ts';

/** Where a foreign document shows what it is. */
const HEAD_LENGTH = 1024;

/** What other things than XML are called that come instead of a manifest; `undefined` when it may be XML. */
export function nameForeignText(text: string): string | undefined {
  const head = text.slice(0, HEAD_LENGTH).trimStart();
  if (/<(?:!doctype\s+html|html|head|body)\b/i.test(head) && !head.includes('<SmoothStreamingMedia')) {
    return 'a web page';
  }
  if (head.startsWith('<')) return undefined;
  if (head.startsWith('#EXTM3U')) return 'an HLS playlist';
  if (/^[{[]/.test(head)) return 'JSON';
  if (/^.{4}(?:ftyp|styp|moof|moov|sidx|uuid)/s.test(head)) return 'an MP4 file';
  return isBinary(head) ? 'a binary file' : 'plain text';
}

/** What an XML document with another root element is called. */
export function nameForeignRoot(root: string): string {
  switch (root.toLowerCase().replace(/^.*:/, '')) {
    case 'mpd':
      return 'a DASH manifest (MPD)';
    case 'smil':
      return 'a server manifest (.ism): its client manifest is found under …/Manifest';
    case 'wrmheader':
      return 'a PlayReady header';
    case 'html':
      return 'a web page';
    default:
      return `XML with the root element <${root.slice(0, 40)}>`;
  }
}

/** Control characters, or signs of a failed decoding. */
const isBinary = (text: string): boolean => /[^\P{Cc}\t\n\f\r]|\ufffd/u.test(text);

/**
 * Whether a manifest that could be read needs a closer look: something of it was of no use, or there may be camera angles, an
 * `&` that begins no reference, or attributes whose names are written in another case, which no reader would miss.
 */
export const mayBeOdd = ({ warnings }: Pick<Presentation, 'warnings'>, text: string): boolean =>
  warnings.some(({ message }) => /left out|not valid|alone/.test(message)) ||
  /[aA]ngle|&(?!#?\w{1,12};)|\s(?:Timescale|[a-z]{6,}|[A-Z]{6,})\s*=/.test(text.slice(text.indexOf('<S')));
