import type { FailureKind } from '../../heuristics/failure.ts';

interface FailedUrl {
  /** On `performance.now()`'s clock, oldest first. */
  readonly times: readonly number[];
  readonly kind: FailureKind;
}

const MINUTE = 60_000;
/** A URL that failed so often within a minute is left alone. */
const MOST_A_MINUTE = 6;
/** So many more are allowed once there is reason to believe that it is served by now. */
const MORE_WITH_HOPE = 2;
/** Failed URLs to remember. */
const MOST_URLS = 200;

/** Which URLs failed in the last minute, so that no server is asked for the same again and again. */
export class RecentFailures {
  readonly #urls = new Map<string, FailedUrl>();

  add(url: string, kind: FailureKind, now: number): void {
    const times = [...this.#recent(url, now), now];
    this.#urls.delete(url);
    this.#urls.set(url, { times, kind });
    const [oldest] = this.#urls.keys();
    if (this.#urls.size > MOST_URLS && oldest !== undefined) this.#urls.delete(oldest);
  }

  /** The kind of the last failure of a URL that should be left alone for now; `undefined` for one that may be asked for. */
  spent(url: string, now: number): FailureKind | undefined {
    return this.freeAt(url, now) > now ? this.#urls.get(url)?.kind : undefined;
  }

  /** Whether a URL should be left alone even if those beside it are served. */
  isHopeless(url: string, now: number): boolean {
    return this.#recent(url, now).length >= MOST_A_MINUTE + MORE_WITH_HOPE;
  }

  /** When a URL may be asked for again. */
  freeAt(url: string, now: number): number {
    const blocking = this.#recent(url, now).at(-MOST_A_MINUTE);
    return blocking === undefined ? now : blocking + MINUTE;
  }

  #recent(url: string, now: number): readonly number[] {
    return this.#urls.get(url)?.times.filter((time) => now - time < MINUTE) ?? [];
  }
}
