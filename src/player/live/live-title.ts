import { delay, Gate } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import { type Seconds, toSeconds } from '../../base/time.ts';
import { waitAfterMiss } from '../../heuristics/arrival.ts';
import type { Chunk, Presentation, Stream } from '../../manifest/presentation.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { Feed } from '../feed.ts';
import type { Held } from '../inventory.ts';
import type { Title } from '../load-title.ts';
import { compareStreams } from './compare-streams.ts';
import { LaggingLevels } from './lagging-levels.ts';
import { LiveRefresh } from './live-refresh.ts';
import { LiveStream } from './live-stream.ts';
import { type LookedAt, lookOut } from './look-out.ts';
import { nowInSeconds } from './now.ts';

export interface LiveTitlePorts {
  /** Fetches the manifest again, once. */
  readonly reload: (signal: AbortSignal) => Promise<Presentation>;
  /** The moof of a fragment alone: what it announces. `undefined` when the server doesn't tell. */
  readonly peek: (stream: Stream, chunk: Chunk, signal: AbortSignal) => Promise<FragmentReport | undefined>;
  readonly warn: (error: SmoothError) => void;
  readonly skipped: (start: Seconds, end: Seconds) => void;
  /** Chunks were added. */
  readonly grew: () => void;
  /** The encoder began anew, earlier: what is in the buffers is of another time. */
  readonly wentBack: () => void;
}

/** One attempt to get a chunk. */
interface Errand {
  readonly askedAt: number;
  /** When it was asked for before, and wasn't there. */
  readonly refusedAt: number | undefined;
}

/** A fragment that is so many chunks older than the newest is not on its way any more. */
const OLD = 3;
/** Asked for so many chunks later than it could be had. */
const TARDY = 0.25;
/** So many misses are looked into at once; what is still not there then is looked after from time to time. */
const MOST_MISSES = 5;
/** How often a source that has stopped is looked after, in seconds: less often the longer it has. */
const LOOK_AFTER = 1;
const LOOK_AFTER_AT_MOST = 7;
const LOOKS_SO_FAR = 10;
/** Manifests that are looked at before a fragment is asked for again that none has listed. */
const LISTS_FOR_A_TRY = 5;
/** A source that is late by so many chunks has stopped. */
const STOPPED_AFTER = 0.85;
/** Chunks that are kept behind the window, for what is still in the buffer, in seconds. */
const KEPT = 60;

/** What is known of a live title, and how to get at more: owned by a session. */
export class LiveTitle {
  readonly title: Title;
  readonly streams: readonly LiveStream[];
  readonly lagging = new LaggingLevels();
  readonly #ports: LiveTitlePorts;
  readonly #refresh: LiveRefresh;
  readonly #errands = new Map<Feed, Errand>();
  /** Feeds whose next chunk is seen to: they hear of what follows by themselves. */
  readonly #busy = new Set<Feed>();
  /** Opens when chunks were added. */
  readonly #news = new Gate();
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
    compareStreams(this.streams, now);
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

  /** Brings a chunk once it can be had; `undefined` when it never will. */
  async deliver(
    feed: Feed,
    chunk: Chunk,
    fetch: () => Promise<Held | undefined>,
    signal: AbortSignal,
  ): Promise<Held | undefined> {
    this.#busy.add(feed);
    try {
      return await this.#bring(feed, chunk, fetch, signal);
    } finally {
      this.#busy.delete(feed);
    }
  }

  async #bring(
    feed: Feed,
    chunk: Chunk,
    fetch: () => Promise<Held | undefined>,
    signal: AbortSignal,
  ): Promise<Held | undefined> {
    const stream = this.of(feed);
    let chances = 1;
    let refusedAt: number | undefined;
    for (let misses = 0; ; ) {
      if (!(await this.#untilDue(stream, chunk, signal))) return undefined;
      const askedAt = nowInSeconds();
      this.#errands.set(feed, { askedAt, refusedAt });
      try {
        return await fetch();
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      misses += 1;
      refusedAt = askedAt;
      stream.heardNothing(nowInSeconds());
      const isOld = nowInSeconds() - stream.dueAt(chunk) > OLD * stream.chunkSeconds;
      // What was asked for later than meant, and still isn't there, is held up: that tells nothing of the others.
      if (misses === 1 && askedAt - stream.dueAt(chunk) < TARDY * stream.chunkSeconds) {
        stream.missed(chunk, askedAt);
        for (const other of this.streams) if (other !== stream) other.learnFrom(stream);
      }
      this.lagging.missed(feed, misses - (isOld ? 1 : 2));
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

  /** A fragment came, with what it announces. */
  heard(feed: Feed, { index }: Held, { lookAhead }: FragmentReport): void {
    const stream = this.of(feed);
    const { askedAt = nowInSeconds(), refusedAt } = this.#errands.get(feed) ?? {};
    const added = stream.came(index, lookAhead, askedAt, refusedAt);
    this.#stopped = false;
    if (added > 0) this.#grew();
  }

  /** Forgets what has left the window long ago. */
  trim(before: number): void {
    for (const stream of this.streams) stream.trim(before - KEPT);
  }

  /** Whether a feed has nothing to ask for now. */
  isIdle(feed: Feed): boolean {
    return !this.#busy.has(feed);
  }

  /** Notes whether nothing new comes any more, from the streams that play. */
  judge(streams: readonly LiveStream[], now: number): void {
    const isLate = (stream: LiveStream) => stream.isSilent(now, STOPPED_AFTER);
    this.#stopped = !this.#ended && streams.length > 0 && streams.every(isLate);
  }

  /** Sees to it that the end of a stream is known while no fragment near it tells. Until aborted. */
  follow(feed: Feed, signal: AbortSignal): Promise<void> {
    const title: LookedAt = {
      hasEnded: () => this.#ended,
      streamOf: (one) => this.of(one),
      isIdle: (one) => this.isIdle(one),
      peek: this.#ports.peek,
      refresh: (maxAge) => this.refresh(maxAge),
      grew: () => this.#grew(),
      nextNews: (pause) => this.#news.wait(pause * 1000, signal),
    };
    return lookOut(feed, title, signal);
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
      const silence = nowInSeconds() - stream.dueAt(chunk);
      const pause = Math.min(LOOK_AFTER_AT_MOST, Math.max(LOOK_AFTER, silence / LOOKS_SO_FAR));
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
    const pairs = this.streams.flatMap((live) => {
      const { name, timescale } = live.stream;
      const stream = fresh.streams.find((one) => one.name === name);
      return stream?.timescale === timescale ? [{ live, chunks: stream.chunks }] : [];
    });
    if (fresh.isLive && pairs.map(({ live, chunks }) => live.hasGoneBack(chunks, now)).includes(true)) {
      for (const { live, chunks } of pairs) live.restart(chunks, now);
      compareStreams(this.streams, now);
      this.#ports.wentBack();
      return;
    }
    let grew = false;
    for (const { live, chunks } of pairs) {
      if (fresh.isLive) grew = live.merge(chunks, now) || grew;
      else live.finish(chunks);
    }
    if (!fresh.isLive) this.#ended = true;
    if (grew) this.#stopped = false;
    if (grew || this.#ended) this.#grew();
  }
}

/** An answer that says: not yet, or no more. */
export const isMissing = (error: unknown): boolean =>
  isSmoothError(error, 'network-status') && [404, 410, 412].includes(error.details.status);
