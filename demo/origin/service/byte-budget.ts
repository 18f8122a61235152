/** A shared budget of bytes; requests for more than is free wait for their turn. */
export class ByteBudget {
  readonly #total: number;
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly admit: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  /** Resolves with a function that returns the bytes. Throws if more are requested than the budget has. */
  async take(bytes: number): Promise<() => void> {
    if (bytes > this.#total) throw new Error(`${bytes} bytes at once exceed the budget.`);
    if (this.#waiting.length > 0 || bytes > this.#free) {
      await new Promise<void>((admit) => {
        this.#waiting.push({ bytes, admit });
      });
    } else this.#free -= bytes;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#free += bytes;
      this.#admitNext();
    };
  }

  #admitNext(): void {
    for (let next = this.#waiting[0]; next && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.admit();
    }
  }
}
