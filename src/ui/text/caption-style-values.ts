import { GENERIC_FAMILIES } from '../../text/cue.ts';

/** The eight colours of 47 CFR 79.103. */
export const CAPTION_COLOURS = [
  'white',
  'black',
  'red',
  'green',
  'blue',
  'yellow',
  'magenta',
  'cyan',
] as const;
export const CAPTION_EDGES = ['none', 'raised', 'depressed', 'uniform', 'drop-shadow'] as const;
/** Relative to the authored size. */
export const CAPTION_SIZES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;
export const TEXT_OPACITIES = [1, 0.5] as const;
export const BOX_OPACITIES = [1, 0.8, 0.5, 0.25, 0] as const;

type OneOf<List extends readonly unknown[]> = List[number];

/** A viewer's caption style. Absent settings are as authored. */
export interface CaptionStyle {
  readonly color?: OneOf<typeof CAPTION_COLOURS>;
  readonly opacity?: OneOf<typeof TEXT_OPACITIES>;
  /** Behind the characters. */
  readonly background?: OneOf<typeof CAPTION_COLOURS>;
  readonly backgroundOpacity?: OneOf<typeof BOX_OPACITIES>;
  /** Behind the whole caption. */
  readonly window?: OneOf<typeof CAPTION_COLOURS>;
  readonly windowOpacity?: OneOf<typeof BOX_OPACITIES>;
  readonly size?: OneOf<typeof CAPTION_SIZES>;
  readonly font?: OneOf<typeof GENERIC_FAMILIES>;
  readonly edge?: OneOf<typeof CAPTION_EDGES>;
}

/** Every setting with its possible values. */
export const CAPTION_SETTINGS: {
  readonly [Name in keyof CaptionStyle]-?: readonly NonNullable<CaptionStyle[Name]>[];
} = {
  size: CAPTION_SIZES,
  font: GENERIC_FAMILIES,
  color: CAPTION_COLOURS,
  opacity: TEXT_OPACITIES,
  edge: CAPTION_EDGES,
  background: CAPTION_COLOURS,
  backgroundOpacity: BOX_OPACITIES,
  window: CAPTION_COLOURS,
  windowOpacity: BOX_OPACITIES,
};

/** The valid part of a caption style: known settings with valid values. */
export function readCaptionStyle(value: unknown): CaptionStyle {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(CAPTION_SETTINGS).flatMap(([name, values]) => {
    const given: unknown = Reflect.get(value, name);
    return (values as readonly unknown[]).includes(given) ? [[name, given] as const] : [];
  });
  return Object.fromEntries(entries) as CaptionStyle;
}
