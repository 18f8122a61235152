import type { Colour, TextStyle } from '../../cue.ts';

/** How characters are written: each part is set by a separate command. */
export interface Pen {
  /** Size, font, italics and underline. */
  readonly attributes: TextStyle;
  readonly hasEdge: boolean;
  /** Including flashing. */
  readonly colours: TextStyle;
  readonly edgeColour: Colour;
}

const BLACK: Colour = { red: 0, green: 0, blue: 0, alpha: 1 };
const TRANSPARENT: Colour = { ...BLACK, alpha: 0 };

/** The background is the renderer's, which is dark. */
export const PLAIN_PEN: Pen = { attributes: {}, hasEdge: false, colours: {}, edgeColour: BLACK };

const withFont = (family: string): Pen => ({ ...PLAIN_PEN, attributes: { fontFamily: [family] } });
const bordered = (pen: Pen): Pen => ({ ...pen, hasEdge: true, colours: { background: TRANSPARENT } });

/** Predefined, from 1 on. CTA-708, 8.10.5.2. */
export const PEN_STYLES: readonly Pen[] = [
  PLAIN_PEN,
  withFont('monospace-serif'),
  withFont('proportional-serif'),
  withFont('monospace-sans-serif'),
  withFont('proportional-sans-serif'),
  bordered(withFont('monospace-sans-serif')),
  bordered(withFont('proportional-sans-serif')),
];

const FAMILIES = [
  'default',
  'monospace-serif',
  'proportional-serif',
  'monospace-sans-serif',
  'proportional-sans-serif',
  'casual',
  'cursive',
  'small-capitals',
] as const;

export const styleOf = ({ attributes, hasEdge, colours, edgeColour }: Pen): TextStyle => ({
  ...attributes,
  ...colours,
  ...(hasEdge && { outline: { color: edgeColour, thickness: 0.003, blur: 0 } }),
});

/** CTA-708, 8.10.5.10 (SetPenAttributes). */
export function penAttributes([first = 0, second = 0]: readonly number[]): Partial<Pen> {
  const family = FAMILIES[second & 7] ?? 'default';
  const size = [0.75, 1, 1.25][first & 3] ?? 1;
  const attributes = {
    isItalic: (second & 0x80) !== 0,
    isUnderlined: (second & 0x40) !== 0,
    ...(family !== 'default' && { fontFamily: [family] }),
    ...(size !== 1 && { fontSize: size / 15 }),
  };
  return { attributes, hasEdge: ((second >> 3) & 7) >= 3 };
}

/** CTA-708, 8.10.5.11 (SetPenColor). */
export function penColours([front = 0, back = 0, edge = 0]: readonly number[]): Partial<Pen> {
  const colours = {
    color: colourOf(front),
    background: colourOf(back),
    ...(front >> 6 === 1 && { isFlashing: true }),
  };
  return { colours, edgeColour: colourOf(edge & 0x3f) };
}

/** Two bits of opacity (solid, flashing, translucent, transparent), and two of each colour. */
export function colourOf(byte: number): Colour {
  const alpha = [1, 1, 0.5, 0][byte >> 6] ?? 1;
  return { red: ((byte >> 4) & 3) * 85, green: ((byte >> 2) & 3) * 85, blue: (byte & 3) * 85, alpha };
}
