import { childController, Gate } from '../../base/async.ts';
import { type Ranges, rangeAt } from '../../base/ranges.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import { plan } from '../../heuristics/plan.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import type { BufferQueue } from '../../mse/source-buffer.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { PlayableStream } from '../select-streams.ts';
import { type BufferedFragment, BufferMap } from './buffer-map.ts';
import type { Delivered, Improvement } from './delivered.ts';
import { FeedCursor, REPLACE_AFTER, SEAM } from './feed-cursor.ts';
import { keptFrom } from './kept-behind.ts';
import { isReached, PostponedChunks } from './postponed-chunks.ts';

/** What a feed needs from its playback. */
export interface FeedPorts {
  readonly playhead: () => Seconds;
  /** Of the element's clock; 1 is normal speed. */
  readonly rate: () => number;
  /** Seconds to buffer ahead of the playhead. */
  readonly goal: (feed: Feed) => Seconds;
  /** Seconds to keep behind it. */
  readonly behind: () => number;
  /** Whether nothing may be loaded now. */
  readonly isHeld: () => boolean;
  /** Whether a stream may get more chunks. */
  readonly grows: () => boolean;
  /** Whether a chunk is still part of the title. */
  readonly exists: (feed: Feed, chunk: Chunk) => boolean;
  /** Delivers a chunk to the buffer; `isSecondTry`: it was postponed before. */
  readonly deliver: (
    feed: Feed,
    chunk: Chunk,
    isSecondTry: boolean,
    signal: AbortSignal,
  ) => Promise<Delivered>;
  /** A chunk in the buffer that is worth fetching again while there is nothing else to do, and at which level. */
  readonly improvement: (feed: Feed) => Improvement | undefined;
  /** Replaces a chunk; `undefined` if it was left unchanged. */
  readonly improve: (
    feed: Feed,
    improvement: Improvement,
    signal: AbortSignal,
  ) => Promise<BufferedFragment | undefined>;
  /** Playback continues without a chunk. */
  readonly skipped: (feed: Feed, chunk: Chunk, cause: unknown) => void;
  readonly onProgress: () => void;
}

/** The current request. */
interface InFlight {
  readonly chunk: Chunk;
  readonly controller: AbortController;
  /** `next`: the one that is due; `postponed`: one that failed before; `extra`: a better version of a buffered one. */
  readonly kind: 'next' | 'postponed' | 'extra';
}

/** A chunk that ends sooner after the playhead is not worth a request any more, in seconds. */
const LEFT_IN_TIME = 0.5;
/** An improvement that isn't complete this many seconds before others are due is cancelled. */
const IMPROVED_BEFORE = 4;
/** After a failed improvement, none is attempted for this long, in milliseconds. */
const IMPROVED_AGAIN_MS = 10_000;

/**
 * Fills one SourceBuffer with one stream, chunk by chunk in order. Owns the position in the stream and what it put into
 * the buffer; ends with the signal given to `run`.
 */
