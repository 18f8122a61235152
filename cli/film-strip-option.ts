import type { FilmStripOptions } from '../demo/origin/film-strip.ts';
import { numberOption, usageFailure } from './long-command.ts';

/** In the format of `parseArgs`. */
export const FILM_STRIP_OPTIONS = {
  'film-strip': { type: 'string' },
  'film-strip-width': { type: 'string' },
} as const;

const DEFAULT_SECONDS = '10';
const DEFAULT_WIDTH = '160';

/** Inserts the default of `--film-strip` if no number follows: `parseArgs` would use the next argument as its value. */
export const withStripSeconds = (args: readonly string[]): string[] =>
  args.map((arg, i) =>
    arg === '--film-strip' && !/^\d+(\.\d+)?$/.test(args[i + 1] ?? '') ? `${arg}=${DEFAULT_SECONDS}` : arg,
  );

export function readFilmStripOptions(
  command: string,
  values: { readonly 'film-strip'?: string | undefined; readonly 'film-strip-width'?: string | undefined },
): FilmStripOptions | undefined {
  const { 'film-strip': distance, 'film-strip-width': width } = values;
  if (distance === undefined) {
    if (width === undefined) return undefined;
    throw usageFailure(command, '--film-strip-width requires --film-strip.');
  }
  return {
    seconds: numberOption(command, 'film-strip', distance, { min: 1, max: 300 }),
    width: numberOption(command, 'film-strip-width', width ?? DEFAULT_WIDTH, {
      min: 32,
      max: 1280,
      isWhole: true,
    }),
  };
}
