/** A volume that lasted this long, in milliseconds, was chosen; a shorter one was only passed by. */
const LASTING_MS = 500;
const DEFAULT = 0.5;

/** The last volume above 0 that was more than a step on the way to another: what a muted player returns to. */
export class AudibleVolume {
  #lasting = DEFAULT;
  #last: { readonly volume: number; readonly at: number } | undefined;

  get value(): number {
    return this.#lasting;
  }

  /** The volume is this from now on. `at`: milliseconds. */
  note(volume: number, at: number): void {
    if (this.#last && this.#last.volume > 0 && at - this.#last.at >= LASTING_MS)
      this.#lasting = this.#last.volume;
    if (this.#last?.volume !== volume) this.#last = { volume, at };
  }
}
