import type { SmoothPlayer } from '../player/player.ts';

/** Positions to examine, as fractions of the title, but no further than this many seconds. */
const PLACES = [0, 0.02, 0.05, 0.1];
const FURTHEST = 60;
/** Brightness, from 0 to 255, and its spread, that make a picture meaningful. */
const DARKEST = 40;
const BRIGHTEST = 220;
const LEAST_SPREAD = 20;
/** The number of pixels used to judge a picture. */
const [COLUMNS, ROWS] = [32, 18];

export interface Luminance {
  readonly mean: number;
  readonly spread: number;
}

/** Luminance of RGBA pixels. ITU-R BT.709. */
export function luminanceOf(pixels: Uint8ClampedArray): Luminance {
  const count = pixels.length / 4;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < pixels.length; i += 4) {
    const luma = 0.2126 * (pixels[i] ?? 0) + 0.7152 * (pixels[i + 1] ?? 0) + 0.0722 * (pixels[i + 2] ?? 0);
    sum += luma;
    squares += luma * luma;
  }
  const mean = sum / count;
  return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** Whether a picture shows something, rather than black, white or a uniform surface. */
export const isTelling = ({ mean, spread }: Luminance): boolean =>
  mean >= DARKEST && mean <= BRIGHTEST && spread >= LEAST_SPREAD;

/**
 * A meaningful still from near the beginning of a title, or the brightest one found; the caller owns it. `undefined` if
 * there is none. `isWanted` ends the search.
 */
export async function findPoster(
  player: SmoothPlayer,
  duration: number,
  width: number,
  isWanted: () => boolean,
): Promise<ImageBitmap | undefined> {
  const times = Number.isFinite(duration) ? PLACES.map((share) => Math.min(FURTHEST, share * duration)) : [];
  let best: { readonly image: ImageBitmap; readonly mean: number } | undefined;
  for (const time of times) {
    const image = await player.snapshot(time, { width }).catch(() => undefined);
    if (!image) return best?.image;
    const luminance = luminanceOf(pixelsOf(image));
    const isBetter = !best || isTelling(luminance) || luminance.mean > best.mean;
    if (!isBetter) image.close();
    else {
      best?.image.close();
      best = { image, mean: luminance.mean };
    }
    if (isTelling(luminance) || !isWanted()) break;
  }
  return best?.image;
}

function pixelsOf(image: ImageBitmap): Uint8ClampedArray {
  const context = new OffscreenCanvas(COLUMNS, ROWS).getContext('2d', { willReadFrequently: true });
  context?.drawImage(image, 0, 0, COLUMNS, ROWS);
  return context?.getImageData(0, 0, COLUMNS, ROWS).data ?? new Uint8ClampedArray();
}
