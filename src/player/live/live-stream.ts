import { type Seconds, seconds, toSeconds } from '../../base/time.ts';
import {
  type Arrival,
  arrivalFrom,
  fragmentCame,
  fragmentMissed,
  learnFrom,
  offsetOf,
  waitAfterMiss,
} from '../../heuristics/arrival.ts';
import type { Chunk, ChunkList, Presentation, Stream } from '../../manifest/presentation.ts';
import { LiveChunks } from '../../timeline/live-chunks.ts';
import { type Timeline, timelineOf } from '../../timeline/timeline.ts';
import type { TickSpan } from '../../transmux/smooth-boxes.ts';

/** Media that begins so much later than it should, in chunks, comes from another run of the encoder. */
const BREAK = 0.5;
/** Chunks that are announced before they can be had, at the most. */
const MOST_AHEAD = 16;
/** A list that ends so many chunks before where it should is of another time. */
const FAR_BACK = 2;

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
  /** Where the last list ended that lay far behind what is known. */
  #backAt: number | undefined;
  #silentAt = Number.NEGATIVE_INFINITY;
  /** Whether the last one that came was asked for twice in vain. */
  #wasLate = false;
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

  /** How long to wait before a chunk is asked for again, in seconds; `undefined`: something else is the matter. */
  waitAfterMiss(chunk: Chunk, misses: number, now: number): number | undefined {
    const wait = waitAfterMiss(misses, this.chunkSeconds);
    const next = this.chunks.at(chunk.index + 1);
    const resumes = next ? this.timeline.startOf(next) : 0;
    const isHole = resumes - this.timeline.endOf(chunk) > BREAK * this.chunkSeconds;
    if (wait === undefined || !isHole) return wait;
    // It is sent once those that it tells of are there, and they come after the hole.
    const until = resumes + this.#arrival.aim - now;
    return until > 0 && until < 2 * wait ? until : wait;
  }

  /** The newest chunk that can be had by now. */
  newestAt(now: number): Chunk | undefined {
    let chunk = this.chunks.last;
    for (let steps = 0; chunk && steps < MOST_AHEAD && this.dueAt(chunk) > now; steps += 1) {
      chunk = this.chunks.at(chunk.index - 1);
    }
    return chunk && this.dueAt(chunk) <= now ? chunk : undefined;
  }

  /** For how many chunks the last that is known can be had already. */
  lagAt(now: number): number {
    const { last } = this.chunks;
    return last ? (now - this.dueAt(last)) / this.chunkSeconds : 0;
  }

  /** Somebody asked for what is new, and there was nothing. */
  heardNothing(now: number): void {
    this.#silentAt = now;
  }

  /** Whether what should have come so many chunks ago hasn't, as somebody who asked was told. */
  isSilent(now: number, chunks: number): boolean {
    const { overdueFrom } = this;
    return this.#silentAt > overdueFrom && now - overdueFrom > chunks * this.chunkSeconds;
  }

  /** End of what can be had by now. */
  availableAt(now: number): number {
    return Math.min(this.end, now - this.#arrival.aim);
  }

  has(chunk: Chunk): boolean {
    return this.chunks.at(chunk.index)?.start === chunk.start;
  }

  /**
   * A fragment was there when it was asked for, `refusedAt`: not yet when it was asked for then; what it announced is
   * added. Gives how many chunks were news.
   */
  came(end: Seconds, spans: readonly TickSpan[], askedAt: number, refusedAt: number | undefined): number {
    if (this.#hasLookAhead) {
      if (refusedAt !== undefined) this.#wasRefused(refusedAt - end);
      else this.#wasLate = false;
      const wasRefused = refusedAt !== undefined;
      this.#arrival = fragmentCame(this.#arrival, askedAt - end, this.chunkSeconds, wasRefused);
    }
    return this.announce(end, spans, askedAt);
  }

  /** One that is late may be chance; two are later from now on. */
  #wasRefused(offset: number): void {
    const isLate = offset > this.#arrival.aim;
    if (isLate && this.#wasLate) this.#arrival = fragmentMissed(this.#arrival, offset, this.chunkSeconds);
    this.#wasLate = isLate;
  }

  /** Adds what the fragment that ends at `end` tells of those behind it. */
  announce(end: number, spans: readonly TickSpan[], now: number): number {
    if (spans.length === 0) return 0;
    this.#hasLookAhead = true;
    const added = this.#grow(() => this.chunks.announce(spans));
    if (this.#hasJumped(now, 0)) {
      this.#arrival = arrivalFrom(now - this.end + this.#ahead, this.chunkSeconds);
    } else if (added > 0 && !this.#hasBroken) this.#ahead = this.end - end;
    return added;
  }

  /**
   * Whether the encoder has begun anew, earlier than it was: nothing comes where it should, and lists far behind that
   * place grow.
   */
  hasGoneBack(fresh: ChunkList, now: number): boolean {
    const last = fresh.at(fresh.length - 1);
    const end = last ? this.timeline.endOf(last) : Number.POSITIVE_INFINITY;
    const isBehind = end > 0 && end < this.end - this.#ahead - FAR_BACK * this.chunkSeconds;
    const before = this.#backAt;
    this.#backAt = isBehind && this.isSilent(now, 1) ? end : undefined;
    return this.#backAt !== undefined && before !== undefined && end > before;
  }

  /** Takes a list that was had at `now` in the place of all that is known. */
  restart(fresh: ChunkList, now: number): void {
    this.chunks.restart(fresh);
    this.#backAt = undefined;
    this.#wasLate = false;
    this.#arrival = arrivalFrom(now - this.end, this.chunkSeconds);
    this.#listedStart = this.start;
    this.#listedEnd = this.end;
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
    if (!grew) this.heardNothing(now);
    const listed = fresh.at(fresh.length - 1);
    const oldest = fresh.at(0);
    if (listed) this.#listedEnd = this.timeline.endOf(listed);
    if (oldest) this.#listedStart = this.timeline.startOf(oldest);
    if (this.#hasJumped(now, this.#ahead)) this.#arrival = arrivalFrom(now - this.end, this.chunkSeconds);
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

  /** Whether what was added after a hole can't be from the clock that is known; that clock goes on through holes. */
  #hasJumped(now: number, ahead: number): boolean {
    if (!this.#hasBroken) return false;
    this.#wasLate = false;
    return this.encoderAt(now) < this.end + ahead - BREAK * this.chunkSeconds;
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
