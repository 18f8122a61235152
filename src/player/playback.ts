import { childController, delay } from '../base/async.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import { type Seconds, seconds, ticks, toSeconds } from '../base/time.ts';
import { bufferGoal } from '../heuristics/buffer-goal.ts';
import type { Hole } from '../heuristics/stall.ts';
import type { Chunk, QualityLevel } from '../manifest/presentation.ts';
import { type AttachedSource, endMediaSource } from '../mse/media-source.ts';
import { timelineOf } from '../timeline/timeline.ts';
import { ClockKeeper } from './clock/clock-keeper.ts';
import type { BufferedFragment } from './delivery/buffer-map.ts';
import type { DeliveryContext } from './delivery/delivery-context.ts';
import { type Feed, SEAM } from './delivery/feed.ts';
import type { improvementOf } from './delivery/improvement.ts';
import { Outage } from './delivery/outage.ts';
import { type SegmentClock, segmentClockOf } from './delivery/segment-clock.ts';
import { createPipeline, fillHoles, type StreamPipeline } from './delivery/stream-pipeline.ts';
import type { FetchedFragment } from './fragment/fetch-fragment.ts';
import type { PlaybackPorts } from './playback-ports.ts';
import type { LevelChoice } from './quality/level-choice.ts';
import { LevelChooser, type Wishes } from './quality/level-chooser.ts';
import type { Machine } from './quality/machine.ts';
import type { PlayableStream } from './select-streams.ts';
import type { Title } from './title/title.ts';

/** Decoders work so many seconds ahead of what is on screen. */
const DECODED_AHEAD = 0.3;
/** The first picture is waited for no longer than this before planning begins. */
const PICTURE_WITHIN_MS = 100;
/** Of what a live title has ahead of the playhead. */
const FULL_SHARE = 0.6;
/** Seconds that a fragment may last. */
const FRAGMENT = 4;
/** Seconds: no end to what is wanted. */
const EVERYTHING = seconds(Number.POSITIVE_INFINITY);
const NO_LEVELS: readonly QualityLevel[] = [];

/**
 * One title on one media element: owns the media source, a pipeline for each stream, and the watch over the
 * clock. Recreated when a media source has failed; ends with `close`.
 */
export class Playback {
  /** Before any failure: over one to decode, Chromium pauses the element without an event. */
  isPlaying = false;
  /** Nothing is fetched (`all`), or nothing beyond what is on the screen (`ahead`), while nothing is played. */
  rest: 'none' | 'all' | 'ahead' = 'none';
  readonly #media: HTMLMediaElement;
  readonly #title: Title;
  readonly #ports: PlaybackPorts;
  readonly #source: AttachedSource;
  readonly #controller: AbortController & { dispose(): void };
  readonly #keeper: ClockKeeper;
  readonly #startAt: Seconds;
  readonly #clock: SegmentClock;
  readonly #outage: Outage;
  readonly #pipelines: readonly StreamPipeline[];
  readonly #chooser: LevelChooser;
  /** There after the first picture. */
  #improvementOf: typeof improvementOf | undefined;
  #machine: Machine | undefined;
  #filler: 'none' | 'loading' | 'loaded' = 'none';
  #squeeze = 1;
  /** Where the feeds were sent by the seek under way. */
  #soughtTo: number | undefined;
  #hasBeenPlayed: boolean;
  #hasShown = false;
  #playing: BufferedFragment | undefined;
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
    this.#hasBeenPlayed = !media.paused || media.autoplay;
    this.#clock = segmentClockOf(title.presentation);
    this.#outage = new Outage(ports.live !== undefined);
    this.#pipelines = streams.map((playable) => this.#createPipeline(playable));
    this.#keeper = this.#createKeeper();
    const { duration, timescale } = title.presentation;
    const ends = duration === undefined ? Number.POSITIVE_INFINITY : toSeconds(duration, timescale);
    const setDuration = () => {
      source.source.duration = ends;
    };
    // At once where it can be: no place of a live title can be sought before.
    if (source.source.readyState === 'open') setDuration();
    else {
      const isStillOpen = () => source.source.readyState === 'open';
      source.opened.then(
        () => (isStillOpen() ? setDuration() : this.#sourceClosed()),
        () => {},
      );
    }
    if (startAt > 0) media.currentTime = startAt;
  }

