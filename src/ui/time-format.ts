import type { Strings } from './strings.ts';
import { fill } from './texts.ts';
import { clockText, spokenTime } from './time-text.ts';

/** A range of buffered media, in seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How positions in a title are formatted. */
export interface TimeFormat {
  /** The seekable range in seconds; its end is NaN or infinite while unknown, and it is empty if nothing is seekable. */
  readonly range: Span;
  /** The displayed texts; the second is omitted if there is no room. */
  readonly display: readonly [now: string, rest: string];
  /** A position as displayed text. */
  text(time: number): string;
  /** A position as spoken text. */
  spoken(time: number): string;
}

/** The format for a title with an end. */
export function titleTimeFormat(time: number, duration: number, { language, position }: Strings): TimeFormat {
  const text = (at: number) => clockText(at, { like: duration, language });
  return {
    range: { start: 0, end: duration },
    display: [text(time), ` / ${clockText(duration, { language })}`],
    text,
    spoken: (at) =>
      fill(position, { time: spokenTime(at, language), duration: spokenTime(duration, language) }),
  };
}
