import { childController, delay } from '../base/async.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import { type Seconds, seconds, ticks, toSeconds } from '../base/time.ts';
import type { Chunk, QualityLevel } from '../manifest/presentation.ts';
import type { AttachedSource } from '../mse/media-source.ts';
import { timelineOf } from '../timeline/timeline.ts';
import { Playhead } from './clock/playhead.ts';
import type { BufferedFragment } from './delivery/buffer-map.ts';
import { BufferTarget } from './delivery/buffer-target.ts';
import type { DeliveryContext } from './delivery/delivery-context.ts';
import type { Feed } from './delivery/feed.ts';
import { Outage } from './delivery/outage.ts';
import { type SegmentClock, segmentClockOf } from './delivery/segment-clock.ts';
import { createPipeline, type StreamPipeline } from './delivery/stream-pipeline.ts';
import { UnservedLevels } from './delivery/unserved-levels.ts';
import type { FetchedFragment } from './fragment/fetch-fragment.ts';
import type { PlaybackPorts } from './playback-ports.ts';
import type { LevelChoice } from './quality/level-choice.ts';
import { LevelChooser, type Wishes } from './quality/level-chooser.ts';
import { Refinement } from './quality/refinement.ts';
import type { PlayableStream } from './select-streams.ts';
import type { Title } from './title/title.ts';

/** Requests that follow the first picture are delayed no longer than this. */
const PICTURE_WITHIN_MS = 100;
/** A live buffer counts as full with this share of what is available ahead of the playhead. */
const FULL_SHARE = 0.6;
/** Assumed duration of a fragment, in seconds. */
const FRAGMENT = 4;
/** A goal without limit, in seconds. */
const EVERYTHING = seconds(Number.POSITIVE_INFINITY);
const NO_LEVELS: readonly QualityLevel[] = [];

/**
 * One title on one media element: owns the media source, a pipeline for each stream, and the watch over the
 * clock. Recreated when a media source has failed; ends with `close`.
 */
