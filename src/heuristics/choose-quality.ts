import type { Seconds } from '../base/time.ts';

/** What the heuristics know of a quality level. */
export interface LevelFacts {
  /** Bits per second. */
  readonly bitrate: number;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** All that the choice depends on. No clock, no element, no history of its own. */
export interface QualityInput {
  /** Those that may be chosen, ascending by bitrate. */
  readonly levels: readonly [LevelFacts, ...LevelFacts[]];
  /** The level of the fragment before; `undefined` at the start and after the stream changed. */
  readonly current: LevelFacts | undefined;
  /** Expected bits per second of the line. */
  readonly estimate: number;
  /** Whether `estimate` rests on a measurement. */
  readonly measured: boolean;
  readonly bufferAhead: Seconds;
  /** How far the buffer is filled when full. */
  readonly bufferGoal: Seconds;
  readonly chunkDuration: Seconds;
}

export interface QualityChoice {
  readonly level: LevelFacts;
  /** In one or two words: `start`, `fits`, `hold`, `panic`, `only`. */
  readonly reason: string;
}

export interface QualityTuning {
  /** Share of the estimate that may be used with an empty buffer, and with a full one. */
  readonly cautious: number;
  readonly bold: number;
  /** Below so many seconds of buffer only what arrives faster than it plays is asked for. */
  readonly panicBelow: number;
  /** A step up wants so many seconds of buffer, or a fragment that costs no more than this share of what is there. */
  readonly upgradeAbove: number;
  readonly upgradeCost: number;
  /** A step up wants so much more room than staying, so that noise causes no switching. */
  readonly upgradeMargin: number;
}

export const QUALITY_TUNING: QualityTuning = {
  cautious: 0.6,
  bold: 0.95,
  panicBelow: 4,
  upgradeAbove: 6,
  upgradeCost: 0.25,
  upgradeMargin: 1.1,
};

/** Picks the quality level of the next fragment of one stream. */
export function chooseQuality(input: QualityInput, tuning: QualityTuning = QUALITY_TUNING): QualityChoice {
  const { levels, current, estimate, measured, bufferAhead, bufferGoal, chunkDuration } = input;
  const [lowest] = levels;
  if (levels.length === 1) return { level: lowest, reason: 'only' };
  const fullness = Math.min(1, bufferAhead / Math.max(bufferGoal, 1));
  const usable = estimate * (tuning.cautious + (tuning.bold - tuning.cautious) * fullness);
  const fitting = best(levels, usable);
  if (!current) return { level: fitting, reason: 'start' };
  const kept = levels.find((level) => level.bitrate === current.bitrate) ?? best(levels, current.bitrate);
  if (!measured) return { level: kept, reason: 'hold' };
  if (fitting.bitrate < kept.bitrate) return stepDown(input, fitting, kept, tuning);
  if (fitting.bitrate === kept.bitrate) return { level: kept, reason: 'hold' };
  const upgrade = best(levels, usable / tuning.upgradeMargin);
  const cost = (upgrade.bitrate * chunkDuration) / Math.max(usable, 1);
  const isSafe =
    bufferAhead >= Math.min(tuning.upgradeAbove, bufferGoal / 2) || cost <= bufferAhead * tuning.upgradeCost;
  return upgrade.bitrate > kept.bitrate && isSafe
    ? { level: upgrade, reason: 'fits' }
    : { level: kept, reason: 'hold' };
}

/** A dip is sat out while the buffer can pay for the fragment at the level before. */
function stepDown(
  input: QualityInput,
  fitting: LevelFacts,
  kept: LevelFacts,
  tuning: QualityTuning,
): QualityChoice {
  const { bufferAhead, bufferGoal, estimate, chunkDuration } = input;
  if (bufferAhead < tuning.panicBelow) return { level: fitting, reason: 'panic' };
  const cost = (kept.bitrate * chunkDuration) / estimate;
  const canWait = bufferAhead - cost + chunkDuration > bufferGoal / 2;
  return canWait ? { level: kept, reason: 'hold' } : { level: fitting, reason: 'fits' };
}

/** The highest level within a bitrate, or the lowest. */
function best(levels: QualityInput['levels'], bitrate: number): LevelFacts {
  return levels.findLast((level) => level.bitrate <= bitrate) ?? levels[0];
}
