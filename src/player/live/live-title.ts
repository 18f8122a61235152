import { Gate } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import { type Seconds, toSeconds } from '../../base/time.ts';
import type { Chunk, Presentation, Stream } from '../../manifest/presentation.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { Feed } from '../feed.ts';
import type { Held } from '../inventory.ts';
import type { Title } from '../load-title.ts';
import { type Attempt, bringChunk, type Miss } from './bring-chunk.ts';
import { compareStreams } from './compare-streams.ts';
import { Contact, isMissing, isUnanswered } from './contact.ts';
import { LaggingLevels } from './lagging-levels.ts';
import { type ListAge, listAge } from './list-age.ts';
import { LiveRefresh } from './live-refresh.ts';
import { LiveStream } from './live-stream.ts';
import { type LookedAt, lookOut } from './look-out.ts';
import { nowInSeconds } from './now.ts';

export interface LiveTitlePorts {
  /** Fetches the manifest again, once. */
  readonly reload: (signal: AbortSignal) => Promise<Title>;
  /** The moof of a fragment alone: what it announces. `undefined` when the server doesn't tell. */
  readonly peek: (stream: Stream, chunk: Chunk, signal: AbortSignal) => Promise<FragmentReport | undefined>;
  readonly warn: (error: SmoothError) => void;
  readonly skipped: (start: Seconds, end: Seconds) => void;
  /** Chunks were added. */
  readonly grew: () => void;
  /** The encoder began anew, earlier: what is in the buffers is of another time. */
  readonly wentBack: () => void;
  /** It did so before the title's own beginning: there is no place for it on this clock. */
  readonly beganAnew: () => void;
}

/** Asked for so many chunks later than it could be had. */
const TARDY = 0.25;
/** A source that is late by so many chunks has stopped. */
const STOPPED_AFTER = 0.85;
/** A manifest that is not there any more for so long while nothing new comes: the event is over. In seconds. */
const GONE_AFTER = 10;
/** Less than so much of a title's clock is no room to play in, in seconds. */
const ROOM = 20;
/** Chunks that are kept behind the window, for what is still in the buffer, in seconds. */
const KEPT = 60;

/** What is known of a live title, and how to get at more: owned by a session. */
export class LiveTitle {
  readonly title: Title;
  readonly streams: readonly LiveStream[];
  readonly lagging = new LaggingLevels();
  readonly #ports: LiveTitlePorts;
  readonly #refresh: LiveRefresh;
  /** Where the last manifest came from: another edge than the one before, perhaps. */
  #place: Pick<Title, 'url' | 'hosts'>;
  readonly #errands = new Map<Feed, Attempt>();
  /** Feeds whose next chunk is seen to: they hear of what follows by themselves. */
  readonly #busy = new Set<Feed>();
  /** Opens when chunks were added. */
  readonly #news = new Gate();
  readonly #contact = new Contact();
  /** Since when the manifest isn't there any more. */
  #goneSince: number | undefined;
  #ended = false;
  #state: 'live' | 'stopped' | 'unreachable' = 'live';

  constructor(title: Title, ports: LiveTitlePorts, signal: AbortSignal) {
    const { presentation } = title;
    const age = listAge(title.answer);
    const now = listedAt(age);
    this.streams = presentation.streams.map((stream) => new LiveStream(stream, presentation, now, age));
    this.#place = title;
    const place = () => this.#place;
    this.title = {
      ...title,
      presentation: { ...presentation, streams: this.streams.map(({ stream }) => stream) },
      get url() {
        return place().url;
      },
      get hosts() {
        return place().hosts;
      },
    };
    compareStreams(this.streams, now);
    this.#ports = ports;
    this.#refresh = new LiveRefresh(
      {
        load: ports.reload,
        merge: (fresh) => this.#merge(fresh),
        warn: (error) => this.#notRefreshed(error),
      },
      signal,
    );
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get source(): 'live' | 'stopped' | 'unreachable' | 'ended' {
    return this.#ended ? 'ended' : this.#state;
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
    const stream = this.of(feed);
    this.#busy.add(feed);
    try {
      const brought = await bringChunk(
        {
          ...this.#lookedAt,
          stream,
          chunk,
          fetch: (attempt) => {
            this.#errands.set(feed, attempt);
            return fetch();
          },
          missed: (miss) => this.#missed(feed, stream, chunk, miss),
          unanswered: (count) => {
            this.#contact.failed();
            this.lagging.missed(feed, count - 1);
          },
        },
        signal,
      );
      if (brought === 'gone') return this.#skip(feed, stream, chunk);
      return brought === 'dropped' ? undefined : brought;
    } finally {
      this.#busy.delete(feed);
    }
  }

