import { type Colour, DEFAULT_REGION, type Paragraph, type Region } from '../../cue.ts';
import { alignmentOf, MARGIN, ROW, SAFE, type Span } from '../grid.ts';

/** How a window fills, and how its lines are aligned. CTA-708, 8.4 and 8.10.5.9 (SetWindowAttributes). */
export interface WindowAttributes {
  readonly fill: Colour | undefined;
  readonly justify: 'left' | 'right' | 'center';
  readonly isVertical: boolean;
  readonly isRightToLeft: boolean;
}

export interface WindowDefinition {
  readonly priority: number;
  readonly isRelative: boolean;
  readonly anchorVertical: number;
  readonly anchorHorizontal: number;
  /** Which of nine points of the window is at the anchor; row by row from the upper left. */
  readonly anchorPoint: number;
  readonly rows: number;
  readonly columns: number;
}

/** The part of a window that has text. */
export interface Filled {
  /** Its first and last row. */
  readonly first: number;
  readonly last: number;
  /** The columns of its lines. */
  readonly spans: readonly Span[];
}

const BLACK: Colour = { red: 0, green: 0, blue: 0, alpha: 1 };
const LEFT: WindowAttributes = { fill: BLACK, justify: 'left', isVertical: false, isRightToLeft: false };
const CLEAR = { ...LEFT, fill: undefined };

/** Predefined, from 1 on. CTA-708, 8.10.5.2. */
export const WINDOW_STYLES: readonly [WindowAttributes, ...WindowAttributes[]] = [
  LEFT,
  CLEAR,
  { ...LEFT, justify: 'center' },
  LEFT,
  CLEAR,
  { ...LEFT, justify: 'center' },
  { ...LEFT, isVertical: true, isRightToLeft: true },
];

/** Anchors are written in percent of the safe area, or in units of a grid over it. CTA-708, 8.10.5.2. */
const PERCENT = 100;
const LAST_VERTICAL = 74;
const LAST_HORIZONTAL = 209;
const COLUMN = SAFE / 42;
const ALIGNS = ['before', 'center', 'after'] as const;

type Box = Pick<Region, 'left' | 'top' | 'width' | 'height'>;

/**
 * Converts a window, and the part of it that has text, to a region. A background covers the whole window; without one
 * the region begins where the text does.
 */
export function placeOf(
  definition: WindowDefinition,
  { fill, justify, isVertical, isRightToLeft }: WindowAttributes,
  filled: Filled,
): { readonly region: Region; readonly paragraph: Paragraph } {
  const box = boxOf(definition);
  const displayAlign = ALIGNS[Math.floor(definition.anchorPoint / 3)] ?? 'after';
  const background = fill && fill.alpha > 0 ? fill : undefined;
  // With others the column of the pen is ignored. CTA-708, 8.10.5.12.
  const isIndented = justify === 'left' && !isRightToLeft && !isVertical;
  const align = isIndented ? alignmentOf(filled.spans, definition.columns) : justify;
  const inner: Box = {
    ...box,
    ...(!isVertical && rowsOf(definition, box, displayAlign, filled)),
    ...(isIndented && columnsOf(definition, box, align, background !== undefined, filled)),
  };
  const padding = background && paddingOf(box, inner);
  return {
    region: {
      ...DEFAULT_REGION,
      ...(background ? box : inner),
      displayAlign,
      writingMode: isVertical ? 'vertical-rl' : 'horizontal',
      ...(background && { background }),
      ...(padding && { padding }),
    },
    paragraph: { align, direction: isRightToLeft && !isVertical ? 'rtl' : 'ltr' },
  };
}

/** A box of the size of its rows and columns, around its anchor, and within the safe area. */
function boxOf(definition: WindowDefinition): Box {
  const { anchorPoint, rows, columns, isRelative, anchorVertical, anchorHorizontal } = definition;
  const height = Math.min(SAFE, rows * ROW);
  const width = Math.min(SAFE, columns * COLUMN);
  const y = MARGIN + (SAFE * anchorVertical) / (isRelative ? PERCENT : LAST_VERTICAL);
  const x = MARGIN + (SAFE * anchorHorizontal) / (isRelative ? PERCENT : LAST_HORIZONTAL);
  const within = (from: number, size: number) => Math.max(MARGIN, Math.min(1 - MARGIN - size, from));
  return {
    left: within(x - ((anchorPoint % 3) * width) / 2, width),
    top: within(y - (Math.floor(anchorPoint / 3) * height) / 2, height),
    width,
    height,
  };
}

/** From the first to the last row with text, and further to where larger text grows. */
function rowsOf(
  { rows }: WindowDefinition,
  { top, height }: Box,
  displayAlign: Region['displayAlign'],
  { first, last }: Filled,
): Pick<Box, 'top' | 'height'> {
  const row = height / rows;
  const from = displayAlign === 'after' ? top : top + first * row;
  const to = displayAlign === 'before' ? top + height : top + (last + 1) * row;
  return { top: from, height: to - from };
}

/** From or up to the common edge of the lines; without a background, up to the other edge of the safe area. */
function columnsOf(
  { columns }: WindowDefinition,
  { left, width }: Box,
  align: Paragraph['align'],
  isWithin: boolean,
  { spans }: Filled,
): Pick<Box, 'left' | 'width'> {
  const to = Math.max(...spans.map((span) => span.to));
  const column = width / Math.max(columns, to);
  const [least, most] = isWithin ? [left, left + width] : [MARGIN, 1 - MARGIN];
  if (align === 'right') return { left: least, width: left + to * column - least };
  if (align === 'center') return { left, width };
  const from = left + Math.min(...spans.map((span) => span.from)) * column;
  return { left: from, width: most - from };
}

function paddingOf(box: Box, inner: Box): Region['padding'] {
  const [above, before] = [inner.top - box.top, inner.left - box.left];
  const sides = [above, box.width - inner.width - before, box.height - inner.height - above, before];
  const [top = 0, right = 0, bottom = 0, left = 0] = sides.map((side) => (side > 0.0001 ? side : 0));
  return top + right + bottom + left > 0 ? [top, right, bottom, left] : undefined;
}
