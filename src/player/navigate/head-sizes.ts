import type { QualityLevel } from '../../manifest/presentation.ts';

const KEPT = 20;
/** Default fraction of a fragment's bytes for its key frame. */
const USUAL_SHARE = 0.3;
const FEWEST_BYTES = 8192;
const MOST_BYTES = 32_768;
const STEP = 2048;

/** The size of the beginnings of fragments, up to the end of the first key frame. */
export class HeadSizes {
  readonly #seen = new Map<QualityLevel, number[]>();

  learn(level: QualityLevel, bytes: number): void {
    const seen = this.#seen.get(level) ?? [];
    seen.push(bytes);
    if (seen.length > KEPT) seen.shift();
    this.#seen.set(level, seen);
  }

  /** Enough for nine of ten. `duration`: of the fragment, in seconds. */
  guess(level: QualityLevel, duration: number): number {
    const seen = this.#seen.get(level);
    if (!seen) {
      const usual = (USUAL_SHARE * level.bitrate * duration) / 8;
      return Math.round(Math.min(MOST_BYTES, Math.max(FEWEST_BYTES, usual)));
    }
    const ascending = seen.toSorted((a, b) => a - b);
    const most = ascending[Math.floor(0.9 * (ascending.length - 1) + 0.5)] ?? 0;
    return Math.ceil((1.1 * most) / STEP) * STEP;
  }
}
