import { isUnanswered } from '../../heuristics/failure.ts';
import type { FailedAttempt } from '../../heuristics/recovery.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';

/** Fragments of a level that failed while the same ones were served at another level. */
interface Misses {
  readonly count: number;
  /** On `performance.now()`'s clock. */
  readonly until: number;
}

/** A level is left out after this many fragments, */
const MISSES = 2;
/** and tried again after this many milliseconds. */
const LEFT_OUT_MS = 60_000;

/** Which levels the servers don't have, although they serve the title: a level whose files were deleted, for example. */
export class UnservedLevels {
  readonly #misses = new Map<QualityLevel, Misses>();

  /** A fragment was served at one level, after it had failed at others. */
  add(
    served: QualityLevel,
    failures: readonly FailedAttempt[],
    levels: readonly QualityLevel[],
    now: number,
  ): void {
    this.#misses.delete(served);
    const failed = failures.filter(({ kind }) => kind === 'server' || !isUnanswered(kind));
    for (const level of new Set(failed.map((failure) => levels[failure.level]))) {
      if (!level || level === served) continue;
      const count = (this.#misses.get(level)?.count ?? 0) + 1;
      this.#misses.set(level, { count, until: now + LEFT_OUT_MS });
    }
  }

  /** The levels that are served, as far as is known; all of them if that would be none. */
  leaveOut(levels: readonly QualityLevel[], now: number): readonly QualityLevel[] {
    const served = levels.filter((level) => {
      const { count, until } = this.#misses.get(level) ?? { count: 0, until: 0 };
      return count < MISSES || until < now;
    });
    return served.length > 0 ? served : levels;
  }
}
