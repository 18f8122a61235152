/** A number with the language's digits and separators, with at most `fraction` digits after the point. */
export const numberText = (value: number, language: string, fraction = 0): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: fraction }).format(value);

/** `50%`, in the given language. */
export const percentText = (fraction: number, language: string): string =>
  new Intl.NumberFormat(language, { style: 'percent' }).format(fraction);

/**
 * `4:05`, `1:04:05`, with the language's digits; a dash if the time is unknown. `like` determines the form: as long as
 * that time's.
 */
export function clockText(
  seconds: number,
  { like = seconds, language = 'en' }: { readonly like?: number; readonly language?: string } = {},
): string {
  if (!Number.isFinite(seconds)) return '–:––';
  const { hours, minutes, rest } = split(seconds);
  const withHours = hours > 0 || like >= 3600;
  const digits = (value: number, atLeast: number) =>
    new Intl.NumberFormat(language, { minimumIntegerDigits: atLeast, useGrouping: false }).format(value);
  const shownMinutes = digits(minutes, withHours || like >= 600 ? 2 : 1);
  return `${withHours ? `${digits(hours, 1)}:` : ''}${shownMinutes}:${digits(rest, 2)}`;
}

/** In words, for screen readers: `1 minute, 5 seconds`, in the given language. */
export function spokenTime(seconds: number, language: string): string {
  if (!Number.isFinite(seconds)) return '';
  const { hours, minutes, rest } = split(seconds);
  const parts: string[] = [];
  if (hours) parts.push(inUnit(hours, 'hour', language));
  if (minutes) parts.push(inUnit(minutes, 'minute', language));
  if (rest || parts.length === 0) parts.push(inUnit(rest, 'second', language));
  return parts.join(', ');
}

function split(seconds: number) {
  const whole = Math.max(0, Math.floor(seconds));
  return { hours: Math.floor(whole / 3600), minutes: Math.floor(whole / 60) % 60, rest: whole % 60 };
}

function inUnit(value: number, unit: 'hour' | 'minute' | 'second', language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

/** `640 kbit/s`, `2.4 Mbit/s`, with the language's numbers. */
export function bitrateText(bitsPerSecond: number, language = 'en'): string {
  if (bitsPerSecond < 1e6) return `${numberText(Math.round(bitsPerSecond / 1e3), language)} kbit/s`;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${format.format(bitsPerSecond / 1e6)} Mbit/s`;
}
