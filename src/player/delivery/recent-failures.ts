import type { FailureKind } from '../../heuristics/failure.ts';

interface FailedUrl {
  /** On `performance.now()`'s clock, oldest first. */
  readonly times: readonly number[];
  readonly kind: FailureKind;
}

const MINUTE = 60_000;
/** A URL that failed this often within a minute is not requested for a while. */
const MOST_A_MINUTE = 6;
/** Further requests allowed once there is reason to believe that it is served by now. */
const MORE_WITH_HOPE = 2;
/** Failed URLs to remember. */
const MOST_URLS = 200;

/** Which URLs failed in the last minute, so that no server gets the same request again and again. */
export class RecentFailures {
  readonly #urls = new Map<string, FailedUrl>();

  add(url: string, kind: FailureKind, now: number): void {
    const times = [...this.#recent(url, now), now];
    this.#urls.delete(url);
    this.#urls.set(url, { times, kind });
    const [oldest] = this.#urls.keys();
    if (this.#urls.size > MOST_URLS && oldest !== undefined) this.#urls.delete(oldest);
  }

  /** The kind of the last failure of a URL that should not be requested for now; `undefined` if it may be. */
  spent(url: string, now: number): FailureKind | undefined {
    return this.freeAt(url, now) > now ? this.#urls.get(url)?.kind : undefined;
  }

  /** Whether a URL should not be requested even if its neighbours are served. */
  isHopeless(url: string, now: number): boolean {
    return this.#recent(url, now).length >= MOST_A_MINUTE + MORE_WITH_HOPE;
  }

  /** When a URL may be requested again. */
  freeAt(url: string, now: number): number {
    const blocking = this.#recent(url, now).at(-MOST_A_MINUTE);
    return blocking === undefined ? now : blocking + MINUTE;
  }

  #recent(url: string, now: number): readonly number[] {
    return this.#urls.get(url)?.times.filter((time) => now - time < MINUTE) ?? [];
  }
}
