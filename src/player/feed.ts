import { childController, Gate } from '../base/async.ts';
import { type Ranges, rangeAt } from '../base/ranges.ts';
import { type Seconds, seconds } from '../base/time.ts';
import { plan } from '../heuristics/plan.ts';
import type { Chunk } from '../manifest/presentation.ts';
import type { BufferQueue } from '../mse/source-buffer.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { LevelChoice } from './delivery-ports.ts';
import { type Held, Inventory } from './inventory.ts';
import type { PlayableStream } from './select-streams.ts';

/** What a feed needs of the playback that owns it. */
export interface FeedPorts {
  readonly playhead: () => Seconds;
  /** Seconds to hold ahead of the playhead. */
  readonly goal: () => Seconds;
  /** Seconds to keep behind it. */
  readonly behind: number;
  /** Whether nothing may be loaded now. */
  readonly isHeld: () => boolean;
  /** Brings a chunk into the buffer; `undefined` when it was left out. */
  readonly deliver: (feed: Feed, chunk: Chunk, signal: AbortSignal) => Promise<Held | undefined>;
  /** A chunk in the buffer that is worth fetching again while there is nothing else to do, and at which level. */
  readonly improvement: (feed: Feed) => Improvement | undefined;
  /** Puts it in the place of what is there; `undefined` when that was left as it is. */
  readonly improve: (feed: Feed, improvement: Improvement, signal: AbortSignal) => Promise<Held | undefined>;
  readonly onProgress: () => void;
}

export interface Improvement {
  readonly chunk: Chunk;
  readonly choice: LevelChoice;
}

/** A hole up to here at a seam is rounding, in seconds; browsers play across it. */
export const SEAM = seconds(0.1);
/** No chunk that begins sooner after the playhead can be replaced unseen, in seconds. */
const REPLACE_AFTER = 0.5;
/** An improvement that isn't there so many seconds before it would be seen, or before others are due, is given up. */
const IMPROVED_BEFORE = 4;
/** What couldn't be had better is let be for so long, in milliseconds. */
const IMPROVED_AGAIN_MS = 10_000;

/**
 * Keeps one SourceBuffer fed with one stream, chunk by chunk in order. Owns where it stands in the stream and
 * what it put into the buffer; ends with the signal given to `run`.
 */
export class Feed {
  readonly type: 'video' | 'audio';
  readonly buffer: BufferQueue;
  readonly inventory = new Inventory();
  readonly #ports: FeedPorts;
  readonly #gate = new Gate();
  #playable: PlayableStream;
  #timeline: Timeline;
  #next: Chunk | undefined;
  /** The one before, while the feed goes on from chunk to chunk. */
  #last: Chunk | undefined;
  /** The chunk under way, and the way to give it up. */
  #errand:
    | { readonly chunk: Chunk; readonly controller: AbortController; readonly isExtra: boolean }
    | undefined;
  /** When chunks in the buffer may be replaced again, on `performance.now()`'s clock. */
  #improvesFrom = 0;
  /** Whether what lies ahead in the buffer is being replaced, be it at another level or by another stream. */
  #replacing = false;
  /** Whether the buffer still holds another stream's media. */
  #hasForeign = false;

  constructor(
    playable: PlayableStream,
    timeline: Timeline,
    buffer: BufferQueue,
    start: Seconds,
    ports: FeedPorts,
  ) {
    this.type = playable.type;
    this.buffer = buffer;
    this.#playable = playable;
    this.#timeline = timeline;
    this.#ports = ports;
    this.#next = timeline.chunkAt(start);
  }

  get playable(): PlayableStream {
    return this.#playable;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  get buffered(): Ranges {
    return this.buffer.buffered;
  }

  /** Whether the last chunk is in the buffer, and nothing is under way. */
  get isAtEnd(): boolean {
    return this.#next === undefined && this.#errand === undefined;
  }

