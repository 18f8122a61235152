import type { Seconds } from '../../base/time.ts';
import { allowedLevels } from '../../heuristics/allowed-levels.ts';
import type { BandwidthModel } from '../../heuristics/bandwidth-model.ts';
import { chooseFirst } from '../../heuristics/choose-first.ts';
import { learnSize, UNKNOWN_SIZES } from '../../heuristics/chunk-sizes.ts';
import type { LevelFacts, QualityInput, QualityPlan } from '../../heuristics/quality-input.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import { type Settings, savesData } from '../options.ts';
import type { BandwidthEstimator } from './bandwidth-estimator.ts';
import type { LevelChoice } from './level-choice.ts';
import type * as Planner from './planner.ts';

type Levels = readonly [QualityLevel, ...QualityLevel[]];

/** The input of a choice of level. */
export interface VideoQuestion {
  readonly levels: Levels;
  readonly current: QualityLevel | undefined;
  readonly bufferAhead: Seconds;
  /** Seconds from the fragment's start to the picture that a viewer waits for. */
  readonly awaited: Seconds | undefined;
  readonly bufferGoal: Seconds;
  readonly chunkDuration: Seconds;
  /** Bandwidth needed by the other stream, in bits per second. */
  readonly reserved: number;
  /** Size of the fragment at a level in bytes, if the manifest has it. */
  readonly bytesOf: (level: QualityLevel) => number | undefined;
  /** The viewer's choice; overrides everything. */
  readonly manual: QualityLevel | undefined;
  readonly allow: ((level: LevelFacts) => boolean) | undefined;
  readonly viewport: { readonly width: number; readonly height: number } | undefined;
}

/** The current state of a running video download. */
export interface RunningDownload {
  readonly level: QualityLevel;
  readonly received: number;
  /** The announced number of bytes. */
  readonly expected: number | undefined;
  readonly bufferAhead: Seconds;
}

/** Chooses the levels of one video stream, and keeps the state between choices. */
export class VideoLevels {
  readonly #bandwidth: BandwidthEstimator;
  /** `undefined` until it is loaded. */
  readonly #planner: () => typeof Planner | undefined;
  #sizes = UNKNOWN_SIZES;
  #plan: QualityPlan | undefined;
  #last: { readonly input: QualityInput; readonly allowed: Levels } | undefined;
  /** The network at the last decision about the running download. */
  #judged: BandwidthModel | undefined;

  constructor(bandwidth: BandwidthEstimator, planner: () => typeof Planner | undefined) {
    this.#bandwidth = bandwidth;
    this.#planner = planner;
  }

  /** The level of the next fragment, by the page's rule if there is one. */
  choose(settings: Settings, question: VideoQuestion): LevelChoice {
    const { heuristics } = settings;
    const { levels, manual, allow, viewport, bytesOf, ...facts } = question;
    this.#last = undefined;
    if (manual && levels.includes(manual)) return { level: manual, reason: 'manual' };
    const { maxBitrate, maxHeight, capToSize, start, estimate: correct } = heuristics;
    const allowed = allowedLevels(levels, {
      maxBitrate,
      maxHeight,
      savesData: savesData(settings),
      viewport: capToSize ? viewport : undefined,
      allow,
    });
    const { model, estimate, expected, firstByte, samples } = this.#bandwidth;
    const now = performance.now() / 1000;
    const measured = estimate !== undefined;
    const ours = estimate ?? expected ?? start;
    const theirs = correct?.({ estimate: ours, measured, samples, firstByte, now }) ?? ours;
    const believed = theirs > 0 && theirs < Number.POSITIVE_INFINITY ? theirs : ours;
    const input: QualityInput = {
      ...facts,
      levels: allowed,
      estimate: Math.max(0, believed - facts.reserved),
      measured,
      correction: believed / ours,
      bandwidth: model,
      now,
      firstByte,
      sizes: this.#sizes,
      knownBytes: allowed.map(bytesOf),
      plan: this.#plan,
    };
    const planner = this.#planner();
    const own = heuristics.choose?.(input);
    const { level, reason, plan } = own ?? (planner?.chooseQuality ?? chooseFirst)(input);
    const output = { bitrate: level.bitrate, reason };
    const { bufferAhead, bufferGoal } = facts;
    this.#bandwidth.decisions.choice = {
      ...output,
      estimate: input.estimate,
      bufferAhead,
      bufferGoal,
      firstByte,
    };
    const call = own ? 'choose' : planner ? 'chooseQuality' : 'chooseFirst';
    this.#bandwidth.decisions.note(call, input.now, input, output);
    this.#plan = plan;
    this.#last = { input, allowed };
    this.#judged = model;
    // Not a choice of the heuristics: the previous level is no longer allowed.
    const isLimited = question.current && !allowed.some((one) => one === question.current);
    return {
      level: allowed.find(({ bitrate }) => bitrate === level.bitrate) ?? allowed[0],
      reason: isLimited ? 'limit' : reason,
    };
  }

  /** What to request instead of continuing a download; `undefined` to continue. */
  abandonFor({ level, received, expected, bufferAhead }: RunningDownload): LevelChoice | undefined {
    const { model } = this.#bandwidth;
    const planner = this.#planner();
    if (!planner || !this.#last || !model || model === this.#judged) return undefined;
    this.#judged = model;
    const { input, allowed } = this.#last;
    if (allowed.indexOf(level) <= 0) return undefined;
    // A page's own rule leaves no plan, nor does the first choice.
    this.#plan ??= planner.chooseQuality({ ...input, bandwidth: model, awaited: undefined }).plan;
    if (!this.#plan) return undefined;
    const { firstByte } = this.#bandwidth;
    const running = { level: allowed.indexOf(level), received, expected };
    const facts = { ...input, bandwidth: model, plan: this.#plan, firstByte, bufferAhead, ...running };
    const chosen = planner.considerAbandoning(facts);
    this.#bandwidth.decisions.note('considerAbandoning', model.lastAt, facts, chosen);
    const lower = chosen === undefined ? undefined : allowed[chosen];
    return lower && { level: lower, reason: 'abandoned' };
  }

  /** Learns from a completely received fragment. */
  learn(level: QualityLevel, duration: number, bytes: number): void {
    this.#sizes = learnSize(this.#sizes, bytes, (level.bitrate * duration) / 8);
  }
}
