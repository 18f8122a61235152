import { seconds, ticks, toSeconds } from '../../base/time.ts';
import type { ChunkTiming } from '../../heuristics/latency.ts';
import type { Chunk, ChunkList, Presentation, Stream } from '../../manifest/presentation.ts';
import { LiveChunks } from '../../timeline/live-chunks.ts';
import { type Timeline, timelineOf } from '../../timeline/timeline.ts';
import type { TickSpan } from '../../transmux/smooth-boxes.ts';
import { EncoderClock } from './edge/encoder-clock.ts';
import { type ListAge, UNKNOWN_AGE } from './lists/list-age.ts';
import { StreamLists } from './lists/stream-lists.ts';

/** Media that begins so much later than it should, in chunks, comes from another run of the encoder. */
const BREAK = 0.5;
/** Chunks that are announced before they can be had, at the most. */
const MOST_AHEAD = 16;
/** Somebody who asks sooner, in chunks, may be early. */
const SILENT = 0.4;
/** A list that ends so many chunks before where it should is of another time. */
const FAR_BACK = 2;

/** One stream of a live title: its chunks, and when the next of them can be had. Times of day are seconds on a local clock. */
export class LiveStream {
  readonly stream: Stream;
  readonly chunks: LiveChunks;
  readonly timeline: Timeline;
  readonly lists: StreamLists;
  /** What the newest manifest itself carries of it. */
  embedded: Stream['embedded'];
  readonly #encoder: EncoderClock;
  /** Chunks that must exist behind one before it can be had, which it tells of then. */
  #lookAhead: number;
  #hasLookAhead: boolean;
  /** Whether fragments told of others. */
  #hasHeard = false;
  /** Whether there was one that told of none. */
  #isMute = false;
  /** Index of the newest chunk that is known to be there. */
  #newest: number;
  /** Whether what was added last lies apart from what was known. */
  #hasBroken = false;
  #silentAt = Number.NEGATIVE_INFINITY;

  /** `listedAt`: when the list was written that these chunks are from, as far as its `age` is known. */
  constructor(stream: Stream, presentation: Presentation, listedAt: number, age: ListAge = UNKNOWN_AGE) {
    this.chunks = new LiveChunks(stream.chunks, stream.timescale);
    this.stream = { ...stream, chunks: this.chunks };
    this.embedded = stream.embedded;
    this.timeline = timelineOf(this.stream, presentation);
    this.lists = new StreamLists(this.timeline);
    this.#hasLookAhead = presentation.lookAhead > 0;
    this.#lookAhead = Math.min(presentation.lookAhead, MOST_AHEAD);
    this.#newest = this.chunks.length - 1;
    this.#encoder = new EncoderClock(listedAt - this.reached, () => this.chunkSeconds);
    this.lists.reaches(this.chunks.at(0), this.chunks.last);
    this.lists.aged(age, this.chunkSeconds);
  }

