import { Gate } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import { toSeconds } from '../../base/time.ts';
import { classifyFailure, isAbsent, isUnanswered } from '../../heuristics/failure.ts';
import { isMain } from '../../manifest/main-stream.ts';
import type { Chunk, Presentation, Stream } from '../../manifest/presentation.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { BufferedFragment } from '../delivery/buffer-map.ts';
import type { Delivered } from '../delivery/delivered.ts';
import type { Feed } from '../delivery/feed.ts';
import type { Title } from '../title/title.ts';
import { compareStreams } from './compare-streams.ts';
import { type EdgeMonitorPorts, monitorEdge } from './edge/edge-monitor.ts';
import { fetchWhenAvailable, type LiveRequest, type Miss } from './edge/fetch-when-available.ts';
import { LaggingLevels } from './edge/lagging-levels.ts';
import { Reachability } from './edge/reachability.ts';
import { type ListAge, listAge } from './lists/list-age.ts';
import { ManifestRefresh } from './lists/manifest-refresh.ts';
import { LiveStream } from './live-stream.ts';
import { nowInSeconds } from './now.ts';

export interface LiveTitlePorts {
  /** Refreshes the manifest, once; from the title's first host, or from one so many places after it. */
  readonly reload: (signal: AbortSignal, place: number) => Promise<Title>;
  /** The `moof` of a fragment, with what it announces. `undefined` if the server doesn't provide it. */
  readonly peek: (stream: Stream, chunk: Chunk, signal: AbortSignal) => Promise<FragmentReport | undefined>;
  readonly warn: (error: SmoothError) => void;
  /** Chunks were added. */
  readonly onGrowth: () => void;
  /** The encoder restarted on an earlier clock: the buffers contain another time. */
  readonly timelineRewound: () => void;
  /** It restarted before the title's own beginning: it has no place on this clock. */
  readonly encoderRestarted: () => void;
}

/** If it was requested this many chunks after its publication, a miss says nothing about the encoder's clock. */
const TARDY = 0.25;
/** A source that is late by this many chunks has stopped. */
const STOPPED_AFTER = 0.85;
/** Where a host lacks a fragment after this many requests, another host is asked: the encoder of the first may have died. */
const LACKED = 3;
/** A manifest that is late by so many chunks stands still: another host may have one that grows. */
const STANDS_STILL_AFTER = 1;
/** If the manifest is missing for this long while nothing new appears, the event is over. In seconds. */
const GONE_AFTER = 10;
/** Less than this of a title's clock is not enough to play, in seconds. */
const ROOM = 20;
/** Chunks before the window that are kept, for what is still in the buffer, in seconds. */
const KEPT = 60;

