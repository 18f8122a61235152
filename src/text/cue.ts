import type { Seconds } from '../base/time.ts';

/** A piece of text, or an image of it, with a start and an end on the media element's clock. Immutable. */
export interface Cue {
  /** Unique in its track. A cue whose text or end is completed later keeps it. */
  readonly id: string;
  readonly start: Seconds;
  /** `Infinity` while unknown. */
  readonly end: Seconds;
  /** All runs together: plain text, lines separated by `\n`. */
  readonly text: string;
  readonly runs: readonly Run[];
  readonly paragraph: Paragraph;
  readonly region: Region;
  /** Shown even with captions off, to viewers who understand the audio's language. */
  readonly isForced: boolean;
  readonly image?: CueImage;
}

/** Consecutive characters of one style. */
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

/** How characters look. Absent properties are left to the renderer. */
export interface TextStyle {
  readonly color?: Colour;
  readonly background?: Colour;
  /** From 0 to 1. */
  readonly opacity?: number;
  /** Fraction of the picture's height. */
  readonly fontSize?: number;
  /** Width of a character relative to the normal width. */
  readonly fontStretch?: number;
  /** In order of preference: one of the `GENERIC_FAMILIES`, or letters, digits, spaces, `-` and `_`. */
  readonly fontFamily?: readonly string[];
  readonly isBold?: boolean;
  readonly isItalic?: boolean;
  readonly isUnderlined?: boolean;
  readonly isStruckThrough?: boolean;
  readonly isOverlined?: boolean;
  readonly isFlashing?: boolean;
  readonly outline?: Edge;
  readonly shadow?: Shadow;
  /** Base text, its reading, or delimiters around the reading where ruby can't be rendered. */
  readonly ruby?: 'base' | 'text' | 'delimiter';
  readonly emphasis?: 'dot' | 'circle' | 'sesame';
  /** Upright in one cell of vertical text. */
  readonly isCombined?: boolean;
  /** Relative to the paragraph's. */
  readonly direction?: 'ltr' | 'rtl';
  /** All characters are in this direction, whatever their own. */
  readonly isBidiOverridden?: boolean;
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

/** Properties common to the lines of a cue. */
export interface Paragraph {
  readonly align: 'start' | 'center' | 'end' | 'left' | 'right';
  /** Alignment of the lines within the block that `align` positions. EBU-TT-D, `multiRowAlign`. */
  readonly rowAlign?: 'start' | 'center' | 'end';
  readonly direction: 'ltr' | 'rtl';
  readonly background?: Colour;
  /** Fraction of the picture's height. */
  readonly lineHeight?: number;
  /** Fraction of the picture's width, at both ends of each line's background. EBU-TT-D, `linePadding`. */
  readonly linePadding?: number;
  /** Backgrounds of adjacent lines touch. IMSC 1.1, `fillLineGap`. */
  readonly fillsLineGap?: boolean;
  /** Lines break only where the text has a break. */
  readonly isUnwrapped?: boolean;
}

/** Where cues are shown: a box in fractions of the picture's width and height, always within it. */
export interface Region {
  /** As in the document; `undefined` for the default region. */
  readonly id: string | undefined;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Where lines are placed if they don't fill it, in the block direction. */
  readonly displayAlign: 'before' | 'center' | 'after';
  readonly writingMode: 'horizontal' | 'vertical-rl' | 'vertical-lr';
  readonly background?: Colour;
  /** Whether the background is shown without a cue. */
  readonly showsAlways?: boolean;
  readonly opacity?: number;
  /** Top, right, bottom, left, as fractions of the picture's height and width. */
  readonly padding?: readonly [number, number, number, number];
  readonly zIndex?: number;
  readonly clips?: boolean;
}

/** A PNG whose header was validated. */
export interface CueImage {
  readonly type: 'image/png';
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly alt?: string;
}

/** Bottom and centre, away from the edges. */
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

/** Limits for a title's use of memory and time. What exceeds them is ignored, and reported once. */
export const TEXT_LIMITS = {
  /** Bytes of a fragment, and of an external file. */
  fragmentBytes: 1024 * 1024,
  fileBytes: 16 * 1024 * 1024,
  /** Kept for a track: of a live one the newest. */
  cues: 5000,
  events: 1000,
  regions: 256,
  /** Nested elements. */
  depth: 64,
  /** Characters of a cue. */
  cueLength: 64 * 1024,
  images: 64,
  imageBytes: 16 * 1024 * 1024,
  imageWidth: 4096,
  imageHeight: 2160,
} as const;
