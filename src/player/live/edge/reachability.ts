import { nowInSeconds } from '../now.ts';

/** Whether any server responds: if not, the state of the source is unknown. */
export class Reachability {
  #answeredAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;

  get isLost(): boolean {
    return globalThis.navigator?.onLine === false || this.#failedAt > this.#answeredAt;
  }

  /** A server responded, even if it has no such resource. */
  onAnswer(): void {
    this.#answeredAt = nowInSeconds();
  }

  onFailure(): void {
    this.#failedAt = nowInSeconds();
  }
}