/** What is known about a live title, and how to learn more: owned by a session. */
export class LiveTitle {
  readonly title: Title;
  readonly streams: readonly LiveStream[];
  readonly lagging = new LaggingLevels();
  readonly #ports: LiveTitlePorts;
  readonly #refresh: ManifestRefresh;
  /** Where the last manifest came from: possibly another edge server than before. */
  #place: Pick<Title, 'url' | 'hosts'>;
  readonly #requests = new Map<Feed, LiveRequest>();
  /** Feeds with a request in progress: they learn what follows by themselves. */
  readonly #busy = new Set<Feed>();
  /** Opens when chunks were added. */
  readonly #updates = new Gate();
  readonly #reachability = new Reachability();
  /** Since when the manifest has been missing. */
  #goneSince: number | undefined;
  /** How often another host was asked for a manifest that grows. */
  #changes = 0;
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
    this.#refresh = new ManifestRefresh(
      {
        load: (until) => ports.reload(until, this.#changes),
        merge: (fresh) => this.#merge(fresh),
        warn: (error) => this.#onRefreshFailed(error),
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

  /** Length of the window in seconds; infinite if everything is available. */
  get windowSeconds(): number {
    const { dvrWindow, timescale } = this.presentation;
    return dvrWindow === undefined ? Number.POSITIVE_INFINITY : toSeconds(dvrWindow, timescale);
  }

  of(feed: Feed): LiveStream {
    const { stream } = feed.playable;
    const live = this.streams.find((one) => one.stream === stream);
    if (!live) throw new SmoothError('internal', { problem: `${stream.name} is not a stream of this title` });
    return live;
  }

  /** Refreshes the manifest, unless that was done this many seconds ago; returns whether there is one that fresh. */
  async refresh(maxAge = 0): Promise<boolean> {
    return this.#ended || this.#refresh.refresh(maxAge);
  }

  hurry(): void {
    this.#refresh.hurry();
  }

  /** Whether a chunk is still part of the title. */
  has(feed: Feed, chunk: Chunk): boolean {
    return this.of(feed).has(chunk);
  }

  /** Delivers a chunk once it is published; `fetch` requests it. */
  async deliver(
    feed: Feed,
    chunk: Chunk,
    fetch: () => Promise<Delivered>,
    signal: AbortSignal,
  ): Promise<Delivered> {
    const stream = this.of(feed);
    let host: string | undefined;
    const lackedBy = new Set<string>();
    this.#busy.add(feed);
    try {
      const delivered = await fetchWhenAvailable(
        {
          ...this.#source,
          stream,
          chunk,
          fetch: (request) => {
            this.#requests.set(feed, request);
            [host] = this.title.hosts?.inOrder(performance.now()) ?? [];
            return fetch();
          },
          onMiss: (miss) => {
            this.#onMiss(feed, stream, chunk, miss);
            const isLacking = miss.count >= LACKED || (miss.isOld && miss.count > 1);
            if (!host || !isLacking) return false;
            lackedBy.add(host);
            return this.#passOver(host, lackedBy, stream);
          },
          onUnanswered: (count) => {
            this.#reachability.onFailure();
            this.lagging.recordMiss(feed, count - 1);
          },
        },
        signal,
      );
      if (delivered.kind === 'delivered' && lackedBy.size > 0) {
        lackedBy.delete(delivered.host);
        this.title.hosts?.servedAfter([...lackedBy], delivered.host, stream.stream.name, performance.now());
      }
      // A chunk that no list has any more was not skipped: it has left the title.
      const hasLeft = !stream.has(chunk) || stream.timeline.startOf(chunk) < stream.lists.start;
      return delivered.kind === 'unavailable' && hasLeft ? { kind: 'passed' } : delivered;
    } finally {
      this.#busy.delete(feed);
    }
  }

  /** Another host is asked for what this one lacks; returns whether there is one. */
  #passOver(host: string, lackedBy: ReadonlySet<string>, { chunkSeconds }: LiveStream): boolean {
    const { hosts } = this.title;
    const now = performance.now();
    hosts?.passOver(host, now + chunkSeconds * 1000);
    const [next] = hosts?.inOrder(now) ?? [];
    return next !== undefined && !lackedBy.has(next);
  }

  #onMiss(feed: Feed, stream: LiveStream, chunk: Chunk, { requestedAt, count, isOld }: Miss): void {
    this.#reachability.onAnswer();
    stream.noteSilence(nowInSeconds());
    // A request that was later than planned and still found nothing is delayed: that says nothing about the others.
    if (count === 1 && requestedAt - stream.dueAt(chunk) < TARDY * stream.chunkSeconds) {
      stream.recordMiss(chunk, requestedAt);
      for (const other of this.streams) if (other !== stream) other.learnFrom(stream);
    }
    this.lagging.recordMiss(feed, count - (isOld ? 1 : 2));
  }

  /** A fragment was received, with what it announces. */
  onFragment(feed: Feed, { index }: BufferedFragment, { lookAhead, tfxd }: FragmentReport): void {
    const stream = this.of(feed);
    const { requestedAt = nowInSeconds(), notPublishedAt } = this.#requests.get(feed) ?? {};
    const added = stream.recordArrival(index, lookAhead, requestedAt, notPublishedAt, tfxd);
    this.#reachability.onAnswer();
    this.#state = 'live';
    if (added > 0) this.#onGrowth();
  }

  /** Drops what has left the window long ago. */
  trim(before: number): void {
    for (const stream of this.streams) stream.trim(before - KEPT);
  }

  /** Whether a feed has no request in progress. */
  isIdle(feed: Feed): boolean {
    return !this.#busy.has(feed);
  }

