import { textsFor } from '../texts.ts';
import type { CaptionStyle } from './caption-style-values.ts';

/** The texts of the style dialog in one language. */
export interface StyleStrings {
  readonly language: string;
  readonly title: string;
  readonly reset: string;
  readonly done: string;
  /** Shown on the picture if there is no caption. */
  readonly sample: string;
  readonly asAuthored: string;
  readonly names: { readonly [Name in keyof CaptionStyle]-?: string };
  /** Names of colours, fonts and edges. */
  readonly values: Readonly<Record<string, string>>;
}

const en: StyleStrings = {
  language: 'en',
  title: 'Caption style',
  reset: 'Reset',
  done: 'Done',
  sample: 'Captions look like this',
  asAuthored: 'Default',
  names: {
    size: 'Size',
    font: 'Font',
    color: 'Text colour',
    opacity: 'Text opacity',
    edge: 'Edge',
    background: 'Background colour',
    backgroundOpacity: 'Background opacity',
    window: 'Window colour',
    windowOpacity: 'Window opacity',
  },
  values: {
    white: 'White',
    black: 'Black',
    red: 'Red',
    green: 'Green',
    blue: 'Blue',
    yellow: 'Yellow',
    magenta: 'Magenta',
    cyan: 'Cyan',
    default: 'Standard',
    'monospace-serif': 'Monospace with serifs',
    'proportional-serif': 'Proportional with serifs',
    'monospace-sans-serif': 'Monospace',
    'proportional-sans-serif': 'Proportional',
    casual: 'Casual',
    cursive: 'Cursive',
    'small-capitals': 'Small capitals',
    none: 'None',
    raised: 'Raised',
    depressed: 'Depressed',
    uniform: 'Outline',
    'drop-shadow': 'Drop shadow',
  },
};

/** The texts for a language tag; English until others are loaded. */
export const styleStringsFor = (language: string): StyleStrings => textsFor('captionStyle', language, en);
