import { seconds, ticks, toSeconds } from '../../base/time.ts';
import type { ChunkTiming } from '../../heuristics/latency.ts';
import type { Chunk, ChunkList, Presentation, Stream } from '../../manifest/presentation.ts';
import { LiveChunks } from '../../timeline/live-chunks.ts';
import { type Timeline, timelineOf } from '../../timeline/timeline.ts';
import type { TickSpan } from '../../transmux/smooth-boxes.ts';
import { EncoderClock } from './edge/encoder-clock.ts';
import { placeLookAhead } from './edge/place-look-ahead.ts';
import { type ListAge, UNKNOWN_AGE } from './lists/list-age.ts';
import { StreamLists } from './lists/stream-lists.ts';

/** Media that begins this much later than expected, in chunks, comes from another run of the encoder. */
const BREAK = 0.5;
/** The maximum number of chunks that are announced before they are available. */
const MOST_AHEAD = 16;
/** A request sooner than this, in chunks, may be early. */
const SILENT = 0.4;
/** A list that ends this many chunks before where it should is from another time. */
const FAR_BACK = 2;

/** One stream of a live title: its chunks, and when the next of them are available. Times of day are seconds on a local clock. */
export class LiveStream {
  readonly stream: Stream;
  readonly chunks: LiveChunks;
  readonly timeline: Timeline;
  readonly lists: StreamLists;
  /** The stream's payloads in the newest manifest. */
  embedded: Stream['embedded'];
  readonly #encoder: EncoderClock;
  /** Number of later chunks that must exist before one is available, and that it then announces. */
  #lookAhead: number;
  #hasLookAhead: boolean;
  /** Whether fragments announced others. */
  #hasAnnouncements = false;
  /** Whether there was a fragment that announced none. */
  #isMute = false;
  /** Index of the newest chunk that is known to exist. */
  #newest: number;
  /** Whether there is a gap before the chunks added last. */
  #hasBroken = false;
  #silentAt = Number.NEGATIVE_INFINITY;