  /** Decides from the playing streams whether the source has stopped, or is unreachable. */
  judge(streams: readonly LiveStream[], now: number): void {
    const isLate = streams.length > 0 && streams.every((stream) => stream.isLate(now, STOPPED_AFTER));
    if (isLate && this.#reachability.isLost) this.#state = 'unreachable';
    else if (isLate && streams.every(({ isSilent }) => isSilent)) this.#state = 'stopped';
    else if (!isLate) this.#state = 'live';
  }

  /** Keeps the end of a stream known while no fragment near it is fetched. Until aborted. */
  follow(feed: Feed, signal: AbortSignal): Promise<void> {
    const title: EdgeMonitorPorts = {
      ...this.#source,
      streamOf: (one) => this.of(one),
      isIdle: (one) => this.isIdle(one),
      onGrowth: () => this.#onGrowth(),
    };
    return monitorEdge(feed, title, signal);
  }

  get #source() {
    return {
      hasEnded: () => this.#ended,
      peek: this.#ports.peek,
      refresh: (maxAge: number) => this.refresh(maxAge),
      nextUpdate: (atMost: number, signal: AbortSignal) => this.#updates.wait(atMost * 1000, signal),
    };
  }

  /** A request failed. */
  onFailure(error: SmoothError): void {
    const failure = classifyFailure(error);
    if (failure && isUnanswered(failure.kind)) this.#reachability.onFailure();
  }

  /** The manifest could not be fetched. */
  #onRefreshFailed(error: SmoothError): void {
    this.#ports.warn(error);
    this.onFailure(error);
    const failure = classifyFailure(error);
    if (!failure || !isAbsent(failure.kind)) return;
    const now = nowInSeconds();
    this.#reachability.onAnswer();
    this.#goneSince ??= now;
    for (const stream of this.streams) stream.noteSilence(now);
    // The next text may be due much later.
    const main = this.streams.filter(({ stream }) => isMain(stream));
    const isSilent = (main.length > 0 ? main : this.streams).every((stream) => stream.isSilent);
    if (now - this.#goneSince > GONE_AFTER && isSilent) this.#end();
  }

  #end(): void {
    for (const stream of this.streams) stream.endHere();
    this.#ended = true;
    this.#onGrowth();
  }

  #onGrowth(): void {
    this.#updates.open();
    this.#ports.onGrowth();
  }

  #merge({ presentation: fresh, answer, url, hosts }: Title): void {
    if (url !== this.#place.url) this.#place = { url, hosts };
    const age = listAge(answer);
    const now = listedAt(age);
    this.#reachability.onAnswer();
    this.#goneSince = undefined;
    const pairs = this.streams.flatMap((live) => {
      const { name, timescale } = live.stream;
      const stream = fresh.streams.find((one) => one.name === name);
      if (stream?.timescale !== timescale) return [];
      live.embedded = stream.embedded;
      return [{ live, chunks: stream.chunks }];
    });
    // Text is irregular: what follows its last chunk says nothing about the encoder's clock.
    const media = pairs.filter(({ live }) => live.stream.type !== 'text');
    if (fresh.isLive && media.map(({ live, chunks }) => live.hasRewound(chunks, now)).includes(true)) {
      if (media.some(({ live, chunks }) => live.lists.endsBefore(ROOM, chunks))) {
        this.#ports.encoderRestarted();
        return;
      }
      for (const { live, chunks } of pairs) live.restart(chunks, now);
      compareStreams(this.streams, now);
      this.#ports.timelineRewound();
      return;
    }
    let grew = false;
    for (const { live, chunks } of pairs) {
      if (fresh.isLive) grew = live.merge(chunks, now, age) || grew;
      else live.finish(chunks);
    }
    if (!fresh.isLive) this.#ended = true;
    const standsStill = !grew && media.every(({ live }) => live.isLate(nowInSeconds(), STANDS_STILL_AFTER));
    if (hosts && media.length > 0 && standsStill) this.#changes += 1;
    if (grew) this.#state = 'live';
    if (grew || this.#ended) this.#onGrowth();
  }
}

/** When a list that was just received was written, if known. */
const listedAt = ({ age = 0 }: ListAge): number => nowInSeconds() - age;
