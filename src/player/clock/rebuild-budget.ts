import type { ErrorCode } from '../../base/errors.ts';

/** A decoder may fail more than once at one bad position; a clock that freezes again was not the media source's fault. */
const MOST: Partial<Record<ErrorCode, number>> = { 'media-append': 3, 'media-decode': 3, 'media-stuck': 1 };
const WITHIN_MS = 60_000;

/** How often a media source may be recreated after a failure before playback ends. */
export class RebuildBudget {
  #taken: readonly { readonly code: ErrorCode; readonly at: number }[] = [];

  /** Uses one up, if there is any left. `now` in milliseconds. */
  take(code: ErrorCode, now: number): boolean {
    this.#taken = this.#taken.filter(({ at }) => now - at < WITHIN_MS);
    if (this.#taken.filter((taken) => taken.code === code).length >= (MOST[code] ?? 0)) return false;
    this.#taken = [...this.#taken, { code, at: now }];
    return true;
  }
}
