import { type DecodedText, decode } from '../base/bytes.ts';
import type { Finding } from './finding.ts';

/** The maximum offset of the root element's start tag. */
const HEAD = 8192;

/** Findings about a manifest's text that are lost once it is parsed. [MS-SSTR] 2.2.2. */
export function examineText(bytes: Uint8Array): readonly Finding[] {
  const decoded = decode(bytes);
  const { text } = decoded;
  const head = text.slice(0, HEAD);
  const root = /<(?:\w+:)?SmoothStreamingMedia\b[^>]*>/i.exec(head)?.[0] ?? '';
  const attribute = (name: string) =>
    new RegExp(`\\b${name}\\s*=\\s*["'\u201c\u201d]?\\s*([^"'\u201c\u201d\\s>]*)`, 'i').exec(root)?.[1];
  return [
    ...examineEncoding(decoded),
    ...examineVersion(attribute('MajorVersion'), attribute('MinorVersion'), text),
    ...examineLive(attribute),
    ...examineOrder(text),
  ];
}

/** A manifest, or a fragment, that had to be decompressed first. */
export const PACKED: Finding = {
  weight: 'mended',
  where: 'manifest',
  what: 'it is compressed with gzip or zlib, but has no Content-Encoding',
  section: 'RFC 9110, 8.4',
  action: 'decompresses it',
  remedy: 'send "Content-Encoding: gzip"',
};

function examineEncoding({ encoding, claimed, text }: DecodedText): Finding[] {
  const isWide = encoding.startsWith('utf-16');
  // Without a prolog it is UTF-8 or UTF-16.
  const isTrue = claimed === undefined ? isWide || encoding === 'utf-8' : isSame(claimed, encoding);
  const isAscii = encoding === 'utf-8' && !/\P{ASCII}/u.test(text);
  if (isTrue || (isAscii && !/^utf-16/i.test(claimed ?? ''))) return [];
  const what = `its prolog declares ${claimed ?? 'nothing'}, but it is encoded in ${encoding.toUpperCase()}`;
  return [
    {
      weight: 'mended',
      where: 'manifest',
      what,
      section: 'MS-SSTR 2.2.2',
      action: 'uses the actual encoding',
    },
  ];
}

/** Whether two names mean the same encoding. */
function isSame(claimed: string, encoding: string): boolean {
  try {
    return new TextDecoder(claimed).encoding === encoding;
  } catch {
    return false;
  }
}

function examineVersion(major = '', minor = '', text = ''): Finding[] {
  const where = 'SmoothStreamingMedia';
  const section = 'MS-SSTR 2.2.2.1';
  const found: Finding[] = [];
  if (major === '')
    found.push({ weight: 'note', where, what: 'it has no MajorVersion', section, action: 'reads it as 2' });
  else if (major === '1' || (minor !== '0' && minor !== '2')) {
    const what = `version ${major}.${minor || '?'}`;
    found.push({ weight: 'note', where, what, section, action: 'reads it as 2.0 to 2.2' });
  }
  if (major === '2' && minor !== '2' && /<c\s[^<>]{0,200}\sr\s*=/.test(text)) {
    const what = `chunks repeat by r, which version ${major}.${minor || '?'} doesn't have`;
    found.push({
      weight: 'note',
      where,
      what,
      section: 'MS-SSTR 2.2.2.6',
      action: 'counts them nevertheless',
    });
  }
  return found;
}

function examineLive(attribute: (name: string) => string | undefined): Finding[] {
  if (attribute('IsLive')?.toLowerCase() !== 'true') return [];
  const where = 'SmoothStreamingMedia';
  const section = 'MS-SSTR 2.2.2.1';
  const duration = attribute('Duration') ?? '0';
  const found: Finding[] = [];
  if (/[1-9]/.test(duration)) {
    const what = `Duration="${duration.slice(0, 30)}" though it is live`;
    found.push({ weight: 'note', where, what, section, action: 'treats it as an estimate' });
  }
  if (attribute('LookaheadCount') === undefined && attribute('LookAheadFragmentCount') === undefined) {
    const what = 'it announces no chunks ahead';
    found.push({ weight: 'note', where, what, section, action: 'refreshes the manifest instead' });
  }
  return found;
}

function examineOrder(text: string): Finding[] {
  if (!hasLateProtection(text)) return [];
  const what = 'it comes after the streams';
  return [
    {
      weight: 'note',
      where: 'Protection',
      what,
      section: 'MS-SSTR 2.2.2.2',
      action: 'reads the whole manifest first',
    },
  ];
}

/** Whether the first protection outside of streams comes after one. */
function hasLateProtection(text: string): boolean {
  let [hasStreams, isInStream] = [false, false];
  for (const [tag] of text.matchAll(/<(?:Protection|\/?StreamIndex)\b[^<>]*/g)) {
    if (!tag.startsWith('<Protection')) {
      hasStreams = true;
      isInStream = !tag.startsWith('</') && !tag.endsWith('/');
    } else if (!isInStream) return hasStreams;
  }
  return false;
}
