import { type Ranges, rangeAt } from '../../base/ranges.ts';
import { type Seconds, seconds, ticks } from '../../base/time.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { PlayableStream } from '../select-streams.ts';
import type { BufferMap } from './buffer-map.ts';

/** A hole up to here at a seam is rounding, in seconds; browsers play across it. */
export const SEAM = seconds(0.1);
/** No chunk that begins sooner after the playhead can be replaced unseen, in seconds. */
const REPLACE_AFTER = 0.5;

/** What a cursor knows of the buffer. */
export interface CursorPorts {
  readonly playhead: () => Seconds;
  readonly buffered: () => Ranges;
  readonly bufferMap: BufferMap;
  readonly isPostponed: (chunk: Chunk) => boolean;
  /** Whether a stream may get more chunks. */
  readonly grows: () => boolean;
}

/** Where a feed stands in its stream: which chunk is next. What is in the buffer is passed over. */
export class FeedCursor {
  readonly #ports: CursorPorts;
  #playable: PlayableStream;
  #timeline: Timeline;
  #next: Chunk | undefined;
  /** The one before, while the feed goes on from chunk to chunk. */
  #last: Chunk | undefined;
  /** The stream's last, while the playhead was put behind its end. */
  #endpiece: Chunk | undefined;
  /** Whether what lies ahead in the buffer is being replaced, be it at another level or by another stream. */
  #replacing = false;
  /** Whether the buffer still holds another stream's media. */
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

  /** Where playback gets to without the next chunk: a gap in the stream before it takes no buffer to play. */
  get reached(): Seconds | undefined {
    const chunk = this.#next;
    if (!chunk) return undefined;
    const before = this.#playable.stream.chunks.at(chunk.index - 1);
    const start = this.#timeline.startOf(chunk);
    const isBehind = before !== undefined && before.index < chunk.index;
    return isBehind ? seconds(Math.min(start, this.#timeline.endOf(before))) : start;
  }

  /** Whether it is fetched although the playhead is behind the stream's end. */
  isEndpiece(chunk: Chunk): boolean {
    return chunk.index === this.#endpiece?.index;
  }

  /** Finds the next chunk anew: a live stream has grown, perhaps, and the buffer and the playhead have changed. */
  update(bufferAhead: number): void {
    this.#skipWhatPassed(bufferAhead);
    this.#next ??= this.#last ? this.#timeline.next(this.#last) : this.#firstMissing(this.#ports.playhead());
    this.#next = this.#skipPresent(this.#next);
  }

  /** A chunk was settled: on with the one behind it. */
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

  /** On from the first chunk that is missing from a time on. */
  moveTo(time: Seconds): void {
    this.#last = undefined;
    this.#next = this.#firstMissing(time);
  }

  /** Somebody sought a position. Whether another stream's media has to go from the buffer. */
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

  /** Back to what lies ahead in the buffer, unless `pending`, which is to come first, lies before it. */
  replaceAhead(pending: Chunk | undefined): void {
    const first = this.#replaceable();
    const isBehind = first && !(pending && pending.index <= first.index);
    if (isBehind) this.#replacing = true;
    this.#next = isBehind ? first : pending;
  }

  /** On in another stream of the same type: from the playhead, or behind what is buffered. */
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
   * The chunk to begin with. Behind the stream's end it is the last one: to a browser that has nothing of a stream the title is
   * broken, and one of which it doesn't have the end is shorter.
   */
  #chunkFor(time: Seconds): Chunk | undefined {
    const chunk = this.#timeline.chunkAt(time);
    const { chunks } = this.#playable.stream;
    this.#endpiece = chunk || this.#ports.grows() ? undefined : chunks.from(ticks(chunks.end - 1n));
    return chunk ?? this.#endpiece;
  }

  /** From a chunk on, the first that has to be fetched: what is in the buffer, or postponed, is passed over. */
  #skipPresent(from: Chunk | undefined): Chunk | undefined {
    if (this.#replacing || this.#hasForeign) return from;
    const { buffered, bufferMap, isPostponed } = this.#ports;
    const ranges = buffered();
    let chunk = from;
    while (chunk && (bufferMap.has(chunk.index, ranges) || isPostponed(chunk)))
      chunk = this.#timeline.next(chunk);
    // Where the stream may still grow, it is known what comes behind the last.
    if (!chunk && from) this.#last = this.#lastBefore(from);
    return chunk;
  }

  #lastBefore(from: Chunk): Chunk {
    let last = from;
    for (let next = this.#timeline.next(last); next; next = this.#timeline.next(last)) last = next;
    return last;
  }

  /** While replacing: what the playhead has come too near to is left as it is. */
  #skipWhatPassed(bufferAhead: number): void {
    const chunk = this.#next;
    if (!this.#replacing || this.#hasForeign || !chunk || bufferAhead < REPLACE_AFTER) return;
    const first = this.#replaceable();
    if (first && first.index > chunk.index) this.#next = first;
  }

  /** The first chunk far enough ahead of the playhead to be replaced unseen: a change in the midst of what is on screen would be seen. */
  #replaceable(): Chunk | undefined {
    const earliest = seconds(this.#ports.playhead() + REPLACE_AFTER);
    const chunk = this.#timeline.chunkAt(earliest);
    return chunk && this.#timeline.startOf(chunk) < earliest ? this.#timeline.next(chunk) : chunk;
  }

  /** The first chunk from `time` on that isn't in the buffer whole. */
  #firstMissing(time: Seconds): Chunk | undefined {
    if (!this.#hasForeign) return this.#skipPresent(this.#timeline.chunkAt(time));
    // Of another stream's media nothing is known but where it lies.
    const range = rangeAt(this.#ports.buffered(), time, SEAM);
    let chunk = this.#timeline.chunkAt(range ? seconds(Math.max(time, range.end)) : time);
    // A chunk whose last moments alone are missing is there: sample durations are rounded.
    while (range && chunk && this.#timeline.endOf(chunk) <= range.end + SEAM)
      chunk = this.#timeline.next(chunk);
    return chunk;
  }
}
