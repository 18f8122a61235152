import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeText } from '../../../src/base/bytes.ts';
import { XmlReader } from '../../../src/base/xml.ts';

/** One or two lines of text, with a time in 100 ns. */
export interface TimedText {
  readonly start: bigint;
  readonly end: bigint;
  readonly lines: readonly TextLine[];
  /** Whether it is at the upper edge. */
  readonly isHigh: boolean;
}

/** Parts of a line, italic or not. */
export type TextLine = readonly { readonly text: string; readonly isItalic: boolean }[];

const TICKS = 10_000_000n;

/** Reads a file of captions or chapters: WebVTT, SubRip or TTML, detected by its beginning. Sorted by start. */
export async function readTimedText(path: string): Promise<readonly TimedText[]> {
  const text = decodeText(await readFile(path));
  const read = text.trimStart().startsWith('<') ? readTtml(text, basename(path)) : readBlocks(text);
  if (read.length === 0)
    throw new Error(`${basename(path)} has no captions: supported formats are WebVTT, SubRip and TTML`);
  return [...read].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

const TIME = String.raw`(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,7})`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}(.*)$`);

/** Blocks that contain a line with an arrow, separated by empty lines: both WebVTT and SubRip. */
function readBlocks(text: string): TimedText[] {
  return text.split(/(?:\r?\n){2,}/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => line.includes('-->'));
    const match = TIMING.exec(lines[at] ?? '');
    if (!match) return [];
    const [, h1, m1, s1, f1, h2, m2, s2, f2, settings = ''] = match;
    const [start, end] = [ticksOf(h1, m1, s1, f1), ticksOf(h2, m2, s2, f2)];
    const content = lines
      .slice(at + 1)
      .join('\n')
      .trim();
    if (end <= start || content === '') return [];
    const isHigh = /\bline:(?:\d|[0-3]?\d%)/.test(settings) || /\{\\an?[789]\}/.test(content);
    return [{ start, end, lines: linesOf(content), isHigh }];
  });
}

function ticksOf(hours = '0', minutes = '0', seconds = '0', fraction = ''): bigint {
  const whole = BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
  return whole * TICKS + BigInt(fraction.padEnd(7, '0'));
}

const REFERENCES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
};

/** Italics are kept; all other tags of both formats are dropped. */
function linesOf(content: string): TextLine[] {
  let isItalic = false;
  return content.split('\n').map((line) =>
    line
      .replace(/\{\\[^}]*\}/g, '')
      .split(/(<\/?[a-z][^<>]*>|<[\d:.]+>)/i)
      .flatMap((piece) => {
        if (/^<\/?i\b/i.test(piece)) isItalic = !piece.startsWith('</');
        if (piece === '' || /^<(?:\/?[a-z]|[\d:.]+>)/i.test(piece)) return [];
        const text = piece.replace(/&(\w+);/g, (whole, name: string) => REFERENCES[name] ?? whole);
        return [{ text, isItalic }];
      }),
  );
}

/** Paragraphs with their own times; regions and styles are dropped, except italics. */
function readTtml(text: string, file: string): TimedText[] {
  const reader = new XmlReader(text, (failure) => new Error(`${file} is not TTML: ${failure.kind}`));
  const found: TimedText[] = [];
  let open: { start: bigint; end: bigint; lines: { text: string; isItalic: boolean }[][] } | undefined;
  const italics: boolean[] = [];
  for (let event = reader.next(); event !== 'end'; event = reader.next()) {
    const name = reader.name.replace(/^.*:/, '');
    if (event === 'open') {
      italics.push((italics.at(-1) ?? false) || styleOf(reader) === 'italic');
      if (name === 'p') open = paragraphOf(reader);
      else if (name === 'br') open?.lines.push([]);
    } else if (event === 'close') {
      italics.pop();
      if (name !== 'p' || !open) continue;
      const lines = open.lines.map((line) => trimmed(line)).filter((line) => line.length > 0);
      if (open.end > open.start && lines.length > 0) found.push({ ...open, lines, isHigh: false });
      open = undefined;
    } else {
      open?.lines.at(-1)?.push({ text: reader.text.replace(/\s+/g, ' '), isItalic: italics.at(-1) ?? false });
    }
  }
  return found;
}

const styleOf = (reader: XmlReader) =>
  [...reader.attributes()].find(([name]) => name.endsWith(':fontStyle'))?.[1];

function paragraphOf(reader: XmlReader) {
  const time = (name: string) => expressionOf(reader.attribute(name));
  const start = time('begin') ?? 0n;
  const length = time('dur');
  const end = time('end') ?? (length === undefined ? start : start + length);
  return { start, end, lines: [[]] };
}

/** Clock times, and offsets from hours to milliseconds. TTML 2, 12.3.1. */
function expressionOf(text: string | undefined): bigint | undefined {
  const clock = /^(\d+):(\d\d):(\d\d)(?:\.(\d{1,7})\d*)?$/.exec(text ?? '');
  if (clock) return ticksOf(clock[1], clock[2], clock[3], clock[4]);
  const [, value, unit = ''] = /^(\d+(?:\.\d+)?)(h|ms|m|s)$/.exec(text ?? '') ?? [];
  const length = { h: 3600, m: 60, s: 1, ms: 0.001 }[unit];
  return value === undefined || length === undefined
    ? undefined
    : BigInt(Math.round(Number(value) * length * 1e7));
}

/** Trims white space at the ends of a line. */
function trimmed(line: readonly { text: string; isItalic: boolean }[]): TextLine {
  const pieces = line.map((piece, at) => ({
    ...piece,
    text: at === 0 ? piece.text.trimStart() : piece.text,
  }));
  const last = pieces.at(-1);
  if (last) pieces[pieces.length - 1] = { ...last, text: last.text.trimEnd() };
  return pieces.filter(({ text }) => text !== '');
}

/** The whole text on one line. */
export const plainText = ({ lines }: TimedText): string =>
  lines.map((line) => line.map(({ text }) => text).join('')).join(' ');