  /** `listedAt`: when the list of these chunks was written, as far as its `age` is known. */
  constructor(stream: Stream, presentation: Presentation, listedAt: number, age: ListAge = UNKNOWN_AGE) {
    this.chunks = new LiveChunks(stream.chunks, stream.timescale, { isSparse: stream.type === 'text' });
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

  /** Duration of a chunk in seconds; if they differ, of the longest recent one. */
  get chunkSeconds(): number {
    const { longest } = this.chunks;
    return longest ? toSeconds(longest, this.stream.timescale) : 2;
  }

  /** Start of the first known chunk. */
  get start(): number {
    const first = this.chunks.at(0);
    return first ? this.timeline.startOf(first) : 0;
  }

  /** End of the last known chunk. */
  get end(): number {
    const { last } = this.chunks;
    return last ? this.timeline.endOf(last) : 0;
  }

  get timing(): ChunkTiming {
    const lookAhead = this.#hasLookAhead ? this.#lookAhead : 0;
    return {
      chunk: this.chunkSeconds,
      lookAhead,
      listed: this.#hasAnnouncements ? 0 : this.lists.pace.chunks(lookAhead, this.#isMute || lookAhead === 0),
      delay: this.#hasAnnouncements ? this.#encoder.delay : undefined,
    };
  }

  /** The position that the encoder has reached at least. */
  get reached(): number {
    return this.#reachOf(this.#newest);
  }

  /** Seconds from the end of the newest available chunk to there. */
  get ahead(): number {
    const newest = this.chunks.at(this.#newest);
    return newest ? Math.max(0, this.reached - this.timeline.endOf(newest)) : 0;
  }

  /** The encoder's position on the media element's clock. */
  encoderAt(now: number): number {
    return now - this.#encoder.offset;
  }

  /** The position that the encoder must reach before a chunk is available: the end of the last one that it announces. */
  #reachOf(index: number): number {
    const { last } = this.chunks;
    if (!last) return 0;
    const lastAnnounced = index + this.#lookAhead;
    const missing = Math.max(0, lastAnnounced - last.index);
    const known = missing > 0 ? last : (this.chunks.at(lastAnnounced) ?? last);
    return this.timeline.endOf(known) + missing * this.chunkSeconds;
  }

  /** According to others, the encoder is between these positions now. */
  narrow(from: number, to: number, now: number): void {
    this.#encoder.narrow(now - to, now - from);
  }

  /** When a chunk becomes available. */
  dueAt(chunk: Chunk): number {
    return this.#reachOf(chunk.index) + this.#encoder.aim;
  }

  /** When the chunk after the last will be known, if lists announce it. */
  get nextListAt(): number {
    return this.#reachOf((this.chunks.last?.index ?? -1) + 1) + this.#encoder.aim;
  }

  /** When the chunk after the available ones should have appeared. */
  get overdueFrom(): number {
    return this.#reachOf(this.#newest + 1) + this.#encoder.offset;
  }

  /** The newest chunk that is available now. */
  newestAt(now: number): Chunk | undefined {
    let chunk = this.chunks.last;
    for (let steps = 0; chunk && steps < MOST_AHEAD && this.dueAt(chunk) > now; steps += 1) {
      chunk = this.chunks.at(chunk.index - 1);
    }
    return chunk && this.dueAt(chunk) <= now ? chunk : undefined;
  }

  /** End of the newest chunk that is completely available now. */
  hadAt(now: number): number {
    const newest = this.newestAt(now);
    return newest ? this.timeline.endOf(newest) : this.start;
  }

  /** For how many chunks the last known one has been available already. */
  lagAt(now: number): number {
    const { last } = this.chunks;
    return last ? (now - this.dueAt(last)) / this.chunkSeconds : 0;
  }

  /** A request for what is new found nothing. */
  noteSilence(now: number): void {
    this.#silentAt = now;
  }

  /** Whether a chunk that was expected this many chunks ago is missing. */
  isLate(now: number, chunks: number): boolean {
    const late = this.#hasAnnouncements ? chunks : chunks + this.lists.pace.delay;
    return now - this.overdueFrom > late * this.chunkSeconds;
  }

  /** Whether a chunk is overdue, confirmed by a request. */
  get isSilent(): boolean {
    return this.#silentAt > this.overdueFrom + SILENT * this.chunkSeconds;
  }

  /** End of what is available now. */
  availableAt(now: number): number {
    return Math.min(this.end, now - this.#encoder.aim - this.ahead);
  }

  has(chunk: Chunk): boolean {
    return this.chunks.at(chunk.index)?.start === chunk.start;
  }

  /**
   * A fragment was available when it was requested; `notPublishedAt`: it was not yet available then. Adds what it
   * announced, and returns how many chunks were new. `own`: its own time.
   */
  recordArrival(
    index: number,
    announced: readonly TickSpan[],
    requestedAt: number,
    notPublishedAt: number | undefined,
    own?: TickSpan,
  ): number {
    const spans = this.#placed(index, announced, own);
    const added = this.#add(index, spans, requestedAt);
    this.#isMute ||= spans.length === 0;
    if (!this.#hasLookAhead) return added;
    const reach = this.#reachOf(index);
    this.#encoder.recordArrival(
      requestedAt - reach,
      notPublishedAt === undefined ? undefined : notPublishedAt - reach,
    );
    return added;
  }

  /** Adds the chunks that a chunk's fragment announces. `own`: its own time. */
  announce(index: number, announced: readonly TickSpan[], now: number, own?: TickSpan): number {
    return this.#add(index, this.#placed(index, announced, own), now);
  }

  #placed(index: number, spans: readonly TickSpan[], own: TickSpan | undefined): readonly TickSpan[] {
    const chunk = this.chunks.at(index);
    return chunk?.index === index ? placeLookAhead(spans, own, chunk) : spans;
  }

  #add(index: number, spans: readonly TickSpan[], now: number): number {
    this.#newest = Math.max(this.#newest, index);
    if (spans.length === 0) return 0;
    this.#hasLookAhead = this.#hasAnnouncements = true;
    const added = this.#grow(() => this.chunks.announce(spans));
    if (added > 0 && !this.#hasBroken) this.#learnLookAhead((this.chunks.last?.index ?? index) - index);
    if (this.#hasJumped(now)) this.#encoder.restart(now - this.reached);
    return added;
  }

  /** Each announces this many: what was learnt applies to the encoder's position, not to what it has announced. */
  #learnLookAhead(lookAhead: number): void {
    this.#encoder.shift((this.#lookAhead - lookAhead) * this.chunkSeconds);
    this.#lookAhead = lookAhead;
  }

  /**
   * Whether the encoder restarted on an earlier clock: nothing appears where it should, and lists far before that
   * position grow.
   */
  hasRewound(fresh: ChunkList, now: number): boolean {
    const place = this.end - this.ahead - FAR_BACK * this.chunkSeconds;
    return this.lists.growBefore(place, fresh, this.isLate(now, 1) && this.isSilent);
  }

  /** A list received at `now` replaces everything that is known. */
  restart(fresh: ChunkList, now: number): void {
    this.chunks.restart(fresh);
    this.lists.restart();
    this.#newest = this.chunks.length - 1;
    this.#encoder.restart(now - this.reached);
    this.lists.reaches(this.chunks.at(0), this.chunks.last);
  }

  /** A chunk was not available when it should have been, for the first time. */
  recordMiss(chunk: Chunk, requestedAt: number): void {
    this.#encoder.missed(requestedAt - this.#reachOf(chunk.index));
  }

  /** The same encoder's other stream was missed at its time: no need to miss this one too. */
  learnFrom(other: LiveStream): void {
    this.#encoder.learnFrom(other.#encoder);
  }

  /** Merges a new list, written at `now`. Returns whether it has more than was known. */
  merge(fresh: ChunkList, now: number, age: ListAge = UNKNOWN_AGE): boolean {
    this.lists.aged(age, this.chunkSeconds);
    const before = this.chunks.length;
    this.#grow(() => this.chunks.merge(fresh));
    const grew = this.chunks.length > before;
    if (!grew) this.noteSilence(now);
    const listed = fresh.at(fresh.length - 1);
    if (listed) this.#listed(listed);
    this.lists.reaches(fresh.at(0), listed);
    if (!this.#hasAnnouncements && before > 0) this.lists.pace.grew(this.chunks.length - before);
    const offset = now - this.reached;
    if (before === 0 || this.#hasJumped(now)) this.#encoder.restart(offset);
    else if (grew && this.#hasLookAhead) this.#encoder.listed(offset);
    else if (grew) this.#encoder.recordArrival(offset);
    return grew;
  }

  /** The last chunk of a list is available. */
  #listed(chunk: Chunk): void {
    const known = this.chunks.from(ticks(chunk.start + chunk.duration / 2n));
    const last = this.chunks.length - 1;
    this.#newest = Math.max(Math.min(this.#newest, last), known?.index ?? -1);
  }

  /** A list that should have had more by now had not: it may be as old as a cache allows. */
  missedList(now: number): void {
    this.#encoder.missed(now - this.lists.behind - this.#reachOf((this.chunks.last?.index ?? -1) + 1));
  }

  /** Nothing follows: the list is complete. */
  finish(fresh: ChunkList): void {
    this.chunks.replace(fresh);
  }

  /** Nothing follows what is available now: announced chunks never appeared. */
  endHere(): void {
    this.chunks.dropAfter(this.#newest);
  }

  /** Drops what can no longer be requested. */
  trim(before: number): void {
    const chunk = this.timeline.chunkAt(seconds(before));
    if (chunk) this.chunks.trim(chunk.start);
  }

  /** Whether what was added after a hole can't be from the known clock; that clock continues through holes. */
  #hasJumped(now: number): boolean {
    if (!this.#hasBroken) return false;
    this.#encoder.relaxBackOff();
    return this.encoderAt(now) < this.reached - BREAK * this.chunkSeconds;
  }

  /** Availability times apply to one run of the encoder. */
  #grow<Result>(add: () => Result): Result {
    const { end, chunkSeconds } = this;
    const { length } = this.chunks;
    const result = add();
    const first = this.chunks.length > length ? this.chunks.at(length) : undefined;
    this.#hasBroken = first !== undefined && this.timeline.startOf(first) - end > BREAK * chunkSeconds;
    return result;
  }
}
