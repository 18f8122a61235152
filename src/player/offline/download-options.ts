import { SmoothError } from '../../base/errors.ts';
import type { TextSource } from '../text/side-loaded.ts';
import type { DownloadWishes } from './download-record.ts';

/** What to store. */
export interface DownloadOptions extends DownloadWishes {
  /**
   * Of the video: the best at or below these bits per second, or a height such as `720p`. Default: the best that this machine plays
   * smoothly, within `heuristics.maxHeight`, `maxBitrate` and `saveData`. Audio is stored at its best quality.
   */
  readonly quality?: DownloadWishes['quality'];
  /** Default: the first camera, all audio, all text and events. */
  readonly tracks?: DownloadWishes['tracks'];
  /** External text. `Download.textTracks` has them again, for `addTextTrack`. */
  readonly textTracks?: readonly TextSource[];
  /** URLs of further files to store, such as a storyboard and its pictures. */
  readonly files?: readonly string[];
  /** A name to display; default: the source's. */
  readonly title?: string;
  /** Pauses the download. */
  readonly signal?: AbortSignal;
}

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
