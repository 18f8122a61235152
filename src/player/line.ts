import type { Seconds } from '../base/time.ts';
import { allowedLevels } from '../heuristics/allowed-levels.ts';
import { type Bandwidth, expectedBandwidth, learnBandwidth, NO_BANDWIDTH } from '../heuristics/bandwidth.ts';
import { chooseQuality, type LevelFacts, type QualityInput } from '../heuristics/choose-quality.ts';
import type { QualityLevel } from '../manifest/presentation.ts';
import { LineMeter, type Transfer } from '../net/line-meter.ts';
import type { LevelChoice } from './deliver-fragment.ts';
import type { Settings } from './options.ts';

/** What a player knows of the line; outlives titles, since the line does. */
export class Line {
  readonly meter = new LineMeter();
  #bandwidth: Bandwidth = NO_BANDWIDTH;

  learn({ lineBytes, bodyMs }: Transfer): void {
    this.#bandwidth = learnBandwidth(this.#bandwidth, { bytes: lineBytes, duration: bodyMs / 1000 });
  }

  /** Expected bits per second; `undefined` before the first fragment. */
  get estimate(): number | undefined {
    return expectedBandwidth(this.#bandwidth);
  }
}

/** What a choice of level depends on. */
export interface LevelQuestion {
  readonly levels: readonly [QualityLevel, ...QualityLevel[]];
  readonly current: QualityLevel | undefined;
  readonly bufferAhead: Seconds;
  readonly bufferGoal: Seconds;
  readonly chunkDuration: Seconds;
  /** Bits per second that the other stream takes off the line. */
  readonly reserved: number;
  /** The viewer's own choice; beats everything. */
  readonly manual: QualityLevel | undefined;
  readonly allow: ((level: LevelFacts) => boolean) | undefined;
  readonly viewport: { readonly width: number; readonly height: number } | undefined;
}

/** Chooses the level of the next video fragment, by the page's rule where it gave one. */
export function chooseVideoLevel(line: Line, { heuristics }: Settings, question: LevelQuestion): LevelChoice {
  const { levels, manual, allow, viewport, reserved, ...facts } = question;
  if (manual && levels.includes(manual)) return { level: manual, reason: 'manual' };
  const { maxBitrate, maxHeight, capToSize, start, choose = chooseQuality } = heuristics;
  const limits = { maxBitrate, maxHeight, viewport: capToSize ? viewport : undefined, allow };
  const allowed = allowedLevels(levels, limits);
  const measured = line.estimate;
  const input: QualityInput = {
    ...facts,
    levels: allowed,
    estimate: Math.max(0, (measured ?? start) - reserved),
    measured: measured !== undefined,
  };
  const { level, reason } = choose(input);
  return { level: allowed.find(({ bitrate }) => bitrate === level.bitrate) ?? allowed[0], reason };
}

/** Sound takes no more than a small part of the line, and never the picture's. */
const AUDIO_SHARE = 0.1;

/** Chooses the level of the next audio fragment. */
export function chooseAudioLevel(
  line: Line,
  { heuristics }: Settings,
  levels: LevelQuestion['levels'],
): LevelChoice {
  const usable = (line.estimate ?? heuristics.start) * AUDIO_SHARE;
  const level = levels.findLast(({ bitrate }) => bitrate <= usable) ?? levels[0];
  return { level, reason: levels.length === 1 ? 'only' : 'fits' };
}
