import { type CaptionStyle, readCaptionStyle } from './text/caption-style-values.ts';

/** What a viewer has chosen on an origin. Absent: nothing yet. */
export interface ViewerChoices {
  /** From 0 to 1. */
  readonly volume?: number;
  readonly muted?: boolean;
  readonly rate?: number;
  /** Language tags. */
  readonly audio?: string;
  /** `off`: no subtitles or captions. */
  readonly text?: string;
  readonly captionStyle?: CaptionStyle;
}

export const MEMORY_KEY = 'smooth-player';

/** The viewer's choices, as far as they are valid. */
export function recall(): ViewerChoices {
  try {
    return readChoices(JSON.parse(localStorage.getItem(MEMORY_KEY) ?? '{}'));
  } catch {
    return {};
  }
}

/** Stores choices beside the earlier ones; an `undefined` value removes one. */
export function remember(
  choices: { readonly [Name in keyof ViewerChoices]: ViewerChoices[Name] | undefined },
): void {
  try {
    // Removes what is `undefined`.
    const all = JSON.stringify({ ...recall(), ...choices });
    if (all === '{}') localStorage.removeItem(MEMORY_KEY);
    else localStorage.setItem(MEMORY_KEY, all);
  } catch {
    // If nothing can be stored, it is valid until the page is left.
  }
}

/** The valid part of stored choices. */
export function readChoices(value: unknown): ViewerChoices {
  const given = typeof value === 'object' && value !== null ? value : {};
  const { volume, muted, rate, audio, text, captionStyle } = given as Record<keyof ViewerChoices, unknown>;
  const style = readCaptionStyle(captionStyle ?? {});
  return {
    ...(isBetween(volume, 0, 1) && { volume }),
    ...(typeof muted === 'boolean' && { muted }),
    ...(isBetween(rate, 0.0625, 16) && { rate }),
    ...(isTag(audio) && { audio }),
    ...(isTag(text) && { text }),
    ...(Object.keys(style).length > 0 && { captionStyle: style }),
  };
}

const isBetween = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most;
const isTag = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,35}$/.test(value);
