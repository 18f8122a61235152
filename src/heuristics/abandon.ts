import { bitsOf, nearest, type QualityInput, type QualityPlan } from './choose-quality.ts';
import { forecastLine, type LineModel, scaleLine } from './line-model.ts';
import { expectedValue, worthOf } from './value.ts';

/** A running download, as it looks now. */
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
  /** The line, with what this download has shown of it. */
  readonly line: LineModel;
  /** Which of `levels` is being downloaded. */
  readonly level: number;
  readonly received: number;
  /** Bytes of the whole body, where they were announced. */
  readonly expected: number | undefined;
  /** What was thought when the level was chosen. */
  readonly plan: QualityPlan;
}

/** By so much, in Mbit/s over a chunk, another level must be better for a download to be given up. */
const MARGIN = 0.5;
/** The line as it is now is that of the next moments, in seconds. */
const SOON = 0.5;

/**
 * Which lower level to ask for instead of waiting for a running download; `undefined` to wait on. Another request's
 * first byte has to come, and the lower level's fragment whole: a server has no way to say the rest of one. What was
 * received is not lost to the viewer, though: its pictures stay in the buffer and play on while the lower level comes,
 * which takes their place from the chunk's start, since a decoder can only change level at a key picture. So
 * `bufferAhead` counts them.
 */
export function considerAbandoning(input: DownloadInput): number | undefined {
  const { levels, level, received, bufferAhead: buffer, chunkDuration, plan, correction = 1 } = input;
  const line = correction === 1 ? input.line : scaleLine(input.line, correction);
  const { values } = plan;
  if (values.facts.bitrates.length !== levels.length) return undefined;
  const whole = input.expected === undefined ? bitsOf(input, level).bits : input.expected * 8;
  const left = Math.max(0, whole - received * 8);
  const forecast = forecastLine(line, SOON, chunkDuration);
  const before = input.current && nearest(levels, input.current.bitrate);
  const promise = (to: number, bits: number, firstByte: number) =>
    worthOf(values, to, before) +
    expectedValue(values, forecast, { level: to, bits, spread: forecast.noise, buffer, firstByte });
  let best = promise(level, left, 0) + MARGIN;
  let chosen: number | undefined;
  for (let to = 0; to < level; to += 1) {
    const known = input.knownBytes[to];
    const share = (levels[to]?.bitrate ?? 0) / (levels[level]?.bitrate ?? 1);
    const bits = known === undefined ? whole * share : known * 8;
    if (bits >= left) continue;
    const value = promise(to, bits, input.firstByte);
    if (value > best) [best, chosen] = [value, to];
  }
  return chosen;
}
