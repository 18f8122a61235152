import { type Ticks, type Timescale, ticks } from '../../../src/base/time.ts';
import type { Presentation } from '../../../src/manifest/presentation.ts';
import { clockOffsetOf } from '../live/media-epoch.ts';

/** The relation between the clock of playlists and segments and that of the Smooth title. */
export interface MediaClock {
  /** Subtracted from every time of a stream. */
  shiftOf(timescale: Timescale): Ticks;
  /** Milliseconds since 1970 at 0 of the shifted clock; `undefined` if unknown. */
  readonly zeroAt: number | undefined;
}

/** Doubles are exact up to here, and DASH players calculate with them. */
const MAX_EXACT = 2n ** 53n;

/**
 * Subtracted from longer times: a constant, so that two origins, or one after a restart, agree without communication.
 * Times in 100 ns stay below 2^53 until 2048.
 */
const CONSTANT_MS = Date.UTC(2020, 0, 1);

/**
 * Decides on the clock of a title. Times that count from an epoch and are too long for doubles count from 2020 instead;
 * if times are negative, which `tfdt` can't represent, all streams are moved by the same amount to begin at 0.
 * `clockOffset`: milliseconds since 1970 minus those of the title's clock, if known. Throws if times are long and their
 * epoch is unknown.
 */
export function mediaClock(
  presentation: Presentation,
  clockOffset: number | undefined,
  now: number,
): MediaClock {
  const { origin, timescale, streams } = presentation;
  const known = clockOffset ?? clockOffsetOf(origin, timescale, now);
  const isLong = streams.some(({ chunks }) => chunks.end > MAX_EXACT);
  if (isLong) {
    if (known === undefined)
      throw new Error('The times of this title exceed 2^53, and count from no known epoch.');
    return byMilliseconds(CONSTANT_MS - known, CONSTANT_MS);
  }
  if (origin < 0n) {
    const shift = (scale: Timescale) => ticks((origin * scale) / timescale);
    const originMs = Number((origin * 1000n) / timescale);
    return { shiftOf: shift, zeroAt: known === undefined ? undefined : known + originMs };
  }
  return { shiftOf: () => ticks(0), zeroAt: known };
}

const byMilliseconds = (ms: number, zeroAt: number): MediaClock => ({
  shiftOf: (timescale) => ticks((BigInt(ms) * timescale) / 1000n),
  zeroAt,
});
