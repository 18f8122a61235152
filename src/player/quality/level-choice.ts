import type { QualityLevel } from '../../manifest/presentation.ts';

/** A level to fetch a fragment at. */
export interface LevelChoice {
  readonly level: QualityLevel;
  /** The reason in the heuristics' terms: `start`, `up`, `abandoned`, `manual`, … */
  readonly reason: string;
}
