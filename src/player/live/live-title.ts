import { delay, Gate } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import { type Seconds, toSeconds } from '../../base/time.ts';
import { waitAfterMiss } from '../../heuristics/arrival.ts';
import type { Chunk, Presentation, QualityLevel, Stream } from '../../manifest/presentation.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { Feed } from '../feed.ts';
import type { Held } from '../inventory.ts';
import type { Title } from '../load-title.ts';
import { LiveRefresh } from './live-refresh.ts';
import { LiveStream } from './live-stream.ts';

export interface LiveTitlePorts {
  /** Fetches the manifest again, once. */
  readonly reload: (signal: AbortSignal) => Promise<Presentation>;
  /** The moof of a fragment alone: what it announces. `undefined` when the server doesn't tell. */
  readonly peek: (stream: Stream, chunk: Chunk, signal: AbortSignal) => Promise<FragmentReport | undefined>;
  readonly warn: (error: SmoothError) => void;
  readonly skipped: (start: Seconds, end: Seconds) => void;
  /** Chunks were added. */
  readonly grew: () => void;
}

/** One attempt to get a chunk. */
interface Errand {
  readonly askedAt: number;
  readonly misses: number;
}

/** A fragment that is so many chunks older than the newest is not on its way any more. */
const OLD = 3;
/** For how long a level is left alone that lags behind the others, in seconds. */
const LEAVE_ALONE = 20;
/** So many misses are looked into at once; what is still not there then is looked after from time to time. */
const MOST_MISSES = 5;
/** How often a source that has stopped is looked after, in seconds. */
const LOOK_AFTER = 2;
const LOOK_AFTER_AT_MOST = 7;
/** Manifests that are looked at before a fragment is asked for again that none has listed. */
const LISTS_FOR_A_TRY = 3;
/** A source that is late by so many chunks has stopped. */
const STOPPED_AFTER = 0.85;
/** A feed that is so many chunks behind doesn't hear of new ones. */
const FAR_CHUNKS = 1.5;
/** So many are asked after one by one. */
const MOST_LAG_CHUNKS = 20;
/** A server that didn't tell so often what follows isn't asked any more. */
const MOST_SILENT = 4;
/** Chunks that are kept behind the window, for what is still in the buffer, in seconds. */
const KEPT = 60;

export const nowInSeconds = () => performance.now() / 1000;

/** What is known of a live title, and how to get at more: owned by a session. */
export class LiveTitle {
  readonly title: Title;
  readonly streams: readonly LiveStream[];
  readonly #ports: LiveTitlePorts;
  readonly #refresh: LiveRefresh;
  readonly #errands = new Map<Feed, Errand>();
  readonly #asked = new Map<Feed, QualityLevel>();
  /** Opens when chunks were added. */
  readonly #news = new Gate();
  readonly #leftAlone = new Map<QualityLevel, number>();
  #ended = false;
  #stopped = false;