  /** Starts the feeds and the watch. */
  start(): void {
    const { signal } = this.#controller;
    this.#listen(signal);
    this.#keeper.start(signal);
    const stage = { media: this.#media, source: this.#source.source, feeds: this.#feeds };
    this.#ports.live?.attach(stage, signal);
    this.#running = Promise.allSettled(this.#feeds.map((feed) => this.#run(feed)));
    this.#lookBack();
  }

  /** Stops everything; the element keeps the last picture. */
  halt(): void {
    this.#controller.abort();
    this.#controller.dispose();
  }

  /** Stops everything and lets go of the element. Resolves when nothing runs any more. */
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

  get playhead(): Seconds {
    return this.#media.readyState > 0 ? seconds(this.#media.currentTime) : this.#startAt;
  }

  /** How much of what is wanted is in the buffer. */
  get fullness(): { readonly bufferAhead: number; readonly isFull: boolean; readonly isStalled: boolean } {
    const feed = this.feedOf('video') ?? this.#feeds[0];
    const bufferAhead = feed?.bufferAhead ?? 0;
    // The next fragment doesn't fit as a whole; near the live edge, there is not much more to have.
    const most = Math.min(
      this.#goal() - FRAGMENT,
      FULL_SHARE * (this.#ports.live?.reach() ?? Number.POSITIVE_INFINITY),
    );
    const isFull = feed === undefined || feed.isAtEnd || bufferAhead >= most;
    return { bufferAhead, isFull, isStalled: this.#keeper.standstill > 0 };
  }

  /** What is on screen. */
  get playing(): BufferedFragment | undefined {
    return this.#playing;
  }

  /** Takes wishes into account that changed: a quality, a limit, an option. */
  reconsider(): void {
    for (const feed of this.#feeds) feed.wake();
  }

  /** Goes on with another stream of the same type: from the playhead, or behind what is buffered. */
  switchStream(playable: PlayableStream, when: 'now' | 'next'): void {
    const feed = this.feedOf(playable.type);
    if (!feed || feed.playable === playable) return;
    this.#chooser.forget(playable.type);
    this.#outage.leave(feed);
    feed.switchTo(playable, timelineOf(playable.stream, this.#title.presentation), when);
  }

  #listen(signal: AbortSignal): void {
    const media = this.#media;
    const on = (target: EventTarget, type: string, listener: () => void) =>
      target.addEventListener(type, listener, { signal });
    on(media, 'seeking', () => this.#settleSeek());
    on(media, 'seeked', () => this.#forgetSeek());
    on(media, 'play', () => {
      this.#hasBeenPlayed = true;
      this.#outage.wake();
    });
    on(media, 'error', () => this.#mediaFailed());
    on(media, 'ended', () => this.#ports.onEnd());
    // A source that isn't open yet is not closed when the element is given another.
    on(media, 'emptied', () => this.#source.isReplaced && this.#taken());
    // What can't be loaded is done without.
    on(media, 'loadeddata', () => this.#firstFrameShown().catch(() => {}));
    on(this.#source.events, 'startstreaming', () => this.reconsider());
    on(this.#source.events, 'endstreaming', () => this.reconsider());
    on(this.#source.events, 'sourceclose', () => this.#sourceClosed());
    on(globalThis, 'online', () => this.#outage.wake());
    on(document, 'visibilitychange', () => document.hidden || this.#outage.wake());
  }

  #createKeeper(): ClockKeeper {
    const { bandwidth, drm, live, warn, rebuild, onStall, onRecover } = this.#ports;
    return new ClockKeeper(this.#media, {
      settleSeek: () => this.#media.seeking && this.#settleSeek(),
      streams: () =>
        this.#pipelines.map(({ feed, filler }) => ({
          feed,
          fillings: filler.fillings,
          isUnavailable: this.#outage.isLeftBehind(
            feed,
            this.#feeds.every((other) => other === feed || other.isAtEnd),
          ),
        })),
      isLocked: () => drm.isWaiting,
      onDecision: (input, remedy) =>
        bandwidth.decisions.note('remedyForClock', performance.now() / 1000, input, remedy),
      fill: (holes) =>
        this.#isFillerComing() ||
        fillHoles(
          this.#pipelines,
          holes.filter((hole) => !this.#isPastEnd(hole)),
          ({ kind }) => this.#ports.stats.repaired(kind),
          (error) => this.#failed(error),
          this.#controller.signal,
        ),
      warn,
      rebuild,
      onStall: (stall) => {
        live?.onStall();
        onStall(stall);
      },
      onRecover,
      onLook: () => this.#onLook(),
    });
  }

  /** Whether what fills holes is still on its way. It is fetched when it is first needed; without it, holes are jumped. */
  #isFillerComing(): boolean {
    if (this.#filler === 'none') {
      this.#filler = 'loading';
      const done = () => {
        this.#filler = 'loaded';
        this.#progressed();
      };
      import('./delivery/patch-hole.ts')
        .then(({ patchHole }) => {
          for (const { filler } of this.#pipelines) filler.use(patchHole);
        })
        .then(done, done);
    }
    return this.#filler === 'loading';
  }

  /** Behind the last media of a stream, once all have been fetched, browsers play the others to their end by themselves. */
  #isPastEnd({ type, start, end }: Hole): boolean {
    const feed = this.#feeds.find((one) => one.type === type);
    const isLast =
      feed?.timeline.chunkAt(seconds(end + SEAM)) === undefined &&
      feed?.buffered.every((range) => range.start < start);
    return isLast === true && this.#source.source.readyState === 'ended';
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
        goal: (feed) => (this.#outage.seeksProof(feed) ? EVERYTHING : this.#goal()),
        behind: wishes().settings.buffer.behind,
        isHeld: () => !this.#source.wantsData || this.#preloads('none') || this.rest === 'all',
        grows: () => live?.isOpen ?? false,
        exists: (feed, chunk) => live?.has(feed, chunk) ?? true,
        deliver: async ({ delivery }, feed, chunk, isSecondTry, until) => {
          await this.#leaveToPicture(feed, until);
          const deliver = () => delivery.deliver(chunk, isSecondTry, until);
          return live ? live.deliver(feed, chunk, deliver, until) : deliver();
        },
        improvement: (feed) =>
          this.#improvementOf?.(
            feed,
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
        onProgress: () => this.#progressed(),
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
      rejected,
      choose: (feed, chunk) => this.#choose(feed, chunk),
      abandonFor: ({ type, bufferAhead }, { level }, received, expected) =>
        type === 'video' ? this.#chooser.abandonFor(level, received, expected, bufferAhead) : undefined,
      standstill: () => this.#keeper.standstill,
      untilDry: (until) => this.#keeper.untilDry(until),
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

  /** The first picture comes first: what follows it takes a plan, and scripts that run for the first time. */
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
    if (this.#source.isReplaced) this.#taken();
    else if (isSmoothError(error, 'media-append')) this.#ports.rebuild(error);
    else this.#ports.fail(error);
  }

  /** Whether the page asked for no more than this before the first play. Browsers claim a `preload` where none was asked. */
  #preloads(wish: 'none' | 'metadata'): boolean {
    return !this.#hasBeenPlayed && this.#media.getAttribute('preload') === wish;
  }

  #goal(): Seconds {
    const { settings } = this.#ports.wishes();
    // `preload="metadata"`: the first picture, and no more.
    if (this.#preloads('metadata') || this.rest === 'ahead') return seconds(0.1);
    return bufferGoal({
      wanted: settings.buffer.ahead,
      bitrate: this.#chooser.bitrate,
      squeeze: this.#squeeze,
    });
  }

  #choose(feed: Feed, chunk: Chunk): LevelChoice {
    const { levels: all, stream } = feed.playable;
    const { drm, live } = this.#ports;
    const usable = all.filter((level) => drm.isShowable(level) && !live?.isLagging(level));
    const [first = all[0], ...others] = usable;
    return this.#chooser.choose({
      type: feed.type,
      stream,
      chunk,
      chunkDuration: seconds(feed.timeline.endOf(chunk) - feed.timeline.startOf(chunk)),
      levels: [first, ...others],
      bufferAhead: feed.bufferAhead,
      bufferGoal: seconds(Math.min(this.#goal(), live?.reach() ?? Number.POSITIVE_INFINITY)),
      reserved: this.feedOf('audio')?.playable.levels[0].bitrate ?? 0,
    });
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
    this.#ports.live?.onFragment(feed, fragment, report);
    this.#ports.text.onResponse(headers);
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

  #progressed(): void {
    if (!this.#controller.signal.aborted) this.#keeper.look();
  }

  /** Sends the feeds to where the element seeks, once for each place. */
  #settleSeek(): void {
    if (this.#soughtTo === this.#media.currentTime) return;
    this.#soughtTo = this.#media.currentTime;
    for (const feed of this.#feeds) {
      feed.seek(this.playhead);
      this.#outage.leave(feed);
    }
    this.#outage.wake();
  }

  /** The same place may be sought again later. */
  #forgetSeek(): void {
    this.#soughtTo = undefined;
  }

  /** After each look at the clock: what is on screen may be another quality, and the feeds may have room. */
  #onLook(): void {
    const { error, paused } = this.#media;
    if (!error) this.isPlaying = !paused;
    if (!this.#ports.live?.isOpen && this.#feeds.every((feed) => feed.isAtEnd))
      endMediaSource(this.#source.source);
    this.#showPlaying();
    this.reconsider();
  }

  #showPlaying(): void {
    const isShown = this.#media.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    const fragment = isShown ? this.feedOf('video')?.bufferMap.at(this.#media.currentTime) : undefined;
    if (!fragment || fragment === this.#playing) return;
    const before = this.#playing;
    this.#playing = fragment;
    if (before?.level !== fragment.level) this.#ports.onPlayingLevel(fragment.level, fragment.reason);
  }

  async #makeRoom(feed: Feed, tried: number, signal: AbortSignal): Promise<void> {
    const { makeRoom } = await import('./delivery/make-room.ts');
    this.#squeeze = tried === 1 ? Math.max(0.2, this.#squeeze * 0.7) : this.#squeeze;
    return makeRoom(feed, this.playhead, tried, () => this.#keeper.nextLook(4000, signal));
  }

  /** The start over, there is time to look after the machine. */
  async #firstFrameShown(): Promise<void> {
    const { signal } = this.#controller;
    const { stats, bandwidth, wishes } = this.#ports;
    stats.firstFrameShown(performance.now());
    // There may be captions in the picture.
    this.#ports.text.load().catch(() => {});
    // A server that fails in the midst of a title may be the one that this comes from.
    this.#isFillerComing();
    const [{ improvementOf }, { Machine }] = await Promise.all([
      import('./delivery/improvement.ts'),
      import('./quality/machine.ts'),
    ]);
    if (signal.aborted || this.#machine) return;
    this.#improvementOf = improvementOf;
    this.#machine = new Machine(
      this.#media,
      {
        levels: () => this.feedOf('video')?.playable.levels ?? NO_LEVELS,
        playing: () => this.#playing?.level,
        decisions: bandwidth.decisions,
        changed: (isUrgent) => {
          if (isUrgent && !wishes().manual) this.feedOf('video')?.replaceAhead();
          this.reconsider();
        },
      },
      signal,
    );
  }

  /** The page's limits, and the machine's. */
  #wishes(): Wishes {
    const wishes = this.#ports.wishes();
    const machine = this.#machine;
    if (!machine) return wishes;
    return { ...wishes, allow: (level) => (wishes.allow?.(level) ?? true) && machine.permits(level) };
  }

  #mediaFailed(): void {
    const { error } = this.#media;
    if (!error || this.#controller.signal.aborted) return;
    if (this.#source.isReplaced) {
      this.#taken();
      return;
    }
    const feed = this.feedOf(/audio/i.test(error.message) ? 'audio' : 'video') ?? this.#feeds[0];
    const chunk = feed?.timeline.chunkAt(seconds(this.playhead + DECODED_AHEAD));
    if (feed && chunk) this.#ports.rejected.add(feed.playable.stream.name, chunk.index);
    this.#ports.rebuild(
      new SmoothError('media-decode', { problem: error.message || `media error ${error.code}` }),
    );
  }

  #sourceClosed(): void {
    // An element that has failed reports that by `error`.
    if (!this.#controller.signal.aborted && !this.#media.error) this.#taken();
  }

  /** What happened to the element and its source while the manifest was on its way. */
  #lookBack(): void {
    if (this.#media.error) this.#mediaFailed();
    else if (this.#source.isReplaced) this.#taken();
  }

  #taken(): void {
    const problem = 'the media source was closed, or the element was given another one';
    this.#ports.fail(new SmoothError('media-taken', { problem }, { fatal: true }));
  }
}