  /** Seconds of a chunk; where they differ, of the longest of late. */
  get chunkSeconds(): number {
    const { longest } = this.chunks;
    return longest ? toSeconds(longest, this.stream.timescale) : 2;
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

  get cut(): ChunkTiming {
    const lookAhead = this.#hasLookAhead ? this.#lookAhead : 0;
    return {
      chunk: this.chunkSeconds,
      lookAhead,
      listed: this.#hasHeard ? 0 : this.lists.pace.chunks(lookAhead, this.#isMute || lookAhead === 0),
    };
  }

  /** Where the encoder was at the least. */
  get reached(): number {
    return this.#reachOf(this.#newest);
  }

  /** Seconds from the end of the newest chunk that can be had to there. */
  get ahead(): number {
    const newest = this.chunks.at(this.#newest);
    return newest ? Math.max(0, this.reached - this.timeline.endOf(newest)) : 0;
  }

  /** Where the encoder is, on the media element's clock. */
  encoderAt(now: number): number {
    return now - this.#encoder.offset;
  }

  /** Where the encoder must be before a chunk can be had: at the end of the last one that it tells of. */
  #reachOf(index: number): number {
    const { last } = this.chunks;
    if (!last) return 0;
    const told = index + this.#lookAhead;
    const missing = Math.max(0, told - last.index);
    const known = missing > 0 ? last : (this.chunks.at(told) ?? last);
    return this.timeline.endOf(known) + missing * this.chunkSeconds;
  }

  /** Others tell that the encoder is between these places now. */
  narrow(from: number, to: number, now: number): void {
    this.#encoder.narrow(now - to, now - from);
  }

  /** When a chunk can be had. */
  dueAt(chunk: Chunk): number {
    return this.#reachOf(chunk.index) + this.#encoder.aim;
  }

  /** When the chunk behind the last will be known, if lists tell of it. */
  get nextListAt(): number {
    return this.#reachOf((this.chunks.last?.index ?? -1) + 1) + this.#encoder.aim;
  }

  /** When the chunk behind those that can be had should have come. */
  get overdueFrom(): number {
    return this.#reachOf(this.#newest + 1) + this.#encoder.offset;
  }

  /** The newest chunk that can be had by now. */
  newestAt(now: number): Chunk | undefined {
    let chunk = this.chunks.last;
    for (let steps = 0; chunk && steps < MOST_AHEAD && this.dueAt(chunk) > now; steps += 1) {
      chunk = this.chunks.at(chunk.index - 1);
    }
    return chunk && this.dueAt(chunk) <= now ? chunk : undefined;
  }

  /** End of the newest chunk that can be had whole by now. */
  hadAt(now: number): number {
    const newest = this.newestAt(now);
    return newest ? this.timeline.endOf(newest) : this.start;
  }

  /** For how many chunks the last that is known can be had already. */
  lagAt(now: number): number {
    const { last } = this.chunks;
    return last ? (now - this.dueAt(last)) / this.chunkSeconds : 0;
  }

  /** Somebody asked for what is new, and there was nothing. */
  noteSilence(now: number): void {
    this.#silentAt = now;
  }

  /** Whether what should have come so many chunks ago hasn't. */
  isLate(now: number, chunks: number): boolean {
    const late = this.#hasHeard ? chunks : chunks + this.lists.pace.delay;
    return now - this.overdueFrom > late * this.chunkSeconds;
  }

  /** Whether something should have come a while ago and hasn't, as somebody who asked then was told. */
  get isSilent(): boolean {
    return this.#silentAt > this.overdueFrom + SILENT * this.chunkSeconds;
  }

  /** End of what can be had by now. */
  availableAt(now: number): number {
    return Math.min(this.end, now - this.#encoder.aim - this.ahead);
  }

  has(chunk: Chunk): boolean {
    return this.chunks.at(chunk.index)?.start === chunk.start;
  }

  /**
   * A fragment was there when it was asked for, `notPublishedAt`: not yet when it was asked for then; what it announced is
   * added. Gives how many chunks were news.
   */
  recordArrival(
    index: number,
    spans: readonly TickSpan[],
    requestedAt: number,
    notPublishedAt: number | undefined,
  ): number {
    const added = this.announce(index, spans, requestedAt);
    this.#isMute ||= spans.length === 0;
    if (!this.#hasLookAhead) return added;
    const reach = this.#reachOf(index);
    this.#encoder.came(
      requestedAt - reach,
      notPublishedAt === undefined ? undefined : notPublishedAt - reach,
    );
    return added;
  }

  /** Adds what a chunk's fragment tells of those behind it. */
  announce(index: number, spans: readonly TickSpan[], now: number): number {
    this.#newest = Math.max(this.#newest, index);
    if (spans.length === 0) return 0;
    this.#hasLookAhead = this.#hasHeard = true;
    const added = this.#grow(() => this.chunks.announce(spans));
    if (added > 0 && !this.#hasBroken) this.#tells((this.chunks.last?.index ?? index) - index);
    if (this.#hasJumped(now)) this.#encoder.restart(now - this.reached);
    return added;
  }

  /** Each tells of so many: what was learnt holds for where the encoder is, and not for what it has told. */
  #tells(lookAhead: number): void {
    this.#encoder.shift((this.#lookAhead - lookAhead) * this.chunkSeconds);
    this.#lookAhead = lookAhead;
  }

  /**
   * Whether the encoder has begun anew, earlier than it was: nothing comes where it should, and lists far behind that
   * place grow.
   */
  hasRewound(fresh: ChunkList, now: number): boolean {
    const place = this.end - this.ahead - FAR_BACK * this.chunkSeconds;
    return this.lists.growBefore(place, fresh, this.isLate(now, 1) && this.isSilent);
  }

  /** Takes a list that was had at `now` in the place of all that is known. */
  restart(fresh: ChunkList, now: number): void {
    this.chunks.restart(fresh);
    this.lists.restart();
    this.#newest = this.chunks.length - 1;
    this.#encoder.restart(now - this.reached);
    this.lists.reaches(this.chunks.at(0), this.chunks.last);
  }

  /** A chunk wasn't there when it should have been, for the first time. */
  recordMiss(chunk: Chunk, requestedAt: number): void {
    this.#encoder.missed(requestedAt - this.#reachOf(chunk.index));
  }

  /** The same encoder's other stream was missed at its moment: no need to miss this one too. */
  learnFrom(other: LiveStream): void {
    this.#encoder.learnFrom(other.#encoder);
  }

  /** Takes over a fresh list, written at `now`. Gives whether it has more than was known. */
  merge(fresh: ChunkList, now: number, age: ListAge = UNKNOWN_AGE): boolean {
    this.lists.aged(age, this.chunkSeconds);
    const before = this.chunks.length;
    this.#grow(() => this.chunks.merge(fresh));
    const grew = this.chunks.length > before;
    if (!grew) this.noteSilence(now);
    const listed = fresh.at(fresh.length - 1);
    if (listed) this.#listed(listed);
    this.lists.reaches(fresh.at(0), listed);
    if (!this.#hasHeard && before > 0) this.lists.pace.grew(this.chunks.length - before);
    const offset = now - this.reached;
    if (before === 0 || this.#hasJumped(now)) this.#encoder.restart(offset);
    else if (grew && this.#hasLookAhead) this.#encoder.listed(offset);
    else if (grew) this.#encoder.came(offset);
    return grew;
  }

  /** The last of a list can be had. */
  #listed(chunk: Chunk): void {
    const known = this.chunks.from(ticks(chunk.start + chunk.duration / 2n));
    const last = this.chunks.length - 1;
    this.#newest = Math.max(Math.min(this.#newest, last), known?.index ?? -1);
  }

  /** A list that should have had more by now had not: it may be as old as a cache lets it be. */
  missedList(now: number): void {
    this.#encoder.missed(now - this.lists.behind - this.#reachOf((this.chunks.last?.index ?? -1) + 1));
  }

  /** Nothing follows: the list is as long as it gets. */
  finish(fresh: ChunkList): void {
    this.chunks.replace(fresh);
  }

  /** Nothing follows what can be had by now: what was announced besides never came. */
  endHere(): void {
    this.chunks.dropAfter(this.#newest);
  }

  /** Forgets what nobody can ask for any more. */
  trim(before: number): void {
    const chunk = this.timeline.chunkAt(seconds(before));
    if (chunk) this.chunks.trim(chunk.start);
  }

  /** Whether what was added after a hole can't be from the clock that is known; that clock goes on through holes. */
  #hasJumped(now: number): boolean {
    if (!this.#hasBroken) return false;
    this.#encoder.relaxBackOff();
    return this.encoderAt(now) < this.reached - BREAK * this.chunkSeconds;
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