export class Feed {
  readonly type: 'video' | 'audio';
  readonly buffer: BufferQueue;
  readonly bufferMap = new BufferMap();
  readonly postponed = new PostponedChunks();
  readonly #ports: FeedPorts;
  readonly #gate = new Gate();
  readonly #cursor: FeedCursor;
  #inFlight: InFlight | undefined;
  /** Until when there is nothing to do unless something changes, on `performance.now()`'s clock. */
  #restsUntil = 0;
  /** When chunks in the buffer may be replaced again, on `performance.now()`'s clock. */
  #improvesFrom = 0;
  constructor(
    playable: PlayableStream,
    timeline: Timeline,
    buffer: BufferQueue,
    start: Seconds,
    ports: FeedPorts,
  ) {
    this.type = playable.type;
    this.buffer = buffer;
    this.#ports = ports;
    this.#cursor = new FeedCursor(playable, timeline, start, {
      playhead: ports.playhead,
      grows: ports.grows,
      bufferMap: this.bufferMap,
      buffered: () => this.buffered,
      isPostponed: (chunk) => this.postponed.has(chunk),
    });
  }

  get playable(): PlayableStream {
    return this.#cursor.playable;
  }

  get timeline(): Timeline {
    return this.#cursor.timeline;
  }

  get buffered(): Ranges {
    return this.buffer.buffered;
  }

  /** Whether the last chunk is in the buffer, and no request is in progress. */
  get isAtEnd(): boolean {
    return this.#cursor.next === undefined && this.#inFlight === undefined && this.postponed.isEmpty;
  }

  /** Start of the first chunk still to come; `undefined` past the last. */
  get position(): Seconds | undefined {
    const [chunk, postponed] = [this.#pending, this.postponed.first];
    const first = !chunk || (postponed && postponed.index < chunk.index) ? (postponed ?? chunk) : chunk;
    return first && this.timeline.startOf(first);
  }

  /** Start of the next chunk in order: what is buffered before it isn't fetched again. `undefined` past the last. */
  get nextStart(): Seconds | undefined {
    const { next } = this.#cursor;
    return next && this.timeline.startOf(next);
  }

  /** Seconds of media from `time` on without a hole. */
  aheadOf(time: Seconds): number {
    const range = rangeAt(this.buffered, time, SEAM);
    return range ? Math.max(0, range.end - time) : 0;
  }

  /** Seconds of media from the playhead on without a hole. */
  get bufferAhead(): Seconds {
    return seconds(this.aheadOf(this.#ports.playhead()));
  }

  /**
   * Whether a chunk is still needed: more than `left` seconds of it are ahead of the playhead, and it is still in the
   * title.
   */
  isWanted(chunk: Chunk, left = 0): boolean {
    const isAhead = this.timeline.endOf(chunk) > this.#ports.playhead() + left;
    return (isAhead || this.#cursor.isEndpiece(chunk)) && this.#ports.exists(this, chunk);
  }

  /** Feeds until aborted. Rejects with errors that no further attempt can fix. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      this.#trim();
      this.#giveUpPostponed();
      this.#cursor.update(this.bufferAhead);
      const again = this.#ports.isHeld() ? undefined : this.postponed.due(performance.now());
      const { next: chunk, reached: nextStart } = this.#cursor;
      // After a seek it may be after what plays next.
      if (again && !(chunk && chunk.index < again.index)) {
        await this.#deliver(again, 'postponed', signal);
        continue;
      }
      const { playhead, rate, goal, isHeld } = this.#ports;
      const now = { playhead: playhead(), rate: rate(), goal: goal(this), isHeld: isHeld() };
      const step = plan({ nextStart, ...now });
      if (step.kind === 'fetch' && chunk) await this.#deliver(chunk, 'next', signal);
      else if (step.kind !== 'fetch' && (await this.#improve(signal))) this.#ports.onProgress();
      else if (step.kind === 'wait') await this.#rest(step.atMostMs, signal);
      else await this.#gate.wait(1000, signal);
    }
  }

  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    if (this.postponed.isEmpty) this.#restsUntil = performance.now() + ms;
    await this.#gate.wait(ms, signal);
    this.#restsUntil = 0;
  }

  /** The playhead has moved on: checks again, unless nothing can be due yet. */
  tick(): void {
    if (performance.now() >= this.#restsUntil) this.wake();
  }

  /** Checks again at once: something has changed. */
  wake(): void {
    const { chunk, controller, kind } = this.#inFlight ?? {};
    const { playhead, rate, goal } = this.#ports;
    if (chunk && kind === 'postponed') {
      if (isReached(this.timeline.startOf(chunk), playhead(), rate())) controller?.abort();
    } else if (chunk && kind === 'extra') {
      const isDue = (this.position ?? Number.POSITIVE_INFINITY) - playhead() < goal(this) - IMPROVED_BEFORE;
      if (isDue || this.timeline.startOf(chunk) - playhead() < REPLACE_AFTER) controller?.abort();
    } else if (chunk && !controller?.signal.aborted && !this.isWanted(chunk)) this.#goOnWithout(chunk);
    // Also while waiting for another chunk.
    if (kind === 'next') this.#giveUpPostponed();
    this.#gate.open();
  }

  /** Playback has continued while a chunk was waited for: the feed continues from the playhead. */
  #goOnWithout(chunk: Chunk): void {
    const { playhead, exists } = this.#ports;
    if (exists(this, chunk)) this.#skip(chunk, undefined);
    this.#cursor.moveTo(seconds(playhead() + LEFT_IN_TIME));
    this.#superseded({ always: true });
  }

  /** A seek. What is buffered there is kept; requests for elsewhere are cancelled. */
  seek(to: Seconds): void {
    this.postponed.retryAll(performance.now());
    if (this.#cursor.seek(to)) {
      this.bufferMap.clear();
      // A failure here makes the next append fail too, which reports it.
      this.buffer.remove(0, Number.POSITIVE_INFINITY).catch(() => {});
    }
    this.#superseded();
  }

  /**
   * Fetches what is ahead again, at the current level; what is there plays until it is replaced. The chunk on screen
   * stays unchanged: a change within it would be visible.
   */
  replaceAhead(): void {
    this.#cursor.replaceAhead(this.#pending);
    this.#superseded({ always: true });
  }

  /** Continues with another stream of the same type: from the playhead, or after what is buffered. */
  switchTo(playable: PlayableStream, timeline: Timeline, when: 'now' | 'next'): void {
    this.bufferMap.clear();
    this.postponed.clear();
    this.#cursor.switchTo(playable, timeline, when);
    this.#superseded({ always: true });
  }

  /** Another chunk is next: cancels the current request, unless it is for that one. */
  #superseded({ always = false } = {}): void {
    const inFlight = this.#inFlight;
    if (inFlight && (always || inFlight.chunk.index !== this.#cursor.next?.index)) {
      inFlight.controller.abort(new DOMException('Superseded', 'AbortError'));
    }
    this.#gate.open();
  }

  /** The chunk that comes first; a cancelled request may take a while to end. */
  get #pending(): Chunk | undefined {
    const inFlight = this.#inFlight;
    return inFlight?.kind === 'next' && !inFlight.controller.signal.aborted
      ? inFlight.chunk
      : this.#cursor.next;
  }

  #deliver(chunk: Chunk, kind: 'next' | 'postponed', signal: AbortSignal): Promise<void> {
    return this.#undertake(chunk, kind, signal, async (until) => {
      const delivered = await this.#ports.deliver(this, chunk, kind === 'postponed', until);
      if (until.aborted) return;
      this.#settle(chunk, delivered);
      if (this.#cursor.next?.index === chunk.index) this.#cursor.advance(chunk);
    });
  }

  #settle(chunk: Chunk, delivered: Delivered): void {
    switch (delivered.kind) {
      case 'delivered':
        this.bufferMap.add(delivered.fragment);
        this.postponed.remove(chunk);
        break;
      case 'postponed':
        this.postponed.add(chunk, delivered.failure, delivered.notBefore, performance.now());
        break;
      case 'unavailable':
        this.postponed.remove(chunk);
        this.#skip(chunk, delivered.failure.error);
        break;
      case 'given-up':
        this.postponed.remove(chunk);
        this.#skip(chunk, delivered.error);
        break;
      case 'passed':
        this.postponed.remove(chunk);
        this.#goOnWithout(chunk);
        break;
      default:
        delivered satisfies never;
    }
  }

  /** What the playhead has nearly reached would be too late: playback continues without it. */
  #giveUpPostponed(): void {
    const { playhead, rate } = this.#ports;
    for (const { chunk, failure } of this.postponed.giveUpBefore(playhead(), rate(), this.timeline))
      if (this.isWanted(chunk)) this.#skip(chunk, failure.error);
  }

  /** A chunk that was to be replaced at another level plays as it is. */
  #skip(chunk: Chunk, cause: unknown): void {
    if (!this.bufferMap.has(chunk.index, this.buffered)) this.#ports.skipped(this, chunk, cause);
  }

  /** Uses a full buffer for improvements; returns whether there was anything to do. */
  async #improve(signal: AbortSignal): Promise<boolean> {
    const { isHeld, improvement, improve, playhead } = this.#ports;
    const better = isHeld() || performance.now() < this.#improvesFrom ? undefined : improvement(this);
    if (!better) return false;
    const start = this.timeline.startOf(better.chunk);
    const before = this.aheadOf(start);
    let fragment: BufferedFragment | undefined;
    await this.#undertake(better.chunk, 'extra', signal, async (until) => {
      fragment = await improve(this, better, until);
      if (fragment) this.bufferMap.add(fragment);
      if (until.aborted || !fragment || this.aheadOf(start) >= before - SEAM) return;
      // It removed a part of its neighbour, which is fetched again.
      this.#improvesFrom = Number.POSITIVE_INFINITY;
      this.#cursor.moveTo(playhead());
      this.#superseded();
    });
    if (!fragment) this.#improvesFrom = Math.max(this.#improvesFrom, performance.now() + IMPROVED_AGAIN_MS);
    return true;
  }

  async #undertake(
    chunk: Chunk,
    kind: InFlight['kind'],
    signal: AbortSignal,
    work: (until: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const controller = childController(signal);
    this.#inFlight = { chunk, controller, kind };
    try {
      await work(controller.signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!controller.signal.aborted) throw error;
    } finally {
      controller.dispose();
      this.#inFlight = undefined;
      this.#ports.onProgress();
    }
  }

  /** Removes media behind the playhead beyond the limit, the farthest first and chunk by chunk, while the next is being fetched. */
  #trim(): void {
    // After a long seek, the media left behind is kept for a while, because the viewer may seek back.
    const keepFrom = keptFrom(this.buffered, this.#ports.playhead(), this.#ports.behind());
    // A failure here makes the next append fail too, which reports it.
    if (keepFrom > 0) this.evict(0, this.bufferMap.at(keepFrom)?.start ?? keepFrom).catch(() => {});
  }

  /** Removes a span of seconds from the buffer. */
  async evict(start: number, end: number): Promise<void> {
    this.bufferMap.keep(start > 0 ? 0 : end, start > 0 ? start : Number.POSITIVE_INFINITY);
    await this.buffer.remove(start, end);
  }
}
