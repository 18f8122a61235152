import { Gate } from '../../base/async.ts';

/** One stream's fragments can't be fetched for now. Times on `performance.now()`'s clock. */
interface Trouble {
  readonly since: number;
  /** Since when another stream is served nevertheless. */
  aloneSince: number | undefined;
}

/**
 * A stream that is unavailable for this many seconds no longer holds up the others, if they have been served for so
 * long meanwhile. In live titles, where the buffer is short, the others would fall behind.
 */
const PATIENCE = { lasting: 4, alone: 2 };
const PATIENCE_LIVE = { lasting: 2, alone: 0.5 };
/** The same if the others are completely fetched, so that nothing shows whether they would be served. */
const PATIENCE_AT_END = 8;
/** How long no stream is given up after a request for a previously served fragment failed: longer than until the next one. */
const PATIENCE_TOGETHER = 20;

/**
 * The state of an outage shared by the streams of one playback: who waits for its end, and since when. Any hint at its
 * end wakes them all: a fragment that was served, the browser's `online` event, and the viewer's actions.
 */
export class Outage {
  readonly #troubles = new Map<object, Trouble>();
  readonly #gate = new Gate();
  readonly #listeners = new Set<() => void>();
  readonly #patience: typeof PATIENCE;
  #togetherAt = Number.NEGATIVE_INFINITY;

  constructor(isLive: boolean) {
    this.#patience = isLive ? PATIENCE_LIVE : PATIENCE;
  }

  /**
   * Whether a stream has been unavailable while others are served, for so long that they should not wait for it.
   * `areComplete`: the others have been fetched to their end.
   */
  isLeftBehind(stream: object, areComplete: boolean): boolean {
    const { since, aloneSince } = this.#troubles.get(stream) ?? {};
    if (since === undefined) return false;
    if (aloneSince === undefined)
      return (
        areComplete &&
        secondsSince(since) > PATIENCE_AT_END &&
        secondsSince(this.#togetherAt) > PATIENCE_TOGETHER
      );
    return secondsSince(since) > this.#patience.lasting && secondsSince(aloneSince) > this.#patience.alone;
  }

  /** A request for a previously served fragment has failed. */
  failedAgain(): void {
    this.#togetherAt = performance.now();
  }

  /**
   * Whether a stream that needs nothing now should fetch a fragment nevertheless: another one waits, and it is not
   * known yet whether only that one is affected.
   */
  seeksProof(stream: object): boolean {
    if (this.#troubles.has(stream)) return false;
    return [...this.#troubles.values()].some(
      ({ since, aloneSince }) =>
        aloneSince === undefined && secondsSince(since) > this.#patience.lasting - this.#patience.alone,
    );
  }

  begin(stream: object): void {
    if (!this.#troubles.has(stream))
      this.#troubles.set(stream, { since: performance.now(), aloneSince: undefined });
  }

  /** A fragment of a stream was served. */
  served(stream: object): void {
    this.#troubles.delete(stream);
    const together = [...this.#troubles.values()].filter(({ aloneSince }) => aloneSince === undefined);
    for (const trouble of together) trouble.aloneSince = performance.now();
    if (together.length > 0) this.wake();
  }

  /** The stream requests something else. */
  leave(stream: object): void {
    this.#troubles.delete(stream);
  }

  /** Makes all waiting streams request again at once. */
  wake(): void {
    this.#gate.open();
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls back with each `wake`, until the returned function is called. */
  onWake(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits for this many seconds, or until there is a hint that it is over; less once another stream is served again.
   * Rejects when aborted.
   */
  wait(stream: object, seconds: number, signal: AbortSignal): Promise<void> {
    const { aloneSince } = this.#troubles.get(stream) ?? {};
    const isNews = aloneSince !== undefined && secondsSince(aloneSince) < this.#patience.alone;
    return this.#gate.wait(1000 * (isNews ? Math.min(seconds, this.#patience.alone / 4) : seconds), signal);
  }
}

const secondsSince = (time: number): number => (performance.now() - time) / 1000;