  /** Start of the first chunk that is still to come; `undefined` past the last. */
  get position(): Seconds | undefined {
    const chunk = this.#pending;
    return chunk && this.#timeline.startOf(chunk);
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

  /** Feeds until aborted. Rejects with what no further attempt could mend. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      this.#trim();
      this.#skipWhatPassed();
      // A live stream has grown, perhaps.
      this.#next ??= this.#last
        ? this.#timeline.next(this.#last)
        : this.#firstMissing(this.#ports.playhead());
      const chunk = this.#next;
      const { playhead, goal, isHeld } = this.#ports;
      const nextStart = chunk && this.#timeline.startOf(chunk);
      const step = plan({ nextStart, playhead: playhead(), goal: goal(), isHeld: isHeld() });
      if (step.kind === 'fetch' && chunk) await this.#feed(chunk, signal);
      else if (step.kind !== 'fetch' && (await this.#improve(signal))) this.#ports.onProgress();
      else await this.#gate.wait(step.kind === 'wait' ? step.atMostMs : 1000, signal);
    }
  }

  /** Looks again at once: the playhead moved, or a wish changed. */
  wake(): void {
    const { chunk, controller, isExtra } = this.#errand ?? {};
    if (chunk && isExtra) {
      const { playhead, goal } = this.#ports;
      const isDue = (this.position ?? Number.POSITIVE_INFINITY) - playhead() < goal() - IMPROVED_BEFORE;
      if (isDue || this.#timeline.startOf(chunk) - playhead() < IMPROVED_BEFORE) controller?.abort();
    }
    this.#gate.open();
  }

  /** The playhead was put elsewhere. What is buffered there is kept; what is under way for elsewhere is given up. */
  seek(to: Seconds): void {
    this.#replacing = false;
    this.#last = undefined;
    if (this.#hasForeign && this.inventory.at(to) === undefined) {
      this.#dropForeign();
      this.#head(this.#timeline.chunkAt(to));
    } else this.#head(this.#firstMissing(to));
  }

  /**
   * Fetches again, at the level in force now, what lies ahead; what is there plays until it is replaced. The chunk on
   * screen stays as it is: a change in its midst would be seen.
   */
  replaceAhead(): void {
    const pending = this.#pending;
    const first = this.#replaceable();
    if (!first || (pending && pending.index <= first.index)) {
      this.#head(pending, { always: true });
      return;
    }
    this.#replacing = true;
    this.#head(first, { always: true });
  }

  /** Goes on with another stream of the same type: from the playhead, or behind what is buffered. */
  switchTo(playable: PlayableStream, timeline: Timeline, when: 'now' | 'next'): void {
    this.#playable = playable;
    this.#timeline = timeline;
    this.#last = undefined;
    this.#replacing = when === 'now';
    this.#hasForeign = true;
    this.inventory.clear();
    const playhead = this.#ports.playhead();
    this.#head(this.#replacing ? timeline.chunkAt(playhead) : this.#firstMissing(playhead), { always: true });
  }

  /** Makes `chunk` the next one, and gives up another that is under way. */
  #head(chunk: Chunk | undefined, { always = false } = {}): void {
    const errand = this.#errand;
    if (errand && (always || errand.chunk.index !== chunk?.index)) {
      errand.controller.abort(new DOMException('Superseded', 'AbortError'));
    }
    this.#next = chunk;
    this.#gate.open();
  }

  /** The chunk that is to come first; what was given up may take a while to wind up, and comes no more. */
  get #pending(): Chunk | undefined {
    const errand = this.#errand;
    return errand && !errand.isExtra && !errand.controller.signal.aborted ? errand.chunk : this.#next;
  }

