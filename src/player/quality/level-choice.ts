import type { QualityLevel } from '../../manifest/presentation.ts';

/** A level to fetch a fragment at. */
export interface LevelChoice {
  readonly level: QualityLevel;
  /** Why, in the heuristics' words: `start`, `up`, `abandoned`, `manual`, … */
  readonly reason: string;
}