  constructor(title: Title, ports: LiveTitlePorts, signal: AbortSignal) {
    const { presentation } = title;
    const now = nowInSeconds();
    this.streams = presentation.streams.map((stream) => new LiveStream(stream, presentation, now));
    this.title = {
      ...title,
      presentation: { ...presentation, streams: this.streams.map(({ stream }) => stream) },
    };
    compare(this.streams, now);
    this.#ports = ports;
    const { reload, warn } = ports;
    this.#refresh = new LiveRefresh({ load: reload, merge: (fresh) => this.#merge(fresh), warn }, signal);
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get hasStopped(): boolean {
    return this.#stopped;
  }

  get presentation(): Presentation {
    return this.title.presentation;
  }

  /** Length of the window in seconds; infinite when all of it can be had. */
  get windowSeconds(): number {
    const { dvrWindow, timescale } = this.presentation;
    return dvrWindow === undefined ? Number.POSITIVE_INFINITY : toSeconds(dvrWindow, timescale);
  }

  of(feed: Feed): LiveStream {
    const { stream } = feed.playable;
    const live = this.streams.find((one) => one.stream === stream);
    if (!live) throw new SmoothError('internal', { problem: `${stream.name} is no stream of this title` });
    return live;
  }

  /** Fetches the manifest again, unless that was done so many seconds ago; tells whether there is one so fresh. */
  async refresh(maxAge = 0): Promise<boolean> {
    return this.#ended || this.#refresh.refresh(maxAge);
  }

  hurry(): void {
    this.#refresh.hurry();
  }

  lacks(level: QualityLevel): boolean {
    const until = this.#leftAlone.get(level);
    if (until === undefined) return false;
    if (until > nowInSeconds()) return true;
    this.#leftAlone.delete(level);
    return false;
  }

  /** Brings a chunk once it can be had; `undefined` when it never will. */
  async deliver(
    feed: Feed,
    chunk: Chunk,
    fetch: () => Promise<Held | undefined>,
    signal: AbortSignal,
  ): Promise<Held | undefined> {
    const stream = this.of(feed);
    let chances = 1;
    for (let misses = 0; ; ) {
      if (!(await this.#untilDue(stream, chunk, signal))) return undefined;
      const askedAt = nowInSeconds();
      this.#errands.set(feed, { askedAt, misses });
      try {
        return await fetch();
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      misses += 1;
      const isOld = nowInSeconds() - stream.dueAt(chunk) > OLD * stream.chunkSeconds;
      if (!isOld && misses === 1) {
        stream.missed(chunk, askedAt);
        for (const other of this.streams) if (other !== stream) other.learnFrom(stream);
      }
      this.#blame(feed, misses - (isOld ? 1 : 2));
      if (isOld && misses === 1) continue;
      const wait = isOld ? undefined : waitAfterMiss(misses, stream.chunkSeconds);
      if (wait !== undefined) {
        await delay(wait * 1000, signal);
        continue;
      }
      const verdict = await this.#resolve(stream, chunk, misses, signal);
      if (verdict === 'overtaken') chances -= 1;
      if (verdict === 'gone' || chances < 0) return this.#skip(feed, stream, chunk);
    }
  }

  /** A request leaves for a fragment at this level. */
  asked(feed: Feed, level: QualityLevel): void {
    this.#asked.set(feed, level);
  }

  /** Other levels may be there: tried once, when a miss looks like this level's own. */
  #blame(feed: Feed, after: number): void {
    const level = this.#asked.get(feed);
    if (after === 0 && level && feed.playable.levels.length > 1) {
      this.#leftAlone.set(level, nowInSeconds() + LEAVE_ALONE);
    } else if (after > 0) this.#leftAlone.clear();
  }

  /** A fragment came, with what it announces. */
  heard(feed: Feed, { end }: Held, { lookAhead }: FragmentReport): void {
    const stream = this.of(feed);
    const { askedAt, misses } = this.#errands.get(feed) ?? { askedAt: nowInSeconds(), misses: 0 };
    const added = stream.came(end, lookAhead, askedAt, misses > 0);
    this.#stopped = false;
    if (added > 0) this.#grew();
  }

  /** Asks what follows the last chunk that is known, without its media. Tells whether it was told. */
  async peekAhead(stream: LiveStream, signal: AbortSignal): Promise<boolean> {
    const { last } = stream.chunks;
    if (!last) return false;
    const report = await this.#ports.peek(stream.stream, last, signal);
    if (!report) return false;
    const added = stream.announce(stream.timeline.endOf(last), report.lookAhead, nowInSeconds());
    if (added > 0) this.#grew();
    return added > 0;
  }

  /** Forgets what has left the window long ago. */
  trim(before: number): void {
    for (const stream of this.streams) stream.trim(before - KEPT);
  }

  /** Notes whether nothing new comes any more, from the streams that play. */
  judge(streams: readonly LiveStream[], now: number): void {
    const isLate = (stream: LiveStream) => now - stream.overdueFrom > STOPPED_AFTER * stream.chunkSeconds;
    this.#stopped = !this.#ended && streams.length > 0 && streams.every(isLate);
  }

  /** Sees to it that the end of a stream is known while no fragment near it tells. Until aborted. */
  async follow(feed: Feed, signal: AbortSignal): Promise<void> {
    let misses = 0;
    let silent = 0;
    while (!this.#ended) {
      const stream = this.of(feed);
      const now = nowInSeconds();
      const { last } = stream.chunks;
      let pause = 0.25;
      if (feed.position === undefined) {
        if (misses > 0 || now >= stream.nextListAt) {
          const before = stream.chunks.length;
          const isFresh = await this.refresh(stream.chunkSeconds / 4);
          const grew = stream.chunks.length > before;
          if (isFresh && !grew && misses === 0) stream.missedList(nowInSeconds());
          misses = grew ? 0 : misses + 1;
          pause = grew ? 0 : (waitAfterMiss(misses, stream.chunkSeconds) ?? LOOK_AFTER_AT_MOST / 2);
        } else pause = Math.min(pause, stream.nextListAt - now);
      } else if (
        last &&
        silent < MOST_SILENT &&
        this.#isFarBehind(stream, feed.position) &&
        now >= stream.dueAt(last)
      ) {
        const lag = now - stream.dueAt(last);
        // A chain of look-aheads that long costs more than one manifest, which can wait until it is needed.
        const isTold = lag < MOST_LAG_CHUNKS * stream.chunkSeconds && (await this.peekAhead(stream, signal));
        silent = isTold ? 0 : silent + 1;
        pause = isTold ? 0 : stream.chunkSeconds * silent;
      }
      await this.#news.wait(pause * 1000, signal);
    }
  }

  #isFarBehind(stream: LiveStream, position: number): boolean {
    return position < stream.end - stream.ahead - FAR_CHUNKS * stream.chunkSeconds;
  }

  /** Waits until a chunk should be there; tells whether it still is to come. */
  async #untilDue(stream: LiveStream, chunk: Chunk, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      signal.throwIfAborted();
      if (!stream.has(chunk)) return false;
      const waitMs = this.#ended ? 0 : (stream.dueAt(chunk) - nowInSeconds()) * 1000;
      if (waitMs <= 0) return true;
      await this.#news.wait(Math.min(waitMs, 1000), signal);
    }
  }

