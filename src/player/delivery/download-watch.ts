import { childController } from '../../base/async.ts';
import type { BytesResponse } from '../../net/fetch-bytes.ts';
import type { LevelChoice } from '../quality/level-choice.ts';

/** A connection without data for this long may be dead, in milliseconds. */
const DEAD_AFTER_MS = 1000;
/** How often a running download is checked, in milliseconds. */
const LOOK_EVERY_MS = 250;

/** Checks a running download regularly, even while nothing arrives, and ends it for another level if that pays. */
export class DownloadWatch {
  readonly #controller: AbortController & { dispose(): void };
  readonly #timer: ReturnType<typeof setInterval>;
  #response: BytesResponse | undefined;
  #received = 0;
  #supersededBy: LevelChoice | undefined;
  #isInterrupted = false;
  #progressAt = performance.now();

  /**
   * `look` returns what to request instead; `undefined` continues the download. `stoodMs`: milliseconds without
   * progress.
   */
  constructor(
    parent: AbortSignal,
    look: (received: number, response: BytesResponse | undefined, stoodMs: number) => LevelChoice | undefined,
  ) {
    this.#controller = childController(parent);
    this.#timer = setInterval(() => {
      const received = this.#response?.received ?? 0;
      const now = performance.now();
      if (received > this.#received) this.#progressAt = now;
      this.#received = received;
      const instead = look(received, this.#response, now - this.#progressAt);
      if (!instead || this.#controller.signal.aborted) return;
      this.#supersededBy = instead;
      this.#controller.abort(new DOMException('Superseded', 'AbortError'));
    }, LOOK_EVERY_MS);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The level for which the download was ended. */
  get supersededBy(): LevelChoice | undefined {
    return this.#supersededBy;
  }

  /** Whether `interrupt` ended it. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  /** Ends it, if nothing has arrived for a while. */
  interrupt(): void {
    const isDead = performance.now() - this.#progressAt > DEAD_AFTER_MS;
    if (!isDead || this.#controller.signal.aborted) return;
    this.#isInterrupted = true;
    this.#controller.abort(new DOMException('Interrupted', 'AbortError'));
  }

  /** The body begins. */
  begin(response: BytesResponse): void {
    this.#response = response;
    this.#progressAt = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#controller.dispose();
  }
}
