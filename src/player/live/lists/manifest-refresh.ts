import { backoffMs, delay } from '../../../base/async.ts';
import { isSmoothError, type SmoothError } from '../../../base/errors.ts';
import type { Title } from '../../title/title.ts';

export interface RefreshPorts {
  /** Fetches the manifest, once. */
  readonly load: (signal: AbortSignal) => Promise<Title>;
  /** Merges a new one. */
  readonly merge: (fresh: Title) => void;
  readonly warn: (error: SmoothError) => void;
}

/**
 * The minimum interval of manifest requests, in milliseconds. Less than the shortest fragments: the time at which a
 * list changes is found by asking a little sooner each time.
 */
const LEAST_INTERVAL_MS = 800;
/** How long to wait after one failure, and at most after several. */
const FIRST_PAUSE_MS = 1000;
const MOST_PAUSE_MS = 8000;

/** Refreshes a live manifest when fragments don't announce what follows: one request at a time, and never in quick succession. */
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

  /** Resolves when a manifest no older than this many seconds was merged, or could not be fetched; returns which. */
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
