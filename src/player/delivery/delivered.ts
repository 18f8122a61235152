import type { SmoothError } from '../../base/errors.ts';
import type { Failure } from '../../heuristics/failure.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import type { LevelChoice } from '../quality/level-choice.ts';
import type { BufferedFragment } from './buffer-map.ts';

/** The result of delivering a chunk. */
export type Delivered =
  | {
      readonly kind: 'delivered';
      readonly fragment: BufferedFragment;
      /** URL of the manifest of the host that served it. */
      readonly host: string;
    }
  /**
   * Its neighbours are served and it is not: playback may continue without it, and it is worth another attempt later,
   * not before `notBefore` on `performance.now()`'s clock.
   */
  | { readonly kind: 'postponed'; readonly failure: Failure; readonly notBefore: number }
  /** In a live title: not published yet, gone, or the servers fail. The manifest may show which. */
  | { readonly kind: 'unavailable'; readonly failure: Failure }
  /** It broke the media source repeatedly. */
  | { readonly kind: 'given-up'; readonly error: SmoothError }
  /** Playback has continued without it, or it has left the title. */
  | { readonly kind: 'passed' };

/** A chunk in the buffer that is worth fetching again, and at which level. */
export interface Improvement {
  readonly chunk: Chunk;
  readonly choice: LevelChoice;
}
