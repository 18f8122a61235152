import type { DocumentParameters } from './parameters.ts';

/** The reference sizes of lengths. */
export interface Measures {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the root container. */
  readonly width: number;
  readonly height: number;
}

interface Length {
  readonly value: number;
  readonly unit: '%' | 'px' | 'c' | 'em' | 'rh' | 'rw';
}

/** Default picture size. */
const USUAL_SIZE = { width: 1280, height: 720 };
/** The maximum length, as a multiple of its reference. */
const MOST = 1e6;

export const measuresOf = (
  { columns, rows, extent }: DocumentParameters,
  picture: { readonly width: number; readonly height: number } = USUAL_SIZE,
): Measures => ({ columns, rows, ...(extent ?? picture) });

/** TTML 2, 10.3.17. A number alone is pixels. */
export function parseLength(text: string): Length | undefined {
  const [, digits, unit = 'px'] =
    /^([+-]?(?:\d{1,9}(?:\.\d{0,20})?|\.\d{1,20}))(%|px|c|em|rh|rw)?$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = Math.max(-MOST, Math.min(MOST, Number(digits)));
  return { value, unit: unit.toLowerCase() as Length['unit'] };
}

export const parseLengths = (text: string): readonly (Length | undefined)[] =>
  text.trim().split(/\s+/, 8).map(parseLength);

/** As a fraction of the root's height. `of`, `em`: the references for percentages and `em`, as such fractions. */
export function vertically({ value, unit }: Length, measures: Measures, of = 1, em = of): number {
  switch (unit) {
    case '%':
      return (value / 100) * of;
    case 'em':
      return value * em;
    case 'px':
      return value / measures.height;
    case 'c':
      return value / measures.rows;
    case 'rh':
      return value / 100;
    case 'rw':
      return ((value / 100) * measures.width) / measures.height;
    default:
      return unit satisfies never;
  }
}

/** As a fraction of the root's width; `em` is a fraction of its height. */
export function horizontally({ value, unit }: Length, measures: Measures, of = 1, em = of): number {
  switch (unit) {
    case '%':
      return (value / 100) * of;
    case 'em':
      return (value * em * measures.height) / measures.width;
    case 'px':
      return value / measures.width;
    case 'c':
      return value / measures.columns;
    case 'rw':
      return value / 100;
    case 'rh':
      return ((value / 100) * measures.height) / measures.width;
    default:
      return unit satisfies never;
  }
}
