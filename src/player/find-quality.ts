import type { Quality } from './tracks.ts';

/** One of the qualities, bits per second, a height such as `720p`, or the heuristics' choice. */
export type QualityWish = Quality | number | string;

/** The matching quality: the best at or below a bitrate or a height, or the lowest. `undefined` for none. */
export function findQuality(wish: QualityWish, qualities: readonly Quality[]): Quality | undefined {
  if (typeof wish === 'object' && wish)
    return qualities.find(({ bitrate, height }) => bitrate === wish.bitrate && height === wish.height);
  if (typeof wish === 'number')
    return wish > 0 ? (qualities.findLast(({ bitrate }) => bitrate <= wish) ?? qualities[0]) : undefined;
  const byLabel = qualities.find(({ label }) => label === wish);
  const lines = /^(\d+)p?$/.exec(String(wish))?.[1];
  if (byLabel || !lines) return byLabel;
  return qualities.findLast(({ height }) => height <= Number(lines)) ?? qualities[0];
}
