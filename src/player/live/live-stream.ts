import { type Seconds, seconds, toSeconds } from '../../base/time.ts';
import {
  type Arrival,
  arrivalFrom,
  fragmentCame,
  fragmentMissed,
  learnFrom,
  offsetOf,
} from '../../heuristics/arrival.ts';
import type { Chunk, ChunkList, Presentation, Stream } from '../../manifest/presentation.ts';
import { LiveChunks } from '../../timeline/live-chunks.ts';
import { type Timeline, timelineOf } from '../../timeline/timeline.ts';
import type { TickSpan } from '../../transmux/smooth-boxes.ts';

/** Media that begins so much later than it should, in chunks, comes from another run of the encoder. */
const BREAK = 0.5;

/** One stream of a live title: its chunks, and when the next of them can be had. Times of day are seconds on a local clock. */
export class LiveStream {
  readonly stream: Stream;
  readonly chunks: LiveChunks;
  readonly timeline: Timeline;
  #arrival: Arrival;
  /** Seconds from the end of a fragment to the end of the last one that it announces. */
  #ahead: number;
  #hasLookAhead: boolean;
  /** Whether what was added last lies apart from what was known. */
  #hasBroken = false;
  #listedStart: number;
  #listedEnd: number;

  /** `listedAt`: when the list was had that these chunks are from. */
  constructor(stream: Stream, presentation: Presentation, listedAt: number) {
    this.chunks = new LiveChunks(stream.chunks, stream.timescale);
    this.stream = { ...stream, chunks: this.chunks };
    this.timeline = timelineOf(this.stream, presentation);
    this.#hasLookAhead = presentation.lookAhead > 0;
    this.#ahead = presentation.lookAhead * this.chunkSeconds;
    this.#arrival = arrivalFrom(listedAt - this.end, this.chunkSeconds);
    this.#listedStart = this.start;
    this.#listedEnd = this.end;
  }

  /** End of what the last manifest listed. */
  get listedEnd(): number {
    return this.#listedEnd;
  }

  /** Start of the first that it listed: what lies before may be gone. */
  get listedStart(): number {
    return this.#listedStart;
  }

  /** Seconds of the last chunk. */
  get chunkSeconds(): number {
    const { last } = this.chunks;
    return last ? toSeconds(last.duration, this.stream.timescale) : 2;
  }

  /** Start of the first chunk that is known. */
  get start(): number {
    const first = this.chunks.at(0);
    return first ? this.timeline.startOf(first) : 0;
  }

  /** End of the last chunk that is known. */
  get end(): number {
    const { last } = this.chunks;
    return last ? this.timeline.endOf(last) : 0;
  }

  get ahead(): number {
    return this.#ahead;
  }

  /** Whether fragments tell of those that follow. */
  get hasLookAhead(): boolean {
    return this.#hasLookAhead;
  }

  /** Where the encoder is, on the media element's clock. */
  encoderAt(now: number): number {
    return now - offsetOf(this.#arrival) + this.#ahead;
  }

  /** Others tell that the encoder is between these places now. */
  narrow(from: number, to: number, now: number): void {
    const { early, late } = this.#arrival;
    const sooner = Math.min(late, now - from + this.#ahead);
    this.#arrival = { aim: sooner, late: sooner, early: Math.max(early, now - to + this.#ahead) };
  }

  /** When a chunk can be had. */
  dueAt(chunk: Chunk): number {
    return this.timeline.endOf(chunk) + this.#arrival.aim;
  }

  /** When the chunk behind the last will be known, if lists tell of it. */
  get nextListAt(): number {
    return this.end + this.chunkSeconds + this.#arrival.aim;
  }

  /** When the chunk behind those that can be had should have come. */
  get overdueFrom(): number {
    return this.end - this.#ahead + this.chunkSeconds + offsetOf(this.#arrival);
  }

  /** End of what can be had by now. */
  availableAt(now: number): number {
    return Math.min(this.end, now - this.#arrival.aim);
  }

  has(chunk: Chunk): boolean {
    return this.chunks.at(chunk.index)?.start === chunk.start;
  }

  /** A fragment was there when it was asked for; what it announced is added. Gives how many chunks were news. */
  came(end: Seconds, spans: readonly TickSpan[], askedAt: number, wasRefused: boolean): number {
    if (this.#hasLookAhead) {
      this.#arrival = fragmentCame(this.#arrival, askedAt - end, this.chunkSeconds, wasRefused);
    }
    return this.announce(end, spans, askedAt);
  }

  /** Adds what the fragment that ends at `end` tells of those behind it. */
  announce(end: number, spans: readonly TickSpan[], now: number): number {
    if (spans.length === 0) return 0;
    this.#hasLookAhead = true;
    const added = this.#grow(() => this.chunks.announce(spans));
    if (this.#hasBroken) this.#arrival = arrivalFrom(now - this.end + this.#ahead, this.chunkSeconds);
    else if (added > 0) this.#ahead = this.end - end;
    return added;
  }

  /** A chunk wasn't there when it should have been, for the first time. */
  missed(chunk: Chunk, askedAt: number): void {
    const offset = askedAt - this.timeline.endOf(chunk);
    this.#arrival = fragmentMissed(this.#arrival, offset, this.chunkSeconds);
  }

  /** The same encoder's other stream was missed at its moment: no need to miss this one too. */
  learnFrom(other: LiveStream): void {
    const apart = other.#ahead - this.#ahead;
    this.#arrival = learnFrom(this.#arrival, other.#arrival, apart, this.chunkSeconds);
  }

  /** Takes over a fresh list, had at `now`. Gives whether it has more than was known. */
  merge(fresh: ChunkList, now: number): boolean {
    const before = this.chunks.length;
    this.#grow(() => this.chunks.merge(fresh));
    const grew = this.chunks.length > before;
    const listed = fresh.at(fresh.length - 1);
    const oldest = fresh.at(0);
    if (listed) this.#listedEnd = this.timeline.endOf(listed);
    if (oldest) this.#listedStart = this.timeline.startOf(oldest);
    if (this.#hasBroken) this.#arrival = arrivalFrom(now - this.end, this.chunkSeconds);
    else if (grew && !this.#hasLookAhead) {
      this.#arrival = fragmentCame(this.#arrival, now - this.end, this.chunkSeconds, false);
    } else if (grew) {
      // Listed: to be had by now.
      const late = Math.min(this.#arrival.late, now - this.end);
      this.#arrival = { ...this.#arrival, late, aim: Math.min(this.#arrival.aim, late) };
    }
    return grew;
  }

  /** A list that should have had more by now had not. */
  missedList(now: number): void {
    const offset = now - this.end - this.chunkSeconds;
    this.#arrival = fragmentMissed(this.#arrival, offset, this.chunkSeconds);
  }

  /** Nothing follows: the list is as long as it gets. */
  finish(fresh: ChunkList): void {
    this.chunks.replace(fresh);
  }

  /** Forgets what nobody can ask for any more. */
  trim(before: number): void {
    const chunk = this.timeline.chunkAt(seconds(before));
    if (chunk) this.chunks.trim(chunk.start);
  }

  /** What is learnt of moments holds for one run of the encoder. */
  #grow<Result>(add: () => Result): Result {
    const { end, chunkSeconds } = this;
    const { length } = this.chunks;
    const result = add();
    const first = this.chunks.length > length ? this.chunks.at(length) : undefined;
    this.#hasBroken = first !== undefined && this.timeline.startOf(first) - end > BREAK * chunkSeconds;
    return result;
  }
}
