import type { QualityLevel } from '../../../manifest/presentation.ts';
import type { Feed } from '../../delivery/feed.ts';
import { nowInSeconds } from '../now.ts';

/** For how long a level is left alone that lags behind the others, in seconds. */
const LEAVE_ALONE = 20;

/** Levels of a live title whose fragments come later than those of others. */
export class LaggingLevels {
  readonly #requested = new Map<Feed, QualityLevel>();
  readonly #until = new Map<QualityLevel, number>();

  /** Whether a level is left alone for now. */
  has(level: QualityLevel): boolean {
    const until = this.#until.get(level);
    if (until === undefined) return false;
    if (until > nowInSeconds()) return true;
    this.#until.delete(level);
    return false;
  }

  /** A request leaves for a fragment at this level. */
  onRequest(feed: Feed, level: QualityLevel): void {
    this.#requested.set(feed, level);
  }

  /** Other levels may be there: tried once, when a miss looks like this level's own; `count` is 0 then, and more after. */
  recordMiss(feed: Feed, count: number): void {
    const level = this.#requested.get(feed);
    if (count === 0 && level && feed.playable.levels.length > 1) {
      this.#until.set(level, nowInSeconds() + LEAVE_ALONE);
    } else if (count > 0) this.#until.clear();
  }
}