  #feed(chunk: Chunk, signal: AbortSignal): Promise<void> {
    return this.#undertake(chunk, false, signal, async (until) => {
      const held = await this.#ports.deliver(this, chunk, until);
      if (until.aborted) return;
      if (held) this.inventory.add(held);
      if (this.#next?.index === chunk.index) this.#advance(chunk);
    });
  }

  /** Makes use of a full buffer; tells whether there was anything to do. */
  async #improve(signal: AbortSignal): Promise<boolean> {
    const { isHeld, improvement, improve, playhead } = this.#ports;
    const better = isHeld() || performance.now() < this.#improvesFrom ? undefined : improvement(this);
    if (!better) return false;
    const start = this.#timeline.startOf(better.chunk);
    const before = this.aheadOf(start);
    let held: Held | undefined;
    await this.#undertake(better.chunk, true, signal, async (until) => {
      held = await improve(this, better, until);
      if (held) this.inventory.add(held);
      if (until.aborted || !held || this.aheadOf(start) >= before - SEAM) return;
      // It took a part of its neighbour along, which is fetched again.
      this.#improvesFrom = Number.POSITIVE_INFINITY;
      this.#head(this.#firstMissing(playhead()));
    });
    if (!held) this.#improvesFrom = Math.max(this.#improvesFrom, performance.now() + IMPROVED_AGAIN_MS);
    return true;
  }

  async #undertake(
    chunk: Chunk,
    isExtra: boolean,
    signal: AbortSignal,
    errand: (until: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const controller = childController(signal);
    this.#errand = { chunk, controller, isExtra };
    try {
      await errand(controller.signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!controller.signal.aborted) throw error;
    } finally {
      controller.dispose();
      this.#errand = undefined;
      this.#ports.onProgress();
    }
  }

  #advance(chunk: Chunk): void {
    this.#last = chunk;
    this.#next = this.#timeline.next(chunk);
    const range = rangeAt(this.buffered, this.#timeline.endOf(chunk), SEAM);
    const reached = this.#timeline.endOf(chunk);
    if (this.#replacing && (!range || range.end <= reached + SEAM)) {
      this.#replacing = false;
      this.#hasForeign = false;
    }
  }

  /** While replacing: what the playhead has come too near to is left as it is. */
  #skipWhatPassed(): void {
    const chunk = this.#next;
    if (!this.#replacing || this.#hasForeign || !chunk) return;
    if (this.bufferAhead < REPLACE_AFTER) return;
    const first = this.#replaceable();
    if (first && first.index > chunk.index) this.#next = first;
  }

  /** The first chunk far enough ahead of the playhead to be replaced unseen. */
  #replaceable(): Chunk | undefined {
    const earliest = seconds(this.#ports.playhead() + REPLACE_AFTER);
    const chunk = this.#timeline.chunkAt(earliest);
    return chunk && this.#timeline.startOf(chunk) < earliest ? this.#timeline.next(chunk) : chunk;
  }

  /** The first chunk from `time` on that isn't in the buffer whole. */
  #firstMissing(time: Seconds): Chunk | undefined {
    const range = rangeAt(this.buffered, time, SEAM);
    let chunk = this.#timeline.chunkAt(range ? seconds(Math.max(time, range.end)) : time);
    // A chunk whose last moments alone are missing is there: sample durations are rounded.
    while (range && chunk && this.#timeline.endOf(chunk) <= range.end + SEAM)
      chunk = this.#timeline.next(chunk);
    return chunk;
  }

  #dropForeign(): void {
    this.#hasForeign = false;
    this.inventory.clear();
    // A failure here fails the next append too, which tells it.
    this.buffer.remove(0, Number.POSITIVE_INFINITY).catch(() => {});
  }

  /** Removes what lies further behind the playhead than it may, while the next chunk is on its way. */
  #trim(): void {
    const playhead = this.#ports.playhead();
    const keepFrom = playhead - this.#ports.behind;
    const [first] = this.buffered;
    // In steps, so that not every frame costs an operation. A failure here fails the next append too, which tells it.
    if (first && first.start < keepFrom - 5) this.evict(0, keepFrom).catch(() => {});
  }

  /** Removes a span of seconds from the buffer. */
  async evict(start: number, end: number): Promise<void> {
    this.inventory.keep(start > 0 ? 0 : end, start > 0 ? start : Number.POSITIVE_INFINITY);
    await this.buffer.remove(start, end);
  }
}
