const MOST = 3;
const WITHIN_MS = 60_000;

/** How often a media source may be made anew before it is no accident any more. */
export class RebuildBudget {
  #taken: readonly number[] = [];

  /** Takes one, if there is any left. `now` in milliseconds. */
  take(now: number): boolean {
    this.#taken = this.#taken.filter((moment) => now - moment < WITHIN_MS);
    if (this.#taken.length >= MOST) return false;
    this.#taken = [...this.#taken, now];
    return true;
  }
}
