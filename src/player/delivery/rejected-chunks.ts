/** How often a chunk may break the media source before it is skipped: again, another level, and no more. */
const LEFT_OUT_AFTER = 3;

/** Which chunks the browser rejected or failed to decode, and how often. Survives a recreated media source. */
export class RejectedChunks {
  readonly #counts = new Map<string, number>();

  add(stream: string, chunk: number): void {
    this.#counts.set(`${stream} ${chunk}`, this.count(stream, chunk) + 1);
  }

  count(stream: string, chunk: number): number {
    return this.#counts.get(`${stream} ${chunk}`) ?? 0;
  }

  /** Whether a chunk is no longer worth an attempt. */
  isHopeless(stream: string, chunk: number): boolean {
    return this.count(stream, chunk) >= LEFT_OUT_AFTER;
  }
}
