import { DEFAULT_PARAGRAPH, DEFAULT_REGION, type Paragraph, type Region } from '../cue.ts';

/** A `REGION` block, in percent of the picture, and lines. WebVTT, 3.4. */
export interface VttRegion {
  readonly id: string;
  readonly width: number;
  readonly lines: number;
  readonly anchor: readonly [number, number];
  readonly viewport: readonly [number, number];
}

/** Height of a line as a fraction of the picture's, at the normal text size. */
const LINE = 1 / 15;

/** The position of a cue according to its settings. WebVTT, 4.1 and 6.1. */
export function placeBySettings(
  settings: string,
  regions: ReadonlyMap<string, VttRegion>,
): { readonly region: Region; readonly paragraph: Paragraph } {
  const values = new Map(
    settings
      .trim()
      .split(/\s+/, 32)
      .flatMap((setting) => {
        const [, name, value] = /^(\w+):(\S{1,100})$/.exec(setting) ?? [];
        return name && value ? [[name.toLowerCase(), value]] : [];
      }) as [string, string][],
  );
  const align = ALIGNS.get(values.get('align') ?? '') ?? 'center';
  const paragraph: Paragraph = align === 'center' ? DEFAULT_PARAGRAPH : { ...DEFAULT_PARAGRAPH, align };
  const declared = regions.get(values.get('region') ?? '');
  if (declared) return { region: regionBox(declared), paragraph };
  return { region: cueBox(values, align), paragraph };
}

const ALIGNS: ReadonlyMap<string, Paragraph['align']> = new Map([
  ['start', 'start'],
  ['center', 'center'],
  ['middle', 'center'],
  ['end', 'end'],
  ['left', 'left'],
  ['right', 'right'],
]);

/** The last three are those of older drafts. */
const ANCHORS: ReadonlyMap<string, 'start' | 'center' | 'end'> = new Map([
  ['line-left', 'start'],
  ['center', 'center'],
  ['line-right', 'end'],
  ['start', 'start'],
  ['middle', 'center'],
  ['end', 'end'],
]);

function regionBox({ id, width, lines, anchor, viewport }: VttRegion): Region {
  const size = { width: width / 100, height: Math.min(1, lines * LINE) };
  const left = viewport[0] / 100 - (anchor[0] / 100) * size.width;
  const top = viewport[1] / 100 - (anchor[1] / 100) * size.height;
  return {
    ...DEFAULT_REGION,
    ...size,
    id,
    left: clamp(left, 0, 1 - size.width),
    top: clamp(top, 0, 1 - size.height),
  };
}

function cueBox(values: ReadonlyMap<string, string>, align: Paragraph['align']): Region {
  const vertical = values.get('vertical');
  const [along, across] = [alongBox(values, align), acrossBox(values.get('line'))];
  if (!along && !across) return vertical ? turned(DEFAULT_REGION, vertical) : DEFAULT_REGION;
  const { start, size } = along ?? { start: 0, size: 1 };
  const { from, to, displayAlign } = across ?? { from: 0.1, to: 0.9, displayAlign: 'after' as const };
  const box: Region = {
    ...DEFAULT_REGION,
    left: start,
    width: size,
    top: from,
    height: to - from,
    displayAlign,
  };
  return vertical ? turned(box, vertical) : box;
}

/** Vertical lines: the two axes are swapped. */
function turned(region: Region, vertical: string): Region {
  const { left, width, top, height } = region;
  const isLeftToRight = vertical === 'lr';
  return {
    ...region,
    top: left,
    height: width,
    left: isLeftToRight ? top : 1 - top - height,
    width: height,
    writingMode: isLeftToRight ? 'vertical-lr' : 'vertical-rl',
  };
}

/** `undefined`: as wide as possible. WebVTT, 6.1 (maximum size, x-position). */
function alongBox(values: ReadonlyMap<string, string>, align: Paragraph['align']) {
  const size = percent(values.get('size'));
  const [at, edge] = (values.get('position') ?? '').split(',', 2);
  const given = percent(at);
  if (size === undefined && given === undefined) return undefined;
  const isStart = align === 'start' || align === 'left';
  const isEnd = align === 'end' || align === 'right';
  const position = given ?? (isStart ? 0 : isEnd ? 1 : 0.5);
  const anchor = ANCHORS.get(edge ?? '') ?? (isStart ? 'start' : isEnd ? 'end' : 'center');
  const most =
    anchor === 'start' ? 1 - position : anchor === 'end' ? position : 2 * Math.min(position, 1 - position);
  const width = Math.min(size ?? 1, most > 0 ? most : 1);
  const start = anchor === 'start' ? position : anchor === 'end' ? position - width : position - width / 2;
  return { start: clamp(start, 0, 1 - width), size: width };
}

/** `undefined`: at the bottom, above other cues. */
function acrossBox(
  line: string | undefined,
): { readonly from: number; readonly to: number; readonly displayAlign: Region['displayAlign'] } | undefined {
  const [at, edge] = (line ?? '').split(',', 2);
  const number = /^-?\d{1,4}$/.test(at ?? '') ? Number(at) : undefined;
  const fraction =
    percent(at) ?? (number !== undefined && number >= 0 ? Math.min(1, number * LINE) : undefined);
  if (fraction === undefined) {
    const to = number === undefined ? undefined : Math.max(LINE, 1 + (number + 1) * LINE);
    return to === undefined ? undefined : { from: 0, to, displayAlign: 'after' };
  }
  if (edge === 'end') return { from: 0, to: Math.max(LINE, fraction), displayAlign: 'after' };
  if (edge === 'center') {
    const half = Math.max(LINE / 2, Math.min(fraction, 1 - fraction));
    return { from: clamp(fraction - half, 0, 1), to: clamp(fraction + half, 0, 1), displayAlign: 'center' };
  }
  return { from: Math.min(fraction, 1 - LINE), to: 1, displayAlign: 'before' };
}

/** As a fraction; `undefined` if it isn't a percentage from 0 to 100. */
export function percent(text: string | undefined): number | undefined {
  const [, digits] = /^(\d{1,3}(?:\.\d{1,10})?)%$/.exec(text ?? '') ?? [];
  const value = digits === undefined ? Number.NaN : Number(digits);
  return value <= 100 ? value / 100 : undefined;
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
