import { type Ranges, rangeAt } from '../../base/ranges.ts';
import { type Seconds, seconds, ticks } from '../../base/time.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { PlayableStream } from '../select-streams.ts';
import type { BufferMap } from './buffer-map.ts';

/** A hole of up to this length at a seam is rounding, in seconds; browsers play across it. */
export const SEAM = seconds(0.1);
/** A chunk that begins sooner after the playhead can't be replaced invisibly, in seconds. */
export const REPLACE_AFTER = 0.5;

/** What a cursor needs to know about the buffer. */
export interface CursorPorts {
  readonly playhead: () => Seconds;
  readonly buffered: () => Ranges;
  readonly bufferMap: BufferMap;
  readonly isPostponed: (chunk: Chunk) => boolean;
  /** Whether a stream may get more chunks. */
  readonly grows: () => boolean;
}

/** The position of a feed in its stream: which chunk is next. What is in the buffer is skipped. */
export class FeedCursor {
  readonly #ports: CursorPorts;
  #playable: PlayableStream;
  #timeline: Timeline;
  #next: Chunk | undefined;
  /** The previous chunk, while the feed continues from chunk to chunk. */
  #last: Chunk | undefined;
  /** The stream's last chunk, while the playhead is after its end. */
  #endpiece: Chunk | undefined;
  /** Whether what is ahead in the buffer is being replaced, by another level or another stream. */
  #replacing = false;
  /** Whether the buffer still contains another stream's media. */
  #hasForeign = false;

  constructor(playable: PlayableStream, timeline: Timeline, start: Seconds, ports: CursorPorts) {
    this.#playable = playable;
    this.#timeline = timeline;
    this.#ports = ports;
    this.#next = this.#chunkFor(start);
  }

  get playable(): PlayableStream {
    return this.#playable;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  get next(): Chunk | undefined {
    return this.#next;
  }

  /** The position that playback reaches without the next chunk: a gap in the stream before it needs no buffer. */
  get reached(): Seconds | undefined {
    const chunk = this.#next;
    if (!chunk) return undefined;
    const before = this.#playable.stream.chunks.at(chunk.index - 1);
    const start = this.#timeline.startOf(chunk);
    const isBehind = before !== undefined && before.index < chunk.index;
    return isBehind ? seconds(Math.min(start, this.#timeline.endOf(before))) : start;
  }

  /** Whether it is fetched although the playhead is after the stream's end. */
  isEndpiece(chunk: Chunk): boolean {
    return chunk.index === this.#endpiece?.index;
  }

  /** Finds the next chunk again: a live stream may have grown, and the buffer and the playhead have changed. */
  update(bufferAhead: number): void {
    this.#skipWhatPassed(bufferAhead);
    this.#next ??= this.#last ? this.#timeline.next(this.#last) : this.#firstMissing(this.#ports.playhead());
    this.#next = this.#skipPresent(this.#next);
  }

  /** A chunk is done: continues with the next one. */
  advance(chunk: Chunk): void {
    this.#last = chunk;
    this.#next = this.#timeline.next(chunk);
    const reached = this.#timeline.endOf(chunk);
    const range = rangeAt(this.#ports.buffered(), reached, SEAM);
    if (this.#replacing && (!range || range.end <= reached + SEAM)) {
      this.#replacing = false;
      this.#hasForeign = false;
    }
  }

  /** Continues with the first missing chunk from a time on. */
  moveTo(time: Seconds): void {
    this.#last = undefined;
    this.#next = this.#firstMissing(time);
  }

  /** A seek. Returns whether another stream's media has to be removed from the buffer. */
  seek(to: Seconds): boolean {
    this.#replacing = false;
    this.#last = undefined;
    const chunk = this.#chunkFor(to);
    const dropsForeign = this.#hasForeign && this.#ports.bufferMap.at(to) === undefined;
    if (dropsForeign) {
      this.#hasForeign = false;
      this.#next = chunk;
    } else this.#next = this.#endpiece ? this.#skipPresent(chunk) : this.#firstMissing(to);
    return dropsForeign;
  }

  /** Returns to what is ahead in the buffer, unless `pending`, which comes first, is before it. */
  replaceAhead(pending: Chunk | undefined): void {
    const first = this.#replaceable();
    const isBehind = first && !(pending && pending.index <= first.index);
    if (isBehind) this.#replacing = true;
    this.#next = isBehind ? first : pending;
  }

  /** Continues in another stream of the same type: from the playhead, or after what is buffered. */
  switchTo(playable: PlayableStream, timeline: Timeline, when: 'now' | 'next'): void {
    this.#playable = playable;
    this.#timeline = timeline;
    this.#last = undefined;
    this.#replacing = when === 'now';
    this.#hasForeign = true;
    const playhead = this.#ports.playhead();
    this.#next = this.#replacing ? timeline.chunkAt(playhead) : this.#firstMissing(playhead);
  }

  /**
   * The first chunk to fetch. After the stream's end it is the last one: without any media of a stream the browser
   * treats the title as broken, and without its end as shorter.
   */
  #chunkFor(time: Seconds): Chunk | undefined {
    const chunk = this.#timeline.chunkAt(time);
    const { chunks } = this.#playable.stream;
    this.#endpiece = chunk || this.#ports.grows() ? undefined : chunks.from(ticks(chunks.end - 1n));
    return chunk ?? this.#endpiece;
  }

  /** The first chunk from here on that has to be fetched: skips what is buffered or postponed. */
  #skipPresent(from: Chunk | undefined): Chunk | undefined {
    if (this.#replacing || this.#hasForeign) return from;
    const { buffered, bufferMap, isPostponed } = this.#ports;
    const ranges = buffered();
    let chunk = from;
    while (chunk && (bufferMap.has(chunk.index, ranges) || isPostponed(chunk)))
      chunk = this.#timeline.next(chunk);
    // If the stream may still grow, remembers the last one before the next.
    if (!chunk && from) this.#last = this.#lastBefore(from);
    return chunk;
  }

  #lastBefore(from: Chunk): Chunk {
    let last = from;
    for (let next = this.#timeline.next(last); next; next = this.#timeline.next(last)) last = next;
    return last;
  }

  /** While replacing: skips what is too close to the playhead. */
  #skipWhatPassed(bufferAhead: number): void {
    const chunk = this.#next;
    if (!this.#replacing || this.#hasForeign || !chunk || bufferAhead < REPLACE_AFTER) return;
    const first = this.#replaceable();
    if (first && first.index > chunk.index) this.#next = first;
  }

  /** The first chunk far enough ahead of the playhead to be replaced invisibly: a change within the chunk on screen would be visible. */
  #replaceable(): Chunk | undefined {
    const earliest = seconds(this.#ports.playhead() + REPLACE_AFTER);
    const chunk = this.#timeline.chunkAt(earliest);
    return chunk && this.#timeline.startOf(chunk) < earliest ? this.#timeline.next(chunk) : chunk;
  }

  /** The first chunk from `time` on that isn't completely in the buffer. */
  #firstMissing(time: Seconds): Chunk | undefined {
    if (!this.#hasForeign) return this.#skipPresent(this.#timeline.chunkAt(time));
    // For another stream's media only the ranges are known.
    const range = rangeAt(this.#ports.buffered(), time, SEAM);
    let chunk = this.#timeline.chunkAt(range ? seconds(Math.max(time, range.end)) : time);
    // A chunk that lacks only its last moments is present: sample durations are rounded.
    while (range && chunk && this.#timeline.endOf(chunk) <= range.end + SEAM)
      chunk = this.#timeline.next(chunk);
    return chunk;
  }
}
