import type { Strings } from './strings.ts';
import { clockText, spokenTime } from './time-text.ts';

/** A stretch of buffered media, in seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How positions in a title are told. */
export interface TimeFormat {
  /** What can be sought, in seconds; it ends at NaN or infinity while that isn't known, and is empty where nothing can. */
  readonly range: Span;
  /** What the display shows; the second part is left out where there is no room. */
  readonly display: readonly [now: string, rest: string];
  /** A position for the eye. */
  text(time: number): string;
  /** A position for the ear. */
  spoken(time: number): string;
}

/** Of a title with an end. */
export function titleTimeFormat(time: number, duration: number, { language, of }: Strings): TimeFormat {
  const text = (at: number) => clockText(at, duration);
  return {
    range: { start: 0, end: duration },
    display: [text(time), ` / ${clockText(duration)}`],
    text,
    spoken: (at) => `${spokenTime(at, language)} ${of} ${spokenTime(duration, language)}`,
  };
}