  /** Finds out what is the matter with a chunk that should be there: `overtaken` by later ones, or worth another try. */
  async #resolve(
    stream: LiveStream,
    chunk: Chunk,
    misses: number,
    signal: AbortSignal,
  ): Promise<'again' | 'overtaken' | 'gone'> {
    const { startOf, endOf } = stream.timeline;
    const next = stream.chunks.at(chunk.index + 1);
    const isSoon = misses < MOST_MISSES;
    if (next && isSoon && nowInSeconds() >= stream.dueAt(next)) {
      const later = await this.#ports.peek(stream.stream, next, signal);
      if (later) return 'gone';
    }
    const half = stream.chunkSeconds / 2;
    for (let round = isSoon ? 0 : 1; round <= LISTS_FOR_A_TRY; round += 1) {
      const pause = Math.min(LOOK_AFTER_AT_MOST, LOOK_AFTER * 1.3 ** (misses - MOST_MISSES + round));
      if (round > 0) await this.#news.wait(pause * 1000, signal);
      const isFresh = await this.refresh(pause / 2);
      signal.throwIfAborted();
      if (!stream.has(chunk) || startOf(chunk) < stream.listedStart) return 'gone';
      if (!isFresh) continue;
      if (stream.listedEnd > endOf(chunk) + half) return 'overtaken';
      if (this.#ended || stream.listedEnd > endOf(chunk) - half) return 'again';
    }
    return 'again';
  }

  #skip(feed: Feed, stream: LiveStream, chunk: Chunk): undefined {
    const [from, to] = [stream.timeline.startOf(chunk), stream.timeline.endOf(chunk)];
    if (!stream.has(chunk) || from < stream.listedStart) return undefined;
    this.#ports.skipped(from, to);
    this.#ports.warn(
      new SmoothError('fragment-skipped', { stream: feed.type, start: String(chunk.start), from, to }),
    );
    return undefined;
  }

  #grew(): void {
    this.#news.open();
    this.#ports.grew();
  }

  #merge(fresh: Presentation): void {
    const now = nowInSeconds();
    let grew = false;
    for (const live of this.streams) {
      const { name } = live.stream;
      const stream = fresh.streams.find((one) => one.name === name);
      if (!stream || stream.timescale !== live.stream.timescale) continue;
      if (fresh.isLive) grew = live.merge(stream.chunks, now) || grew;
      else live.finish(stream.chunks);
    }
    if (!fresh.isLive) this.#ended = true;
    if (grew) this.#stopped = false;
    if (grew || this.#ended) this.#grew();
  }
}

/**
 * Streams of one encoder are at one place: as far as the one that has most tells, and no further than where another
 * would have had more.
 */
function compare(streams: readonly LiveStream[], now: number): void {
  const media = streams.filter(({ stream, chunks }) => stream.type !== 'text' && chunks.last);
  const reached = ({ end, ahead }: LiveStream) => end + ahead;
  const furthest = Math.max(...media.map(reached));
  const alike = media.filter((stream) => reached(stream) + stream.chunkSeconds > furthest);
  const most = Math.min(...alike.map((stream) => reached(stream) + stream.chunkSeconds));
  for (const stream of alike) stream.narrow(furthest, most, now);
}

/** An answer that says: not yet, or no more. */
export const isMissing = (error: unknown): boolean =>
  isSmoothError(error, 'network-status') && [404, 410, 412].includes(error.details.status);
