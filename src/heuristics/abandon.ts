import { type BandwidthModel, forecastBandwidth, scaleBandwidth } from './bandwidth-model.ts';
import { bitsOf, nearest } from './choose-first.ts';
import type { QualityInput, QualityPlan } from './quality-input.ts';
import { chunkUtility, expectedValue } from './value.ts';

/** The current state of a running download. */
export interface DownloadInput
  extends Pick<
    QualityInput,
    | 'levels'
    | 'current'
    | 'correction'
    | 'bufferAhead'
    | 'chunkDuration'
    | 'firstByte'
    | 'sizes'
    | 'knownBytes'
  > {
  /** What was measured of the network, this download included. */
  readonly bandwidth: BandwidthModel;
  /** Which of `levels` is being downloaded. */
  readonly level: number;
  readonly received: number;
  /** Bytes of the whole body, where announced. */
  readonly expected: number | undefined;
  /** The plan of the choice of its level. */
  readonly plan: QualityPlan;
}

/** Mbit/s over a chunk by which another level must be better for a download to be abandoned. */
const MARGIN = 0.5;
/** Seconds ahead for which the bandwidth is forecast: the download goes on now. */
const SOON = 0.5;

/**
 * Which lower level to request instead of waiting for a running download; `undefined` to keep waiting. The lower level
 * costs another wait for a first byte and a whole fragment, since no server can send the rest of a fragment at another
 * level. What was received is not lost, though: its frames stay in the buffer and play while the lower level downloads.
 * The lower level replaces them from the chunk's start, since a decoder can only change level at a key frame. So
 * `bufferAhead` includes them.
 */
export function considerAbandoning(input: DownloadInput): number | undefined {
  const { levels, level, received, bufferAhead: buffer, chunkDuration, plan, correction = 1 } = input;
  const bandwidth = correction === 1 ? input.bandwidth : scaleBandwidth(input.bandwidth, correction);
  const { values } = plan;
  if (values.grid.facts.bitrates.length !== levels.length) return undefined;
  const whole = input.expected === undefined ? bitsOf(input, level).bits : input.expected * 8;
  const left = Math.max(0, whole - received * 8);
  const forecast = forecastBandwidth(bandwidth, SOON, chunkDuration);
  const before = input.current && nearest(levels, input.current.bitrate);
  const expectedReturn = (to: number, bits: number, firstByte: number) =>
    chunkUtility(values.grid, to, before) +
    expectedValue(values, forecast, { level: to, bits, spread: forecast.noise, buffer, firstByte });
  let best = expectedReturn(level, left, 0) + MARGIN;
  let chosen: number | undefined;
  for (let to = 0; to < level; to += 1) {
    const known = input.knownBytes[to];
    const share = (levels[to]?.bitrate ?? 0) / (levels[level]?.bitrate ?? 1);
    const bits = known === undefined ? whole * share : known * 8;
    if (bits >= left) continue;
    const value = expectedReturn(to, bits, input.firstByte);
    if (value > best) [best, chosen] = [value, to];
  }
  return chosen;
}
