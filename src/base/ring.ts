/** The newest entries of an endless sequence. */
export class Ring<Entry> {
  /** Oldest first. */
  readonly entries: Entry[] = [];
  readonly #cap: number;

  constructor(cap: number) {
    this.#cap = cap;
  }

  get last(): Entry | undefined {
    return this.entries.at(-1);
  }

  add(entry: Entry): void {
    if (this.entries.push(entry) > this.#cap) this.entries.shift();
  }
}
