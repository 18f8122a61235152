/** Lists that are remembered, and chunks that one may be thought to bring. */
const FEW = 6;
const MOST = 6;

/** How many chunks come at once where lists alone tell of them: caches may hand out the same one for seconds. */
export class ListPace {
  #grown: readonly number[] = [];

  /** A list brought so many. */
  grew(chunks: number): void {
    if (chunks > 0) this.#grown = [...this.#grown.slice(1 - FEW), Math.min(chunks, MOST)];
  }

  /** Chunks a list, one that was chance left out. `lookAhead`: of a title that says that it has some, nothing is known before. */
  chunks(lookAhead: number): number {
    const [, second = lookAhead > 0 ? 0 : 1] = this.#grown.toSorted((a, b) => b - a);
    return lookAhead > 0 && second === 1 ? 0 : second;
  }

  /** Chunks by which news may be late. */
  get delay(): number {
    return Math.max(0, this.chunks(0) - 1);
  }
}
