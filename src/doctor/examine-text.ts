import { decodeText } from '../base/bytes.ts';
import type { Finding } from './finding.ts';

/** How far the root element's start tag is looked for. */
const HEAD = 8192;

/** What the text of a manifest shows that is gone once it is read. [MS-SSTR] 2.2.2. */
export function examineText(bytes: Uint8Array): readonly Finding[] {
  const text = decodeText(bytes);
  const head = text.slice(0, HEAD);
  const root = /<(?:\w+:)?SmoothStreamingMedia\b[^>]*>/i.exec(head)?.[0] ?? '';
  const attribute = (name: string) =>
    new RegExp(`\\b${name}\\s*=\\s*["'\u201c\u201d]?\\s*([^"'\u201c\u201d\\s>]*)`, 'i').exec(root)?.[1];
  return [
    ...examineEncoding(bytes, text),
    ...examineVersion(attribute('MajorVersion'), attribute('MinorVersion'), text),
    ...examineLive(attribute),
    ...examineOrder(text),
  ];
}

function examineEncoding(bytes: Uint8Array, text: string): Finding[] {
  const head = text.slice(0, HEAD);
  const claimed = /^\ufeff?<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']/i.exec(head)?.[1]?.toLowerCase();
  const [first, second] = bytes;
  const isWide =
    (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || !first || !second;
  const isUtf8 = !isWide && new TextDecoder().decode(bytes).startsWith(text);
  const found = isWide ? 'utf-16' : isUtf8 ? 'utf-8' : 'windows-1252';
  const isTrue = claimed?.startsWith(found === 'windows-1252' ? 'iso-8859-1' : found) || claimed === found;
  if (isTrue || (isUtf8 && (claimed ?? 'us-ascii') === 'us-ascii')) return [];
  if (claimed === undefined && isWide) return [];
  const what = `its prolog says ${claimed ?? 'nothing'}, its bytes are ${found.toUpperCase()}`;
  return [
    { weight: 'mended', where: 'manifest', what, section: 'MS-SSTR 2.2.2', action: 'goes by the bytes' },
  ];
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
  if (major === '2' && minor !== '2' && /<c\b[^>]*\sr\s*=/.test(text)) {
    const what = `chunks repeat by r, which version ${major}.${minor || '?'} doesn't have`;
    found.push({
      weight: 'note',
      where,
      what,
      section: 'MS-SSTR 2.2.2.6',
      action: 'counts them all the same',
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
    found.push({ weight: 'note', where, what, section, action: 'takes it for an estimate' });
  }
  if (attribute('LookaheadCount') === undefined && attribute('LookAheadFragmentCount') === undefined) {
    const what = 'it announces no chunks ahead';
    found.push({ weight: 'note', where, what, section, action: 'asks for the manifest again for news' });
  }
  return found;
}

function examineOrder(text: string): Finding[] {
  const [protection, stream] = [text.indexOf('<Protection'), text.indexOf('<StreamIndex')];
  if (protection < 0 || stream < 0 || protection < stream) return [];
  const what = 'it stands after the streams';
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
