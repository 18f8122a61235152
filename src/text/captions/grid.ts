/** Captions stay within the safe area: a tenth of the picture is free at each edge. CTA-608, 5.1; 47 CFR 79.102. */
export const MARGIN = 0.1;
/** Width and height of the safe area, as fractions of the picture's. */
export const SAFE = 1 - 2 * MARGIN;
/** A row, as a fraction of the picture's height: fifteen of them fill the safe area. */
export const ROW = SAFE / 15;

/** The columns that a line's text covers. */
export interface Span {
  readonly from: number;
  /** After its last character. */
  readonly to: number;
}

/**
 * The alignment that lines written at these columns have in common. A single line is centred if it is about as far from
 * either edge.
 */
export function alignmentOf(lines: readonly Span[], columns: number): 'left' | 'center' | 'right' {
  const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  const middles = lines.map(({ from, to }) => (from + to) / 2);
  const isMiddle = middles.every((middle) => Math.abs(middle - columns / 2) <= 2);
  if (isMiddle && spread(middles) <= 1.5 && lines.every(({ from }) => from > 0)) return 'center';
  if (spread(lines.map(({ from }) => from)) === 0) return 'left';
  if (spread(lines.map(({ to }) => to)) === 0) return 'right';
  return isMiddle && spread(middles) <= 2 ? 'center' : 'left';
}
