import { decodeText } from '../../../src/base/bytes.ts';
import { XmlReader } from '../../../src/base/xml.ts';
import type { CaptionChunk, CaptionCue } from './caption-cue.ts';

/** Times and lengths come from the document: more is not a caption. */
const MAX_CUES = 5000;

interface OpenParagraph {
  readonly start: number;
  readonly end: number;
  text: string;
}

/**
 * Reads the paragraphs of a TTML document as plain text: clock times and offsets in seconds, milliseconds and ticks,
 * `br`, nested elements. Styles and regions are ignored. Times count from the chunk's start, unless all of them fit
 * into the chunk when counted from the stream's. Returns nothing if it isn't such a document.
 */
export function readTtml({ payload, start, end }: CaptionChunk): readonly CaptionCue[] {
  let cues: readonly CaptionCue[];
  try {
    cues = readParagraphs(decodeText(payload), end - start);
  } catch {
    return [];
  }
  const fits = (zero: number) =>
    cues.every((cue) => cue.end + zero > start - 1 && cue.start + zero < end + 1);
  const isAbsolute = !fits(start) && fits(0);
  const zero = isAbsolute ? 0 : start;
  return cues.map((cue) => ({ ...cue, start: cue.start + zero, end: cue.end + zero }));
}

function readParagraphs(text: string, length: number): readonly CaptionCue[] {
  const reader = new XmlReader(text, (failure) => new Error(failure.kind));
  const cues: CaptionCue[] = [];
  const begins: number[] = [0];
  let tickRate = 1;
  let open: OpenParagraph | undefined;
  for (let event = reader.next(); event !== 'end'; event = reader.next()) {
    const name = reader.name.replace(/^.*:/, '');
    if (event === 'text' && open) open.text += reader.text.replace(/\s+/g, ' ');
    if (event === 'open') {
      if (name === 'tt') tickRate = Number(attributeOf(reader, 'tickRate') ?? 1) || 1;
      const own = readTime(reader.attribute('begin'), tickRate) ?? 0;
      const begin = (begins.at(-1) ?? 0) + own;
      begins.push(begin);
      if (name === 'p') {
        const parent = begins.at(-2) ?? 0;
        const until = readTime(reader.attribute('end'), tickRate);
        const lasting = readTime(reader.attribute('dur'), tickRate);
        const stop = until !== undefined ? parent + until : lasting !== undefined ? begin + lasting : length;
        open = { start: begin, end: stop, text: '' };
      } else if (name === 'br' && open) open.text += '\n';
    } else if (event === 'close') {
      begins.pop();
      if (name !== 'p' || !open) continue;
      const lines = open.text
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean);
      if (lines.length > 0 && open.end > open.start && cues.length < MAX_CUES)
        cues.push({ start: open.start, end: open.end, text: lines.join('\n') });
      open = undefined;
    }
  }
  return cues;
}

/** An attribute with any prefix. */
function attributeOf(reader: XmlReader, name: string): string | undefined {
  for (const [own, value] of reader.attributes()) if (own.replace(/^.*:/, '') === name) return value;
  return undefined;
}

/** Seconds. TTML2, 12.3.1. */
function readTime(text: string | undefined, tickRate: number): number | undefined {
  if (text === undefined) return undefined;
  const [, hours, minutes, rest] = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text.trim()) ?? [];
  if (rest !== undefined) return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
  const [, value, unit = 's'] = /^(\d+(?:\.\d+)?)(h|m|s|ms|t)?$/.exec(text.trim()) ?? [];
  const factor = { h: 3600, m: 60, s: 1, ms: 0.001, t: 1 / tickRate }[unit];
  return value === undefined || factor === undefined ? undefined : Number(value) * factor;
}
