import { childController } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import type { Chunk, Stream } from '../../manifest/presentation.ts';
import { fetchText, type TextResponse } from './fetch-text.ts';
import type { TextPorts } from './text-ports.ts';

/** What to load, in which order, and where it goes. */
export interface TextDemandPorts {
  /** The next chunk to request. */
  readonly next: (isSettled: (chunk: Chunk) => boolean) => Chunk | undefined;
  /** Whether the current request is still needed. */
  readonly isWanted: (chunk: Chunk) => boolean;
  /** Takes what was received. */
  readonly take: (response: TextResponse, signal: AbortSignal) => Promise<void>;
}

/** Requests for one fragment before it is left alone. */
const ATTEMPTS = 2;
/** After that it isn't requested for this many milliseconds: an outage may end. */
const LEFT_ALONE_MS = 60_000;
/** Pause after consecutive failures: this, doubled each time, up to the maximum, in milliseconds. */
const PAUSE_MS = 500;
const MOST_PAUSE_MS = 15_000;
const WARN_EVERY_MS = 60_000;

/**
 * Requests the fragments of one text stream, one at a time. Failures affect text only: a warning a minute, no stall, no
 * error, and the host is still used for audio and video.
 */
export class TextLoader {
  readonly #stream: Stream;
  readonly #ports: TextPorts;
  readonly #demand: TextDemandPorts;
  readonly #signal: AbortSignal;
  readonly #failures = new Map<string, { readonly count: number; readonly leftAloneUntil: number }>();
  /** What was received, by start. */
  readonly #taken = new Map<string, Chunk>();
  #inFlight: { readonly chunk: Chunk; readonly cancel: () => void } | undefined;
  #failuresInARow = 0;
  #pauseUntil = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isPaused = false;

  constructor(stream: Stream, ports: TextPorts, demand: TextDemandPorts, signal: AbortSignal) {
    this.#stream = stream;
    this.#ports = ports;
    this.#demand = demand;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** Something changed: the position, the buffer, the list of chunks. */
  look(): void {
    this.#isPaused = false;
    this.#advance();
  }

  #advance(): void {
    if (this.#isPaused || this.#signal.aborted) return;
    if (this.#inFlight && !this.#demand.isWanted(this.#inFlight.chunk)) this.#inFlight.cancel();
    const now = performance.now();
    if (this.#inFlight || now < this.#pauseUntil) return;
    const chunk = this.#demand.next((one) => this.#isSettled(one, now));
    if (chunk) void this.#load(chunk);
  }

  /** Forgets chunks that were dropped, so that they may be requested again. */
  forget(isDropped: (chunk: Chunk) => boolean): void {
    for (const [key, chunk] of this.#taken) if (isDropped(chunk)) this.#taken.delete(key);
  }

  /** Cancels the current request, until the next call of `look`. */
  stop(): void {
    this.#isPaused = true;
    clearTimeout(this.#timer);
    this.#inFlight?.cancel();
  }

  #isSettled({ start }: Chunk, now: number): boolean {
    const key = String(start);
    return this.#taken.has(key) || (this.#failures.get(key)?.leftAloneUntil ?? 0) > now;
  }

  async #load(chunk: Chunk): Promise<void> {
    const key = String(chunk.start);
    const controller = childController(this.#signal);
    this.#inFlight = { chunk, cancel: () => controller.abort() };
    const attempt = this.#failures.get(key)?.count ?? 0;
    try {
      const response = await fetchText(this.#ports, this.#stream, chunk, attempt, controller.signal);
      await this.#demand.take(response, controller.signal);
      this.#taken.set(key, chunk);
      this.#failures.delete(key);
      this.#failuresInARow = 0;
    } catch (error) {
      if (!controller.signal.aborted) this.#failed(key, attempt + 1, error);
    } finally {
      controller.dispose();
      this.#inFlight = undefined;
      this.#advance();
    }
  }

  #failed(key: string, count: number, cause: unknown): void {
    const now = performance.now();
    const leftAloneUntil = count < ATTEMPTS ? 0 : now + LEFT_ALONE_MS;
    this.#failures.set(key, { count: count % ATTEMPTS, leftAloneUntil });
    const pause = Math.min(MOST_PAUSE_MS, PAUSE_MS * 2 ** this.#failuresInARow);
    this.#failuresInARow += 1;
    this.#pauseUntil = now + pause;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#advance(), pause + 1);
    const isOwn = isSmoothError(cause, 'text-unavailable');
    this.warn(isOwn ? cause.details.problem : isSmoothError(cause) ? cause.message : String(cause), cause);
  }

  /** Warns at most once a minute, since everything in a broken stream fails. */
  warn(problem: string, cause?: unknown): void {
    const now = performance.now();
    if (now - this.#warnedAt < WARN_EVERY_MS) return;
    this.#warnedAt = now;
    this.#ports.warn(new SmoothError('text-unavailable', { stream: this.#stream.name, problem }, { cause }));
  }
}
