/** An attribute or property that may be absent; frameworks remove properties by setting `undefined`. */
type Maybe<Value> = Value | null | undefined;

/** Called with a message about an attribute value that can't be used. */
export type Warn = (sentence: string) => void;

const warnInConsole: Warn = (sentence) => console.warn(`smooth-player: ${sentence}`);

/** A number of at least `least`; `undefined` if the attribute is absent or invalid. */
export function readNumber(
  name: string,
  value: Maybe<string | number>,
  least = 0,
  warn = warnInConsole,
): number | undefined {
  if (String(value ?? '').trim() === '') return undefined;
  const number = Number(value);
  if (Number.isFinite(number) && number >= least) return number;
  warn(`${name}="${value}" is not a number from ${least} up; it is ignored.`);
  return undefined;
}

/** One of `words`; the first if the attribute is absent or invalid. */
export function readWord<const Words extends readonly [string, ...string[]]>(
  name: string,
  value: Maybe<string>,
  words: Words,
  warn = warnInConsole,
): Words[number] {
  if (!value) return words[0];
  const word = words.find((one) => one === value.toLowerCase());
  if (word) return word;
  warn(`${name}="${value}" is not one of ${words.join(', ')}; ${words[0]} is used.`);
  return words[0];
}

/** The theme; `auto` if the attribute is absent or invalid. */
export const readTheme = (value: Maybe<string>, warn = warnInConsole) =>
  readWord('theme', value, ['auto', 'light', 'dark', 'minimal'], warn);

/** A length in CSS pixels or a percentage, as `width` and `height` of a `<video>`; `undefined` if it is absent or invalid. */
export function readDimension(value: Maybe<string>): string | undefined {
  const [, number, percent] = /^\s*\+?(\d+(?:\.\d+)?)\.?(%)?/.exec(value ?? '') ?? [];
  return number && `${Number(number)}${percent ?? 'px'}`;
}

/** `false`, `off`, `no` and `0` are false, presence is true, absence `undefined`. */
export function readSwitch(value: Maybe<string | boolean>): boolean | undefined {
  return value === null || value === undefined
    ? undefined
    : !/^(false|off|no|0)$/i.test(String(value).trim());
}

export const DEFAULT_RATES: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** Playback rates between 1/16 and 16, ascending, including 1. */
export function readRates(value: Maybe<string>, warn = warnInConsole): readonly number[] {
  const words = value?.split(/[\s,]+/).filter((word) => word !== '') ?? [];
  const rates = words.map(Number).filter((rate) => rate >= 0.0625 && rate <= 16);
  if (rates.length < words.length) warn(`playback-rates="${value}" has invalid values; they are ignored.`);
  if (rates.length === 0) return DEFAULT_RATES;
  return [...new Set([...rates, 1])].sort((a, b) => a - b);
}

/** `auto`, a height such as `720p`, or bits per second. */
export function readQuality(value: Maybe<string | number>, warn = warnInConsole): 'auto' | string | number {
  const text = String(value ?? '')
    .trim()
    .toLowerCase();
  if (text === '' || text === 'auto') return 'auto';
  if (/^\d+p$/.test(text)) return text;
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  warn(`quality="${value}" is neither auto, nor a height such as 720p, nor bits per second; auto is used.`);
  return 'auto';
}
