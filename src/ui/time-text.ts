/** `4:05`, `1:04:05`; a dash if the time is unknown. `like` determines the form: as long as that time's. */
export function clockText(seconds: number, like = seconds): string {
  if (!Number.isFinite(seconds)) return '–:––';
  const { hours, minutes, rest } = split(seconds);
  const withHours = hours > 0 || like >= 3600;
  const shownMinutes = withHours || like >= 600 ? String(minutes).padStart(2, '0') : String(minutes);
  return `${withHours ? `${hours}:` : ''}${shownMinutes}:${String(rest).padStart(2, '0')}`;
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

/** `640 kbit/s`, `2.4 Mbit/s`. */
export function bitrateText(bitsPerSecond: number): string {
  return bitsPerSecond >= 1e6
    ? `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`
    : `${Math.round(bitsPerSecond / 1e3)} kbit/s`;
}
