import type { Seconds } from '../../base/time.ts';
import type { Failure } from '../../heuristics/failure.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import type { Timeline } from '../../timeline/timeline.ts';

interface Postponed {
  readonly chunk: Chunk;
  readonly failure: Failure;
  readonly tries: number;
  /** On `performance.now()`'s clock, like all times here. */
  readonly failedAt: number;
  /** No request to the server before this time. */
  readonly notBefore: number;
  /** When to try it again; infinite after playback has continued without it. */
  readonly dueAt: number;
}

/** Delay of the first retry after a temporary failure, and after a missing fragment, in milliseconds; doubled for each further one. */
const FIRST_RETRY_MS = 2000;
const FIRST_RETRY_OF_ABSENT_MS = 5000;
const MOST_RETRY_MS = 60_000;
/** After a seek, however many there are. */
const LEAST_RETRY_MS = 8000;
/** This many seconds of playback before it is reached, a chunk is given up: there has to be time to fill the hole. */
const GIVEN_UP_BEFORE = 0.75;
/** Whether the playhead is so close to a chunk that it is given up. */
export const isReached = (start: Seconds, playhead: Seconds, rate: number): boolean =>
  start < playhead + GIVEN_UP_BEFORE * Math.max(1, rate);

/** More than any title lacks; the newest are remembered. */
const MOST = 100;

/**
 * Chunks that failed although their neighbours are served. They are tried again until the playhead is about to reach
 * them, and when it approaches them a second time.
 */
export class PostponedChunks {
  #chunks = new Map<number, Postponed>();

  /** Whether none is to be tried again. */
  get isEmpty(): boolean {
    return this.first === undefined;
  }

  /** The one to be tried again that plays first. */
  get first(): Chunk | undefined {
    return this.#waiting[0]?.chunk;
  }

  /** Whether a chunk is skipped in the order of fetching. */
  has({ index }: Chunk): boolean {
    return this.#chunks.has(index);
  }

  /** It failed, for the first time or again. `notBefore`: the earliest time of the next request. */
  add(chunk: Chunk, failure: Failure, notBefore: number, now: number): void {
    const tries = (this.#chunks.get(chunk.index)?.tries ?? 0) + 1;
    const first = failure.kind === 'missing' ? FIRST_RETRY_OF_ABSENT_MS : FIRST_RETRY_MS;
    const wait = Math.max(failure.retryAfter * 1000, Math.min(MOST_RETRY_MS, first * 2 ** (tries - 1)));
    const dueAt = Math.max(now + wait, notBefore);
    this.#chunks.set(chunk.index, { chunk, failure, tries, failedAt: now, notBefore, dueAt });
    if (this.#chunks.size > MOST) this.#chunks.delete(this.#chunks.keys().next().value ?? 0);
  }

  remove({ index }: Chunk): void {
    this.#chunks.delete(index);
  }

  clear(): void {
    this.#chunks.clear();
  }

  /** A seek: what was skipped may be available now. */
  retryAll(now: number): void {
    for (const [index, postponed] of this.#chunks) {
      const { failedAt, notBefore } = postponed;
      const dueAt = Math.max(now, failedAt + LEAST_RETRY_MS, notBefore);
      this.#chunks.set(index, { ...postponed, dueAt });
    }
  }

  /** One that is due for another attempt. */
  due(now: number): Chunk | undefined {
    return this.#waiting.find(({ dueAt }) => dueAt <= now)?.chunk;
  }

  /** Gives up those that the playhead is about to reach, at its rate: playback continues without them. */
  giveUpBefore(playhead: Seconds, rate: number, timeline: Timeline): readonly Postponed[] {
    const reached = this.#waiting.filter(({ chunk }) => isReached(timeline.startOf(chunk), playhead, rate));
    for (const postponed of reached)
      this.#chunks.set(postponed.chunk.index, { ...postponed, dueAt: Number.POSITIVE_INFINITY });
    return reached;
  }

  get #waiting(): readonly Postponed[] {
    if (this.#chunks.size === 0) return [];
    return [...this.#chunks.values()]
      .filter(({ dueAt }) => dueAt < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.chunk.index - b.chunk.index);
  }
}
