import type { Cue, Region, Run } from './cue.ts';
import { rubiesAt } from './ruby.ts';

/** The input of a `VTTCue`: its constructor's arguments, and the properties to set. */
export interface NativeCue {
  readonly id: string;
  readonly startTime: number;
  /** `Infinity` for an open one. */
  readonly endTime: number;
  /** WebVTT cue text: escaped, with no tags but `b`, `i`, `u`, `ruby` and `rt`. Empty for an image. */
  readonly text: string;
  readonly vertical: '' | 'rl' | 'lr';
  readonly snapToLines: boolean;
  readonly line: number | 'auto';
  readonly lineAlign: 'start' | 'center' | 'end';
  readonly position: number | 'auto';
  readonly positionAlign: 'line-left' | 'center' | 'line-right' | 'auto';
  readonly size: number;
  readonly align: 'start' | 'center' | 'end' | 'left' | 'right';
}

/** A line's height in browsers, in percent of the picture's height. */
const LINE = 5.33;

/**
 * Converts cues for a native text track. Cues that would never be shown are omitted; simultaneous cues in the same
 * region are stacked, and adjacent ones with equal text are merged. Colours and sizes are lost.
 */
export function nativeCues(cues: readonly Cue[]): NativeCue[] {
  const shown = mergeEqualText(cues).filter(({ start, end }) => Number.isFinite(start) && end > start);
  const linesUpTo = stacked(shown);
  return shown.map((cue) => nativeCue(cue, linesUpTo.get(cue) ?? 0));
}

/** `linesAside`: how many lines of other cues are between this cue and the edge that it is aligned to. */
export function nativeCue(cue: Cue, linesAside = 0): NativeCue {
  const { id, start, end, runs, image, region, paragraph } = cue;
  return {
    id: image ? 'image' : id,
    startTime: start,
    endTime: end,
    text: image ? '' : vttText(runs),
    ...placeOf(withoutPadding(region), linesAside),
    align: paragraph.align,
  };
}

function withoutPadding(region: Region): Region {
  const [above, right, below, before] = region.padding ?? [0, 0, 0, 0];
  return {
    ...region,
    left: region.left + before,
    top: region.top + above,
    width: Math.max(0, region.width - before - right),
    height: Math.max(0, region.height - above - below),
  };
}

/** Whether a region is where a browser places cues by default: then it also stacks them. */
const isUsual = ({ top, height, left, width, displayAlign, writingMode }: Region): boolean =>
  writingMode === 'horizontal' &&
  displayAlign === 'after' &&
  top + height >= 0.85 &&
  Math.abs(left + width / 2 - 0.5) < 0.01 &&
  width >= 0.75;

function placeOf(
  region: Region,
  linesAside: number,
): Omit<NativeCue, 'id' | 'startTime' | 'endTime' | 'text' | 'align'> {
  const { left, top, width, height, displayAlign, writingMode } = region;
  if (isUsual(region)) {
    return {
      vertical: '',
      snapToLines: true,
      line: 'auto',
      lineAlign: 'start',
      position: 'auto',
      positionAlign: 'auto',
      size: 100,
    };
  }
  const isVertical = writingMode !== 'horizontal';
  // In the block direction; vertical text from right to left begins at the right.
  const [from, extent] = isVertical
    ? [writingMode === 'vertical-rl' ? 1 - left - width : left, width]
    : [top, height];
  const [along, size] = isVertical ? [top, height] : [left, width];
  const aside = (linesAside * LINE) / 100;
  const line =
    displayAlign === 'before'
      ? from + aside
      : displayAlign === 'center'
        ? from + extent / 2
        : from + extent - aside;
  return {
    vertical: writingMode === 'vertical-rl' ? 'rl' : isVertical ? 'lr' : '',
    snapToLines: false,
    line: percent(line),
    lineAlign: displayAlign === 'before' ? 'start' : displayAlign === 'center' ? 'center' : 'end',
    position: percent(along + size / 2),
    positionAlign: 'center',
    size: percent(size),
  };
}

const percent = (fraction: number): number => Math.round(Math.max(0, Math.min(1, fraction)) * 10_000) / 100;

/** For each cue, the lines of others between it and the edge of their region. */
function stacked(cues: readonly Cue[]): ReadonlyMap<Cue, number> {
  const lines = new Map<Cue, number>();
  const active = new Map<Region, Cue[]>();
  for (const cue of cues) {
    const there = (active.get(cue.region) ?? []).filter(({ end }) => end > cue.start).slice(-MOST_STACKED);
    const height = cue.text.split('\n', 32).length;
    if (cue.region.displayAlign === 'after') {
      for (const other of there) lines.set(other, (lines.get(other) ?? 0) + height);
    } else if (cue.region.displayAlign === 'before') {
      const above = there.reduce((sum, { text }) => sum + text.split('\n', 32).length, 0);
      lines.set(cue, above);
    }
    active.set(cue.region, [...there, cue]);
  }
  return lines;
}

/** No picture has room for more. */
const MOST_STACKED = 16;

/** Merges adjacent cues that look different but have the same text, so that a screen reader reads it once. */
export function mergeEqualText(cues: readonly Cue[]): Cue[] {
  const merged: Cue[] = [];
  const last = new Map<string, number>();
  for (const cue of cues) {
    const key = `${cue.region.id ?? ''}|${cue.region.top}|${cue.region.left}|${cue.image ? cue.id : ''}|${cue.text}`;
    const at = last.get(key);
    const before = at === undefined ? undefined : merged[at];
    if (at !== undefined && before && cue.start - before.end < 0.001 && cue.start >= before.end - 0.001) {
      merged[at] = { ...before, end: cue.end };
    } else {
      last.set(key, merged.length);
      merged.push(cue);
    }
  }
  return merged;
}

/** WebVTT cue text with escaped characters. */
export function vttText(runs: readonly Run[]): string {
  let text = '';
  for (let at = 0; at < runs.length; at++) {
    const found = rubiesAt(runs, at);
    const run = runs[at];
    if (found) {
      for (const { base, reading } of found.rubies)
        text += `<ruby>${base.map(styled).join('')}<rt>${reading.map(styled).join('')}</rt></ruby>`;
      at = found.end - 1;
    } else if (run) {
      text += styled(run);
    }
  }
  return text;
}

function styled({ text, style }: Run): string {
  let marked = escapeText(text);
  if (text.trim() === '') return marked;
  if (style.isUnderlined) marked = `<u>${marked}</u>`;
  if (style.isItalic) marked = `<i>${marked}</i>`;
  if (style.isBold) marked = `<b>${marked}</b>`;
  return marked;
}

/** An empty line would end the cue. */
const escapeText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\n(?=\n)/g, '\n\u00a0');
