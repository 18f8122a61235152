/** Custom states for `:state()`. Browsers that don't support them ignore them. */
export class ElementStates {
  readonly #states: CustomStateSet | undefined;

  constructor(internals: ElementInternals) {
    this.#states = internals.states;
  }

  set(name: string, holds: boolean): void {
    try {
      if (holds) this.#states?.add(name);
      else this.#states?.delete(name);
    } catch {
      // Chromium before 125 accepts only names that begin with two dashes.
    }
  }
}
