import { SmoothError } from '../../base/errors.ts';
import type { DownloadOptions } from './downloads.ts';

type Known = Readonly<Record<keyof DownloadOptions, (value: unknown) => string | undefined>>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const list = (value: unknown) => (Array.isArray(value) ? undefined : 'must be a list');
const isWish = (value: unknown) =>
  typeof value === 'string' ||
  (Array.isArray(value) && value.every((one: unknown) => typeof one === 'string'));

const OPTIONS: Known = {
  quality: (value) =>
    (typeof value === 'number' && value > 0) || typeof value === 'string'
      ? undefined
      : 'must be bits per second, or a height such as "720p"',
  tracks: (value) => {
    if (!isObject(value)) return 'must be an object';
    const wrong = Object.entries(value).find(
      ([kind, wish]) => !['video', 'audio', 'text'].includes(kind) || !(wish === undefined || isWish(wish)),
    );
    return wrong && `has "${wrong[0]}": it takes video, audio and text, each with ids or languages`;
  },
  textTracks: list,
  files: list,
  title: (value) => (typeof value === 'string' ? undefined : 'must be a string'),
  signal: (value) => (value instanceof AbortSignal ? undefined : 'must be an AbortSignal'),
};

/** Throws `option-invalid`: a download is large, and what was misunderstood would be noticed without a network only. */
export function checkOptions(options: DownloadOptions): void {
  for (const [option, value] of Object.entries(options)) {
    const check = Object.hasOwn(OPTIONS, option) ? OPTIONS[option as keyof DownloadOptions] : undefined;
    const problem = check
      ? value !== undefined && check(value)
      : `is unknown; there are ${Object.keys(OPTIONS).join(', ')}`;
    if (problem) throw new SmoothError('option-invalid', { option, problem });
  }
}