  #missed(feed: Feed, stream: LiveStream, chunk: Chunk, { askedAt, count, isOld }: Miss): void {
    this.#contact.answered();
    stream.heardNothing(nowInSeconds());
    // What was asked for later than meant, and still isn't there, is held up: that tells nothing of the others.
    if (count === 1 && askedAt - stream.dueAt(chunk) < TARDY * stream.chunkSeconds) {
      stream.missed(chunk, askedAt);
      for (const other of this.streams) if (other !== stream) other.learnFrom(stream);
    }
    this.lagging.missed(feed, count - (isOld ? 1 : 2));
  }

  /** A fragment came, with what it announces. */
  heard(feed: Feed, { index }: Held, { lookAhead }: FragmentReport): void {
    const stream = this.of(feed);
    const { askedAt = nowInSeconds(), refusedAt } = this.#errands.get(feed) ?? {};
    const added = stream.came(index, lookAhead, askedAt, refusedAt);
    this.#contact.answered();
    this.#state = 'live';
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

  /** Notes whether nothing new comes any more, from the streams that play, or nobody can be asked. */
  judge(streams: readonly LiveStream[], now: number): void {
    const isLate = streams.length > 0 && streams.every((stream) => stream.isLate(now, STOPPED_AFTER));
    if (isLate && this.#contact.isLost) this.#state = 'unreachable';
    else if (isLate && streams.every(({ isSilent }) => isSilent)) this.#state = 'stopped';
    else if (!isLate) this.#state = 'live';
  }

  /** Sees to it that the end of a stream is known while no fragment near it tells. Until aborted. */
  follow(feed: Feed, signal: AbortSignal): Promise<void> {
    const title: LookedAt = {
      ...this.#lookedAt,
      streamOf: (one) => this.of(one),
      isIdle: (one) => this.isIdle(one),
      grew: () => this.#grew(),
    };
    return lookOut(feed, title, signal);
  }

  get #lookedAt() {
    return {
      hasEnded: () => this.#ended,
      peek: this.#ports.peek,
      refresh: (maxAge: number) => this.refresh(maxAge),
      nextNews: (atMost: number, signal: AbortSignal) => this.#news.wait(atMost * 1000, signal),
    };
  }

  /** Somebody asked in vain. */
  troubled(error: SmoothError): void {
    if (isUnanswered(error)) this.#contact.failed();
  }

  /** There was no manifest. */
  #notRefreshed(error: SmoothError): void {
    this.#ports.warn(error);
    this.troubled(error);
    if (!isMissing(error)) return;
    const now = nowInSeconds();
    this.#contact.answered();
    this.#goneSince ??= now;
    for (const stream of this.streams) stream.heardNothing(now);
    const isOver = now - this.#goneSince > GONE_AFTER && this.streams.every(({ isSilent }) => isSilent);
    if (isOver) this.#end();
  }

  #end(): void {
    for (const stream of this.streams) stream.endHere();
    this.#ended = true;
    this.#grew();
  }

  #skip(feed: Feed, stream: LiveStream, chunk: Chunk): undefined {
    const [from, to] = [stream.timeline.startOf(chunk), stream.timeline.endOf(chunk)];
    if (!stream.has(chunk) || from < stream.lists.start) return undefined;
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

  #merge({ presentation: fresh, answer, url, hosts }: Title): void {
    if (url !== this.#place.url) this.#place = { url, hosts };
    const age = listAge(answer);
    const now = listedAt(age);
    this.#contact.answered();
    this.#goneSince = undefined;
    const pairs = this.streams.flatMap((live) => {
      const { name, timescale } = live.stream;
      const stream = fresh.streams.find((one) => one.name === name);
      return stream?.timescale === timescale ? [{ live, chunks: stream.chunks }] : [];
    });
    if (fresh.isLive && pairs.map(({ live, chunks }) => live.hasGoneBack(chunks, now)).includes(true)) {
      if (pairs.some(({ live, chunks }) => live.lists.endsBefore(ROOM, chunks))) {
        this.#ports.beganAnew();
        return;
      }
      for (const { live, chunks } of pairs) live.restart(chunks, now);
      compareStreams(this.streams, now);
      this.#ports.wentBack();
      return;
    }
    let grew = false;
    for (const { live, chunks } of pairs) {
      if (fresh.isLive) grew = live.merge(chunks, now, age) || grew;
      else live.finish(chunks);
    }
    if (!fresh.isLive) this.#ended = true;
    if (grew) this.#state = 'live';
    if (grew || this.#ended) this.#grew();
  }
}

/** When a list that came just now was written, if that is known. */
const listedAt = ({ age = 0 }: ListAge): number => nowInSeconds() - age;
