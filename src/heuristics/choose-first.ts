import { type BandwidthModel, forecastBandwidth, scaleBandwidth } from './bandwidth-model.ts';
import { expectSize } from './chunk-sizes.ts';
import type { QualityChoice, QualityInput } from './quality-input.ts';
import { rateAt } from './rate-grid.ts';

/** Fraction of the first chunk's duration that its download may take, before anything is known. */
const START_SHARE = 0.25;
/** Fraction of the bandwidth that the following ones may need, if the code that plans can't be loaded. */
const SAFE_SHARE = 0.6;
/** How much later than with the lowest level the picture may come that a viewer waits for, in seconds: this is not noticed. */
const LATER = 0.05;
/** A key frame and the pictures that decoders want to have behind it are as large as this many seconds of an average stream. */
const KEY_FRAME = 0.5;
/** The fraction of cases in which the network is slower than assumed. */
const DOUBT = 0.1;

/**
 * Picks a level without a plan: that of a picture that a viewer waits for, or of any fragment before anything is known of the network. A
 * viewer waits no longer than for the lowest level, and sees the best that this allows.
 */
export function chooseFirst(input: QualityInput): QualityChoice {
  const { levels, current, estimate, measured, awaited, plan } = input;
  const [lowest] = levels;
  if (levels.length === 1) return { level: lowest, reason: 'only' };
  const before = current && nearest(levels, current.bitrate);
  const bandwidth = bandwidthOf(input);
  if (bandwidth && awaited !== undefined) {
    const level = levels[highestInTime(input, bandwidth, awaited)] ?? lowest;
    return { level, reason: before === undefined ? 'start' : 'seek', plan };
  }
  if (before === undefined)
    return { level: levels[nearest(levels, estimate * START_SHARE)] ?? lowest, reason: 'start', plan };
  const level = measured ? nearest(levels, estimate * SAFE_SHARE) : before;
  const reason = level === before ? 'hold' : level > before ? 'up' : 'down';
  return { level: levels[level] ?? lowest, reason, plan };
}

/** Index of the highest level whose awaited picture comes hardly later than that of the lowest, even if the network is slow. */
function highestInTime(input: QualityInput, bandwidth: BandwidthModel, awaited: number): number {
  const { levels, chunkDuration, now, reserved } = input;
  const ahead = Math.max(0, now - bandwidth.lastAt);
  const slow = rateAt(forecastBandwidth(bandwidth, ahead, chunkDuration).belief, DOUBT);
  const rate = Math.max(slow / 3, slow - reserved);
  const share = Math.min(1, (awaited + KEY_FRAME) / chunkDuration);
  const bitsOfPicture = (level: number) => share * bitsOf(input, level).bits;
  const least = bitsOfPicture(0);
  return levels.findLastIndex((_, level) => level === 0 || bitsOfPicture(level) - least <= LATER * rate);
}

/** The network with the page's correction. */
export function bandwidthOf({ bandwidth, correction = 1 }: QualityInput): BandwidthModel | undefined {
  return bandwidth && correction !== 1 ? scaleBandwidth(bandwidth, correction) : bandwidth;
}

/** Bits of the next chunk at a level, known or expected, and their spread, r.m.s. of the logarithm. */
export function bitsOf(
  input: Pick<QualityInput, 'levels' | 'knownBytes' | 'sizes' | 'chunkDuration'>,
  level: number,
): { bits: number; spread: number } {
  const known = input.knownBytes[level];
  if (known !== undefined) return { bits: known * 8, spread: 0 };
  const { factor, spread } = expectSize(input.sizes);
  return { bits: (input.levels[level]?.bitrate ?? 0) * input.chunkDuration * factor, spread };
}

/** Index of the highest level up to a bitrate, or of the lowest level. */
export function nearest(levels: QualityInput['levels'], bitrate: number): number {
  return Math.max(
    0,
    levels.findLastIndex((level) => level.bitrate <= bitrate),
  );
}
