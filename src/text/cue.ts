import type { Seconds } from '../base/time.ts';

/** A piece of text, or an image of it, with a start and an end on the media element's clock. Never changed in place. */
export interface Cue {
  /** Unique in its track. A cue whose text or end is learnt later keeps it. */
  readonly id: string;
  readonly start: Seconds;
  /** `Infinity` while nobody knows. */
  readonly end: Seconds;
  /** All runs together: plain text, lines apart by `\n`. */
  readonly text: string;
  readonly runs: readonly Run[];
  readonly paragraph: Paragraph;
  readonly region: Region;
  /** Shown even with captions off, to those who follow the sound's language. */
  readonly isForced: boolean;
  readonly image?: CueImage;
}

/** Neighbouring characters of one style. */
export interface Run {
  readonly text: string;
  readonly style: TextStyle;
}

/** Red, green and blue from 0 to 255, alpha from 0 to 1. */
export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** How characters look. What is absent is left to whoever draws them. */
export interface TextStyle {
  readonly color?: Colour;
  readonly background?: Colour;
  /** From 0 to 1. */
  readonly opacity?: number;
  /** Fraction of the picture's height. */
  readonly fontSize?: number;
  /** Width of a character over its usual one. */
  readonly fontStretch?: number;
  /** In order of preference: names of one of the `GENERIC_FAMILIES`, or letters, digits, blanks, `-` and `_`. */
  readonly fontFamily?: readonly string[];
  readonly isBold?: boolean;
  readonly isItalic?: boolean;
  readonly isUnderlined?: boolean;
  readonly isStruckThrough?: boolean;
  readonly isOverlined?: boolean;
  readonly isFlashing?: boolean;
  readonly outline?: Edge;
  readonly shadow?: Shadow;
  /** Base text, its reading, or what stands around the reading where ruby can't be drawn. */
  readonly ruby?: 'base' | 'text' | 'delimiter';
  readonly emphasis?: 'dot' | 'circle' | 'sesame';
  /** Upright in one cell of vertical text. */
  readonly isCombined?: boolean;
  /** Against the paragraph's. */
  readonly direction?: 'ltr' | 'rtl';
}

/** Lengths are fractions of the picture's height. */
export interface Edge {
  readonly color: Colour | undefined;
  readonly thickness: number;
  readonly blur: number;
}

export interface Shadow extends Omit<Edge, 'thickness'> {
  readonly x: number;
  readonly y: number;
}

export const GENERIC_FAMILIES = [
  'default',
  'monospace-serif',
  'monospace-sans-serif',
  'proportional-serif',
  'proportional-sans-serif',
  'casual',
  'cursive',
  'small-capitals',
] as const;

/** What lines of a cue have in common. */
export interface Paragraph {
  readonly align: 'start' | 'center' | 'end' | 'left' | 'right';
  /** Of the lines among themselves, within the block that `align` places. EBU-TT-D, `multiRowAlign`. */
  readonly rowAlign?: 'start' | 'center' | 'end';
  readonly direction: 'ltr' | 'rtl';
  readonly background?: Colour;
  /** Fraction of the picture's height. */
  readonly lineHeight?: number;
  /** Fraction of the picture's width, at both ends of each line's background. EBU-TT-D, `linePadding`. */
  readonly linePadding?: number;
  /** Backgrounds of neighbouring lines touch. IMSC 1.1, `fillLineGap`. */
  readonly fillsLineGap?: boolean;
  /** Lines break only where the text says so. */
  readonly isUnwrapped?: boolean;
}

/** Where cues are shown: a box in fractions of the picture's width and height, always within it. */
export interface Region {
  /** As the document names it; `undefined` for the default one. */
  readonly id: string | undefined;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Where lines gather that don't fill it, in the direction in which lines follow each other. */
  readonly displayAlign: 'before' | 'center' | 'after';
  readonly writingMode: 'horizontal' | 'vertical-rl' | 'vertical-lr';
  readonly background?: Colour;
  /** Whether the background is there without a cue. */
  readonly showsAlways?: boolean;
  readonly opacity?: number;
  /** Top, right, bottom, left; of the picture's height and width. */
  readonly padding?: readonly [number, number, number, number];
  readonly zIndex?: number;
  readonly clips?: boolean;
}

/** A PNG whose header was checked. */
export interface CueImage {
  readonly type: 'image/png';
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly alt?: string;
}

/** Bottom and middle, away from the edges. */
export const DEFAULT_REGION: Region = {
  id: undefined,
  left: 0.1,
  top: 0.1,
  width: 0.8,
  height: 0.8,
  displayAlign: 'after',
  writingMode: 'horizontal',
};

export const DEFAULT_PARAGRAPH: Paragraph = { align: 'center', direction: 'ltr' };

/** What a title may ask of a player's memory and time. What exceeds it is left out, and reported once. */
export const TEXT_LIMITS = {
  /** Bytes of a fragment, and of a file that is loaded beside a title. */
  fragmentBytes: 1024 * 1024,
  fileBytes: 16 * 1024 * 1024,
  /** Kept of a track: of a live one the newest. */
  cues: 5000,
  events: 1000,
  regions: 256,
  /** Elements inside each other. */
  depth: 64,
  /** Characters of a cue. */
  cueLength: 64 * 1024,
  images: 64,
  imageBytes: 16 * 1024 * 1024,
  imageWidth: 4096,
  imageHeight: 2160,
} as const;
