/** A level to encode. */
export interface Rung {
  readonly width: number;
  readonly height: number;
  /** Kilobits per second. */
  readonly kilobits: number;
}

/** Heights as fractions of the tallest: 1080, 900, 720, 540, 432, 360, 240 and 144 lines for a full one. */
const PARTS = [1, 5 / 6, 2 / 3, 1 / 2, 2 / 5, 1 / 3, 2 / 9, 2 / 15];

const TALLEST = 1080;
const SMALLEST = 120;

/** Good for film at 1920 × 1080; smaller pictures need more bits per pixel. */
const FULL = { pixels: 1920 * 1080, kilobits: 5000, exponent: 0.75 };

/**
 * Eight levels for a film of at least 1080 lines, six or seven for one of at least 360; the tallest first. `width` and
 * `height` are the display size of the source: upright, and with square pixels.
 */
export function ladderFor(width: number, height: number): Rung[] {
  const top = Math.min(TALLEST, height);
  const heights = PARTS.map((part) => even(top * part)).filter((each, i) => i === 0 || each >= SMALLEST);
  return heights.map((each) => {
    const across = even((each * width) / height);
    const share = (across * each) / FULL.pixels;
    return { width: across, height: each, kilobits: Math.round(FULL.kilobits * share ** FULL.exponent) };
  });
}

/** H.264 halves the colour planes: sizes are even, and rounded down so as not to exceed the source's. */
const even = (size: number): number => Math.max(2, 2 * Math.floor(size / 2 + 1e-6));
