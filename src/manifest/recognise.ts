import type { ForeignKind } from '../base/error-codes.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import type { Presentation } from './presentation.ts';

/** The part of a foreign document that identifies it. */
const HEAD_LENGTH = 1024;

const NAMES: Readonly<Record<Exclude<ForeignKind, 'xml'>, string>> = {
  'web-page': 'a web page',
  hls: 'an HLS playlist',
  dash: 'a DASH manifest (MPD)',
  'server-manifest': 'a server manifest (.ism): its client manifest is at …/Manifest',
  composite: 'a composite manifest (.csm)',
  'playready-header': 'a PlayReady header',
  json: 'JSON',
  mp4: 'an MP4 file',
  compressed: 'a gzip or zlib file without Content-Encoding that cannot be decompressed',
  binary: 'a binary file',
  text: 'plain text',
};

export const foreign = (kind: Exclude<ForeignKind, 'xml'>, cause?: unknown) =>
  new SmoothError('manifest-foreign', { found: NAMES[kind], kind }, { cause });

/** Identifies content other than XML in place of a manifest; `undefined` if it may be XML. */
export function foreignText(text: string): SmoothError | undefined {
  const kind = kindOfText(text.slice(0, HEAD_LENGTH).trimStart());
  return kind && foreign(kind);
}

function kindOfText(head: string): Exclude<ForeignKind, 'xml'> | undefined {
  if (/<(?:!doctype\s+html|html|head|body)\b/i.test(head) && !head.includes('<SmoothStreamingMedia')) {
    return 'web-page';
  }
  if (head.startsWith('<')) return undefined;
  // The first two bytes as Windows-1252, and as Node decodes them.
  if (head.startsWith('\x1f\u2039') || head.startsWith('\x1f\x8b')) return 'compressed';
  if (head.startsWith('#EXTM3U')) return 'hls';
  if (/^[{[]/.test(head)) return 'json';
  if (/^.{4}(?:ftyp|styp|moof|moov|sidx|uuid)/s.test(head)) return 'mp4';
  return isBinary(head) ? 'binary' : 'text';
}

/** An XML document with another root element. */
export function foreignRoot(root: string): SmoothError {
  switch (root.toLowerCase().replace(/^.*:/, '')) {
    case 'mpd':
      return foreign('dash');
    case 'smil':
      return foreign('server-manifest');
    case 'wrmheader':
      return foreign('playready-header');
    case 'html':
      return foreign('web-page');
    default:
      return new SmoothError('manifest-foreign', {
        found: `XML with the root element <${root.slice(0, 40)}>`,
        kind: 'xml',
      });
  }
}

/** Control characters, or replacement characters of a failed decoding. */
const isBinary = (text: string): boolean => /[^\P{Cc}\t\n\f\r]|\ufffd/u.test(text);

/** Camera angles, languages of levels, an `&` that starts no reference, or attributes with unusual case. */
const ODD_TEXT =
  /[aA]ngle|["'][lL]anguage["']|&(?!#?\w{1,12};)|\s(?:[a-z]\w{5,40}|[A-Z]{6,40}|Timescale|Islive|SubType|D(?!VRWindowL)[Vv][Rr]\w{12})\s{0,99}=\s{0,99}["']/;

/**
 * Whether a manifest that could be read needs a closer look: a part was ignored, a stream has its own keys, or its text
 * has something that the normal parser doesn't notice.
 */
export const mayBeOdd = (
  { warnings, protection, streams, duration, timescale }: Presentation,
  text: string,
): boolean =>
  warnings.some(isOfNoUse) ||
  protection.some(({ scope }) => scope) ||
  // Streams that are far apart make it much longer than each.
  (duration !== undefined &&
    streams.every(
      (one) => (one.chunks.end - one.chunks.start) * timescale * 2n <= duration * one.timescale,
    )) ||
  ODD_TEXT.test(text.slice(text.indexOf('<S')));

const isOfNoUse = (warning: SmoothError): boolean =>
  isSmoothError(warning, 'manifest-part-left-out') ||
  (isSmoothError(warning, 'manifest-mended') && warning.details.isUnread === true);

/** Whether a body starts as gzip or zlib do, and no text does. RFC 1952, 2.3.1; RFC 1950, 2.2. */
export const isPacked = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first === 0x1f && second === 0x8b) || (first === 0x78 && (first * 256 + second) % 31 === 0);
