/** Lists that are remembered, and chunks that one may be thought to bring. */
const FEW = 6;
const MOST = 6;
/** Of a chunk: nobody asks at the very moment at which a cache has another. */
const ASKED = 0.5;

/** How many chunks come at once where lists alone tell of them: caches may hand out the same one for seconds. */
export class ListPace {
  #grown: readonly number[] = [];
  #held = 0;

  /** HTTP says that caches hand out the same for as long as so many chunks. */
  held(chunks: number): void {
    if (chunks > 1) this.#held = Math.max(this.#held, Math.min(Math.ceil(chunks + ASKED), MOST));
  }

  /** A list brought so many. */
  grew(chunks: number): void {
    if (chunks > 0) this.#grown = [...this.#grown.slice(1 - FEW), Math.min(chunks, MOST)];
  }

  /**
   * Chunks a list, one that was chance left out. `lookAhead`: of a title that says that it has some, nothing is known before
   * its fragments were seen to tell of nothing.
   */
  chunks(lookAhead: number, isMute = lookAhead === 0): number {
    const [, second = lookAhead > 0 ? 0 : 1] = this.#grown.toSorted((a, b) => b - a);
    const isKnown = !isMute || this.#grown.length === FEW;
    const chunks = isKnown ? second : Math.max(second, this.#held);
    return lookAhead > 0 && chunks === 1 ? 0 : chunks;
  }

  /** Chunks by which news may be late. */
  get delay(): number {
    return Math.max(0, this.chunks(0) - 1);
  }
}
