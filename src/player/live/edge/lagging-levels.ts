import type { QualityLevel } from '../../../manifest/presentation.ts';
import type { Feed } from '../../delivery/feed.ts';
import { nowInSeconds } from '../now.ts';

/** How long a lagging level is avoided, in seconds. */
const LEAVE_ALONE = 20;

/** Levels of a live title whose fragments appear later than those of others. */
export class LaggingLevels {
  readonly #requested = new Map<Feed, QualityLevel>();
  readonly #until = new Map<QualityLevel, number>();

  /** Whether a level is currently avoided. */
  has(level: QualityLevel): boolean {
    const until = this.#until.get(level);
    if (until === undefined) return false;
    if (until > nowInSeconds()) return true;
    this.#until.delete(level);
    return false;
  }

  /** A fragment is requested at this level. */
  onRequest(feed: Feed, level: QualityLevel): void {
    this.#requested.set(feed, level);
  }

  /** Other levels may have the fragment: tried once, if a miss looks specific to this level; `count` is 0 then, and more after. */
  recordMiss(feed: Feed, count: number): void {
    const level = this.#requested.get(feed);
    if (count === 0 && level && feed.playable.levels.length > 1) {
      this.#until.set(level, nowInSeconds() + LEAVE_ALONE);
    } else if (count > 0) this.#until.clear();
  }
}
