import type { Seconds } from '../base/time.ts';
import type { BandwidthModel, ThroughputSample } from './bandwidth-model.ts';
import type { ChunkSizes } from './chunk-sizes.ts';
import type { Values } from './value.ts';

/** What the heuristics know about a quality level. */
export interface LevelFacts {
  /** Bits per second. */
  readonly bitrate: number;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Everything the choice depends on. There is no clock, no element and no history besides. */
export interface QualityInput {
  /** The levels that may be chosen, ascending by bitrate. */
  readonly levels: readonly [LevelFacts, ...LevelFacts[]];
  /** The level of the previous fragment; `undefined` at the start and after a change of stream. */
  readonly current: LevelFacts | undefined;
  /** Expected bandwidth in bits per second. */
  readonly estimate: number;
  /** Whether `estimate` is based on a measurement. */
  readonly measured: boolean;
  readonly bufferAhead: Seconds;
  /**
   * Seconds from the fragment's start to the picture that a viewer waits for, at the start and after a seek outside of the buffer; otherwise
   * `undefined`.
   */
  readonly awaited?: Seconds | undefined;
  /** Seconds of buffer when full. */
  readonly bufferGoal: Seconds;
  readonly chunkDuration: Seconds;
  /** What was measured of the network; `undefined` before anything was received. */
  readonly bandwidth: BandwidthModel | undefined;
  /** A page's own estimate as a multiple of the measured bandwidth; default 1. */
  readonly correction?: number | undefined;
  /** In seconds on the clock of the throughput samples. */
  readonly now: number;
  /** Seconds from a request to its first byte. */
  readonly firstByte: number;
  /** Bandwidth that the other stream needs, in bits per second. */
  readonly reserved: number;
  /** How real sizes differ from nominal ones. */
  readonly sizes: ChunkSizes;
  /** Bytes of the next fragment at each of `levels`, where known. */
  readonly knownBytes: readonly (number | undefined)[];
  /** The `plan` of the previous choice. */
  readonly plan: QualityPlan | undefined;
}

export interface QualityChoice {
  readonly level: LevelFacts;
  /** One or two words: `only`, `start`, `seek`, `hold`, `up`, `down`. */
  readonly reason: string;
  /** The starting point of the next choice, and the basis for abandoning this download. */
  readonly plan?: QualityPlan | undefined;
}

/** What was expected of the future when a level was chosen. */
export interface QualityPlan {
  readonly values: Values;
}

/** The input of a page's own bandwidth estimate. */
export interface EstimateInput {
  /** The built-in estimate, in bits per second: measured, or a guess before any measurement. */
  readonly estimate: number;
  readonly measured: boolean;
  /** The newest spans of receiving, oldest first; the time between them was idle. */
  readonly samples: readonly ThroughputSample[];
  /** Seconds from a request to its first byte. */
  readonly firstByte: number;
  /** In seconds on the clock of the samples. */
  readonly now: number;
}
