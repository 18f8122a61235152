import { DEFAULT_PARAGRAPH, DEFAULT_REGION, type Paragraph, type Region, TEXT_LIMITS } from '../cue.ts';
import type { TextRepairs } from '../repair.ts';
import { type DocumentCue, inOrder } from '../ttml/paragraph.ts';
import { readMarkup, SRT_MARKUP } from './cue-markup.ts';
import { linesOf, timeOf } from './read-vtt.ts';

const BLOCKS_IN_A_STEP = 500;
const LINES_IN_A_STEP = 2000;
/** Of a cue; nobody reads more. */
const MOST_LINES = 1000;

const TIME = String.raw`(?:(\d{1,9}):)?(\d{1,3}):(\d{1,3})(?:[.,](\d{1,9}))?`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}`);

/** Reads a SubRip file in slices: there is no standard, this is what files look like. */
export function* readSrt(text: string, repairs: TextRepairs): Generator<void, readonly DocumentCue[], void> {
  const cues: DocumentCue[] = [];
  let blocks = 0;
  for (const lines of srtBlocks(text)) {
    if (++blocks % BLOCKS_IN_A_STEP === 0 || lines.length === 0) yield;
    if (lines.length === 0) continue;
    const match = TIMING.exec((lines[0] ?? '').slice(0, 200));
    if (!match) {
      repairs.add('time-rejected');
      continue;
    }
    const [, h1, m1 = '', s1 = '', f1 = '', h2, m2 = '', s2 = '', f2 = ''] = match;
    const [begin, end] = [timeOf(h1, m1, s1, f1), timeOf(h2, m2, s2, f2)];
    if (end <= begin) continue;
    if (cues.length >= TEXT_LIMITS.cues) {
      repairs.add('cut-off');
      break;
    }
    const written = lines.slice(1).join('\n');
    if (written.length > TEXT_LIMITS.cueLength) repairs.add('cut-off');
    const { text: source, region, paragraph } = placeByCode(written.slice(0, TEXT_LIMITS.cueLength));
    const runs = readMarkup(source, SRT_MARKUP);
    const shown = runs.map((run) => run.text).join('');
    if (shown.trim() === '') continue;
    cues.push({ begin, end, text: shown, runs, region, paragraph, isForced: false });
  }
  return inOrder(cues);
}

/**
 * Yields nothing from time to time, so that long files don't block the thread. Each cue from its time on: its text may
 * contain empty lines, and the number before the next time, or at the end of a truncated file, is not part of it.
 */
function* srtBlocks(text: string): Generator<string[], void, void> {
  let block: string[] | undefined;
  let count = 0;
  for (const line of linesOf(text)) {
    if (++count % LINES_IN_A_STEP === 0) yield [];
    if (!line.includes('-->')) {
      if (block && block.length < MOST_LINES) block.push(line);
      continue;
    }
    if (block) yield withoutNumber(block);
    block = [line];
  }
  const last = block && withoutLastBlanks(block);
  if (last) yield isBlank(last.at(-2)) ? withoutNumber(last) : last;
}

/** A number with an empty line after it is the next cue's only if there is one before it too. */
function withoutNumber(lines: string[]): string[] {
  const isApart = isBlank(lines.at(-1));
  const last = withoutLastBlanks(lines);
  const isNumber = last.length > 1 && /^\s*\d{1,7}\s*$/.test(last.at(-1) ?? '');
  if (isNumber && (!isApart || isBlank(last.at(-2)))) last.pop();
  return withoutLastBlanks(last);
}

const isBlank = (line: string | undefined): boolean => line?.trim() === '';

function withoutLastBlanks(lines: string[]): string[] {
  while (lines.length > 1 && isBlank(lines.at(-1))) lines.pop();
  return lines;
}

/**
 * `{\anN}` of SubStation Alpha: the cue's position on a numeric keypad. All other codes are dropped. Some files have tags
 * in braces.
 */
function placeByCode(source: string): { text: string; region: Region; paragraph: Paragraph } {
  const text = source.replace(/\{\\[^{}]{0,200}\}/g, '').replace(/\{(\/?[biu])\}/gi, '<$1>');
  const [, key] = /\{\\an?([1-9])/.exec(source) ?? [];
  if (key === undefined) return { text, region: DEFAULT_REGION, paragraph: DEFAULT_PARAGRAPH };
  const row = Math.floor((Number(key) - 1) / 3);
  const column = (Number(key) - 1) % 3;
  const displayAlign = (['after', 'center', 'before'] as const)[row] ?? 'after';
  const align = (['left', 'center', 'right'] as const)[column] ?? 'center';
  return {
    text,
    region: displayAlign === 'after' ? DEFAULT_REGION : { ...DEFAULT_REGION, displayAlign },
    paragraph: align === 'center' ? DEFAULT_PARAGRAPH : { ...DEFAULT_PARAGRAPH, align },
  };
}
