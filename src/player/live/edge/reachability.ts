import { nowInSeconds } from '../now.ts';

/** Whether anybody answers: where nobody does, nothing is known of the source. */
export class Reachability {
  #answeredAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;

  get isLost(): boolean {
    return globalThis.navigator?.onLine === false || this.#failedAt > this.#answeredAt;
  }

  /** A server answered, be it that it has no such thing. */
  onAnswer(): void {
    this.#answeredAt = nowInSeconds();
  }

  onFailure(): void {
    this.#failedAt = nowInSeconds();
  }
}
