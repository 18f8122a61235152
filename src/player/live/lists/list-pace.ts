/** Number of lists to remember, and the maximum number of chunks that one is expected to add. */
const FEW = 6;
const MOST = 6;
/** In chunks: requests don't coincide with the moment at which a cache has a new list. */
const ASKED = 0.5;

/** How many chunks are added at once if only lists announce them: caches may serve the same one for seconds. */
export class ListPace {
  #grown: readonly number[] = [];
  #held = 0;

  /** According to HTTP, caches keep a list for this many chunks. */
  held(chunks: number): void {
    if (chunks > 1) this.#held = Math.max(this.#held, Math.min(Math.ceil(chunks + ASKED), MOST));
  }

  /** A list added this many. */
  grew(chunks: number): void {
    if (chunks > 0) this.#grown = [...this.#grown.slice(1 - FEW), Math.min(chunks, MOST)];
  }

  /**
   * Chunks per list, ignoring one outlier. `lookAhead`: for a title that claims to have some, nothing is known before
   * its fragments were seen to announce nothing.
   */
  chunks(lookAhead: number, isMute = lookAhead === 0): number {
    const [, second = lookAhead > 0 ? 0 : 1] = this.#grown.toSorted((a, b) => b - a);
    const isKnown = !isMute || this.#grown.length === FEW;
    const chunks = isKnown ? second : Math.max(second, this.#held);
    return lookAhead > 0 && chunks === 1 ? 0 : chunks;
  }

  /** By how many chunks news may be late. */
  get delay(): number {
    return Math.max(0, this.chunks(0) - 1);
  }
}
