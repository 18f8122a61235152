import { backoffMs, delay } from '../../../base/async.ts';
import { isSmoothError, type SmoothError } from '../../../base/errors.ts';
import type { Title } from '../../title/title.ts';

export interface RefreshPorts {
  /** Fetches the manifest afresh, once. */
  readonly load: (signal: AbortSignal) => Promise<Title>;
  /** Takes a fresh one over. */
  readonly merge: (fresh: Title) => void;
  readonly warn: (error: SmoothError) => void;
}

/**
 * Manifests are asked for no more often than this, in milliseconds. Less than the shortest fragments last: the moment at
 * which a list has another is found by asking a little sooner each time.
 */
const LEAST_INTERVAL_MS = 800;
/** How long is waited after one failure, and at most after several. */
const FIRST_PAUSE_MS = 1000;
const MOST_PAUSE_MS = 8000;

/** Fetches a live manifest anew when fragments don't tell what follows: one at a time, and never in quick succession. */
export class ManifestRefresh {
  readonly #ports: RefreshPorts;
  readonly #signal: AbortSignal;
  #running: Promise<boolean> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(ports: RefreshPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
  }

  /** Resolves when a manifest was taken over that is no older than so many seconds, or could not be had; tells which. */
  async refresh(maxAge = 0): Promise<boolean> {
    if (!this.#running && this.#failures === 0 && performance.now() - this.#askedAt < maxAge * 1000)
      return true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The network is back: no need to wait. */
  hurry(): void {
    this.#failures = 0;
  }

  async #run(): Promise<boolean> {
    const { load, merge, warn } = this.#ports;
    const pause =
      this.#failures > 0 ? backoffMs(this.#failures, 1, FIRST_PAUSE_MS, MOST_PAUSE_MS) : LEAST_INTERVAL_MS;
    const waitMs = this.#askedAt + pause - performance.now();
    if (waitMs > 0) await delay(waitMs, this.#signal);
    this.#askedAt = performance.now();
    try {
      merge(await load(this.#signal));
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!isSmoothError(error)) throw error;
      this.#failures += 1;
      warn(error);
      return false;
    }
  }
}