export class Playback {
  readonly target: BufferTarget;
  readonly #media: HTMLMediaElement;
  readonly #title: Title;
  readonly #ports: PlaybackPorts;
  readonly #source: AttachedSource;
  readonly #controller: AbortController & { dispose(): void };
  readonly #playhead: Playhead;
  readonly #startAt: Seconds;
  readonly #clock: SegmentClock;
  readonly #outage: Outage;
  readonly #unserved = new UnservedLevels();
  readonly #pipelines: readonly StreamPipeline[];
  readonly #chooser: LevelChooser;
  readonly #refinement = new Refinement();
  #hasShown = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    media: HTMLMediaElement,
    source: AttachedSource,
    title: Title,
    streams: readonly PlayableStream[],
    startAt: Seconds,
    ports: PlaybackPorts,
    signal: AbortSignal,
  ) {
    this.#media = media;
    this.#source = source;
    this.#title = title;
    this.#startAt = startAt;
    this.#ports = ports;
    this.#controller = childController(signal);
    this.#chooser = new LevelChooser(media, ports.bandwidth, () => this.#wishes());
    this.target = new BufferTarget(media);
    this.#clock = segmentClockOf(title.presentation);
    this.#outage = new Outage(ports.live !== undefined);
    this.#pipelines = streams.map((playable) => this.#createPipeline(playable));
    this.#playhead = this.#createPlayhead();
    const { duration, timescale } = title.presentation;
    const ends = duration === undefined ? Number.POSITIVE_INFINITY : toSeconds(duration, timescale);
    const setDuration = () => {
      if (source.source.readyState === 'open') source.source.duration = ends;
    };
    // At once if possible: a live title can't be sought before.
    setDuration();
    source.opened.then(setDuration, () => {});
    if (startAt > 0) media.currentTime = startAt;
  }

  /** Starts the feeds and the monitoring of the element. */
  start(): void {
    const { signal } = this.#controller;
    this.#playhead.start();
    if (signal.aborted) return;
    const stage = { media: this.#media, source: this.#source.source, feeds: this.#feeds };
    this.#ports.live?.attach(stage, signal);
    this.#title.onPlayback?.(this.#media, signal);
    // Playback works without the code that can't be loaded.
    this.#chooser.load().catch(() => {});
    this.#running = Promise.allSettled(this.#feeds.map((feed) => this.#run(feed)));
  }

  /** Stops everything; the element keeps the last picture. */
  halt(): void {
    this.#controller.abort();
    this.#controller.dispose();
  }

  /** Stops everything and releases the element. Resolves when everything has stopped. */
  async close(): Promise<void> {
    this.halt();
    this.#source.close();
    await this.#running;
  }

  get #feeds(): readonly Feed[] {
    return this.#pipelines.map(({ feed }) => feed);
  }

  feedOf(type: 'video' | 'audio'): Feed | undefined {
    return this.#feeds.find((feed) => feed.type === type);
  }

  /** Whether it was playing, before any failure. */
  get isPlaying(): boolean {
    return this.#playhead.isPlaying;
  }

  get playhead(): Seconds {
    return this.#playhead.position;
  }

  /** The state of the buffer. */
  get fullness(): { readonly bufferAhead: number; readonly isFull: boolean; readonly isStalled: boolean } {
    const feed = this.feedOf('video') ?? this.#feeds[0];
    const bufferAhead = feed?.bufferAhead ?? 0;
    // The next fragment doesn't fit completely; near the live edge, little more is available.
    const most = Math.min(
      this.#goal() - FRAGMENT,
      FULL_SHARE * (this.#ports.live?.reach() ?? Number.POSITIVE_INFINITY),
    );
    const isFull = feed === undefined || feed.isAtEnd || bufferAhead >= most;
    return { bufferAhead, isFull, isStalled: this.#playhead.standstill > 0 };
  }

  /** Applies a changed quality, limit or option. */
  reconsider(): void {
    for (const feed of this.#feeds) feed.wake();
  }

  /** Continues with another stream of the same type: from the playhead, or after what is buffered. */
  switchStream(playable: PlayableStream, when: 'now' | 'next'): void {
    const feed = this.feedOf(playable.type);
    if (!feed || feed.playable === playable) return;
    this.#chooser.forget(playable.type);
    this.#outage.leave(feed);
    feed.switchTo(playable, timelineOf(playable.stream, this.#title.presentation), when);
  }

  #createPlayhead(): Playhead {
    const stage = {
      media: this.#media,
      source: this.#source,
      startAt: this.#startAt,
      pipelines: this.#pipelines,
      outage: this.#outage,
    };
    const ports = {
      ...this.#ports,
      onPlay: () => this.target.onPlay(),
      // Playback works without the code that can't be loaded.
      onFirstFrame: () => void this.#firstFrameShown().catch(() => {}),
      moved: () => {
        for (const feed of this.#feeds) feed.tick();
      },
      wake: () => this.reconsider(),
      failed: (error: unknown) => this.#failed(error),
    };
    return new Playhead(stage, ports, this.#controller.signal);
  }

  #createPipeline(playable: PlayableStream): StreamPipeline {
    const { wishes, bandwidth, stats, live } = this.#ports;
    return createPipeline(
      playable,
      this.#source,
      this.#startAt,
      this.#deliveryContext(),
      {
        playhead: () => this.playhead,
        rate: () => this.#media.playbackRate,
        // Without media of every stream, the element shows nothing: a first fragment is fetched, however far ahead it is.
        goal: (feed) => (feed.bufferMap.isEmpty || this.#outage.seeksProof(feed) ? EVERYTHING : this.#goal()),
        behind: () => wishes().settings.buffer.behind,
        isHeld: () => !this.#source.wantsData || this.target.isHeld,
        grows: () => live?.isOpen ?? false,
        exists: (feed, chunk) => live?.has(feed, chunk) ?? true,
        deliver: async ({ delivery }, feed, chunk, isSecondTry, until) => {
          await this.#leaveToPicture(feed, until);
          const deliver = () => delivery.deliver(chunk, isSecondTry, until);
          return live ? live.deliver(feed, chunk, deliver, until) : deliver();
        },
        improvement: (feed) =>
          this.#refinement.improvement(
            feed,
            this.#outage.seeksProof(feed),
            this.#chooser.levelOf(feed.type),
            this.playhead,
            bandwidth,
            this.#wishes(),
          ),
        skipped: (feed, chunk, cause) => {
          const [from, to] = [feed.timeline.startOf(chunk), feed.timeline.endOf(chunk)];
          stats.skipped(from, to);
          const details = { stream: feed.type, start: String(chunk.start), from, to };
          this.#ports.warn(new SmoothError('fragment-skipped', details, { cause }));
        },
        onProgress: () => this.#playhead.look(),
      },
      this.#controller.signal,
    );
  }

  #deliveryContext(): DeliveryContext {
    const { wishes, bandwidth, stats, drm, rejected, live, text, warn } = this.#ports;
    return {
      title: this.#title,
      isLive: live !== undefined,
      settings: () => wishes().settings,
      bandwidth,
      drm,
      clock: this.#clock,
      outage: this.#outage,
      unserved: this.#unserved,
      rejected,
      choose: (feed, chunk) => this.#choose(feed, chunk),
      abandonFor: ({ type, bufferAhead }, { level }, received, expected) =>
        type === 'video' ? this.#chooser.abandonFor(level, received, expected, bufferAhead) : undefined,
      standstill: () => this.#playhead.standstill,
      untilDry: (until) => this.#playhead.untilDry(until),
      wantsSegments: ({ type }) => type === 'video' && text.wantsPictures,
      onSegment: ({ timeline }, parts, { chunk, stream, level }) => {
        const [start, end] = [timeline.startOf(chunk), timeline.endOf(chunk)];
        const zero = ticks(BigInt(-this.#clock.offset) * stream.timescale);
        text.onPicture({ parts, stream, level, start, end, zero });
      },
      makeRoom: (feed, tried, until) => this.#makeRoom(feed, tried, until),
      onRequest: (feed, choice) => this.#onRequest(feed, choice),
      onFragment: (feed, fragment, fetched) => this.#onFragment(feed, fragment, fetched),
      onRetry: (error) => {
        stats.retried();
        live?.onFailure(error);
        warn(error);
      },
      warn,
    };
  }

  /** Leaves the main thread to the first picture: the next request needs planning, and code that runs for the first time. */
  async #leaveToPicture({ bufferMap }: Feed, signal: AbortSignal): Promise<void> {
    const media = this.#media;
    if (this.#hasShown || !('requestVideoFrameCallback' in media) || !bufferMap.at(media.currentTime)) return;
    const shown = new Promise((resolve) => (media as HTMLVideoElement).requestVideoFrameCallback(resolve));
    await Promise.race([shown, delay(PICTURE_WITHIN_MS, signal)]);
    this.#hasShown = true;
  }

  async #run(feed: Feed): Promise<void> {
    try {
      await feed.run(this.#controller.signal);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (this.#controller.signal.aborted) return;
    if (this.#source.isReplaced) this.#playhead.taken();
    else if (isSmoothError(error, 'media-append')) this.#ports.rebuild(error);
    else this.#ports.fail(error);
  }

  #goal(): Seconds {
    return this.target.goal(this.#ports.wishes().settings, this.#chooser.bitrate);
  }

  #choose(feed: Feed, chunk: Chunk): LevelChoice {
    const { levels: all, stream } = feed.playable;
    const { drm, live } = this.#ports;
    const usable = all.filter((level) => drm.isShowable(level) && !live?.isLagging(level));
    const [first = all[0], ...others] = this.#unserved.leaveOut(usable, performance.now());
    return this.#chooser.choose({
      type: feed.type,
      stream,
      chunk,
      chunkDuration: seconds(feed.timeline.endOf(chunk) - feed.timeline.startOf(chunk)),
      levels: [first, ...others],
      bufferAhead: feed.bufferAhead,
      awaited: this.#awaitedIn(feed, chunk),
      bufferGoal: seconds(Math.min(this.#goal(), live?.reach() ?? Number.POSITIVE_INFINITY)),
      reserved: this.feedOf('audio')?.playable.levels[0].bitrate ?? 0,
      begun: this.#title.begunLevel?.(feed.playable, chunk),
    });
  }

  /** Where in a chunk the picture is that has to come before anything is shown: at the start, and after a seek. */
  #awaitedIn({ bufferAhead, bufferMap, timeline }: Feed, chunk: Chunk): Seconds | undefined {
    const into = this.playhead - timeline.startOf(chunk);
    const isAwaited = bufferAhead === 0 && (this.#media.seeking || bufferMap.isEmpty);
    return isAwaited && this.playhead < timeline.endOf(chunk) ? seconds(Math.max(0, into)) : undefined;
  }

  #onRequest(feed: Feed, choice: LevelChoice): void {
    this.#ports.stats.requested();
    this.#ports.live?.onRequest(feed, choice.level);
    if (feed.type === 'video') this.#ports.onLoadingLevel(choice);
  }

  #onFragment(
    feed: Feed,
    fragment: BufferedFragment,
    { transfer, headers, report, url }: FetchedFragment,
  ): void {
    const { start, end, level } = fragment;
    this.#chooser.onFragment(feed.type, level, end - start, transfer.bytes);
    this.#playhead.onFragment(feed.type, fragment);
    this.#ports.live?.onFragment(feed, fragment, report);
    this.#ports.text.current?.onResponse(headers);
    this.#ports.stats.fragmentLoaded(transfer.bytes, report.repairs, performance.now());
    this.#ports.onFragment({
      stream: feed.type,
      bitrate: level.bitrate,
      start,
      end,
      bytes: transfer.bytes,
      firstByteMs: transfer.firstByteMs,
      bodyMs: transfer.bodyMs,
      url,
    });
  }

  async #makeRoom(feed: Feed, tried: number, signal: AbortSignal): Promise<void> {
    // Without the code, room is made only behind the playhead.
    const loaded = await import('./delivery/make-room.ts').catch(() => feed.evict(0, this.playhead - 1));
    if (tried === 1) this.target.squeeze();
    const wait = () => this.#playhead.untilMoved(4000, signal);
    return loaded ? loaded.makeRoom(feed, this.playhead, tried, wait) : wait();
  }

  /** After the start, there is time for everything else. */
  async #firstFrameShown(): Promise<void> {
    const { stats, bandwidth, wishes } = this.#ports;
    stats.firstFrameShown(performance.now());
    // There may be captions in the picture.
    this.#ports.text.load().catch(() => {});
    await this.#refinement.load(
      this.#media,
      {
        levels: () => this.feedOf('video')?.playable.levels ?? NO_LEVELS,
        playing: () => this.#playhead.shown?.level,
        decisions: bandwidth.decisions,
        changed: (isUrgent) => {
          if (isUrgent && !wishes().manual) this.feedOf('video')?.replaceAhead();
          this.reconsider();
        },
      },
      this.#controller.signal,
    );
  }

  #wishes(): Wishes {
    return this.#refinement.limit(this.#ports.wishes());
  }
}
