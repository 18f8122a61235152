import { childController, delay } from '../base/async.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import { type Seconds, seconds, toSeconds } from '../base/time.ts';
import { bufferGoal } from '../heuristics/buffer-goal.ts';
import type { Chunk, QualityLevel } from '../manifest/presentation.ts';
import { type AttachedSource, endMediaSource } from '../mse/media-source.ts';
import { BufferQueue } from '../mse/source-buffer.ts';
import { timelineOf } from '../timeline/timeline.ts';
import { ClockKeeper } from './clock-keeper.ts';
import { Delivery } from './deliver-fragment.ts';
import type { LevelChoice } from './delivery-ports.ts';
import { Feed } from './feed.ts';
import type { FetchedFragment } from './fetch-fragment.ts';
import type { improvementOf } from './improvement.ts';
import type { Held } from './inventory.ts';
import { LevelChooser, type Wishes } from './level-chooser.ts';
import type { Title } from './load-title.ts';
import type { Machine, MachinePorts } from './machine.ts';
import type { PlaybackPorts } from './playback-ports.ts';
import { type SegmentClock, segmentClockOf } from './segment-clock.ts';
import { mimeTypeOf, type PlayableStream } from './select-streams.ts';

/** Seconds. */
const DECODED_AHEAD = 0.3;
const PICTURE_WITHIN_MS = 100;
const NO_LEVELS: readonly QualityLevel[] = [];

/**
 * One title on one media element: owns the media source, a feed for each stream, and the watch over the
 * clock. Made anew when a media source has failed; ends with `close`.
 */
export class Playback {
  /** Before any failure: over one to decode, Chromium pauses the element without an event. */
  isPlaying = false;
  readonly #media: HTMLMediaElement;
  readonly #title: Title;
  readonly #ports: PlaybackPorts;
  readonly #source: AttachedSource;
  readonly #controller: AbortController & { dispose(): void };
  readonly #keeper: ClockKeeper;
  readonly #startAt: Seconds;
  readonly #clock: SegmentClock;
  readonly #feeds: readonly Feed[];
  readonly #chooser: LevelChooser;
  /** There after the first picture. */
  #improvementOf: typeof improvementOf | undefined;
  #machine: Machine | undefined;
  #squeeze = 1;
  /** Where the feeds were sent by the seek under way. */
  #soughtTo: number | undefined;
  #hasBeenPlayed: boolean;
  #hasShown = false;
  #playing: Held | undefined;
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
    this.#chooser = new LevelChooser(media, ports.line, () => this.#wishes());
    this.#hasBeenPlayed = !media.paused || media.autoplay;
    this.#clock = segmentClockOf(title.presentation);
    this.#feeds = streams.map((playable) => this.#createFeed(playable));
    this.#keeper = new ClockKeeper(media, {
      settleSeek: () => media.seeking && this.#settleSeek(),
      feeds: () => this.#feeds,
      isLocked: () => ports.lock.isWaiting,
      decided: (input, remedy) =>
        ports.line.decisions.note('remedyForClock', performance.now() / 1000, input, remedy),
      warn: ports.warn,
      rebuild: ports.rebuild,
      stalled: ports.stalled,
      recovered: ports.recovered,
      looked: () => this.#looked(),
    });
    const { duration, timescale } = title.presentation;
    const ends = duration === undefined ? Number.POSITIVE_INFINITY : toSeconds(duration, timescale);
    const setDuration = () => {
      source.source.duration = ends;
    };
    // At once where it can be: no place of a live title can be sought before.
    if (source.source.readyState === 'open') setDuration();
    else source.opened.then(setDuration, () => {});
    if (startAt > 0) media.currentTime = startAt;
  }

  /** Starts the feeds and the watch. */
  start(): void {
    const { signal } = this.#controller;
    const media = this.#media;
    media.addEventListener('seeking', () => this.#settleSeek(), { signal });
    media.addEventListener('seeked', () => this.#forgetSeek(), { signal });
    media.addEventListener(
      'play',
      () => {
        this.#hasBeenPlayed = true;
      },
      { signal },
    );
    media.addEventListener('error', () => this.#mediaFailed(), { signal });
    media.addEventListener('ended', () => this.#ports.ended(), { signal });
    // What can't be loaded is done without.
    media.addEventListener('loadeddata', () => this.#firstFrameShown().catch(() => {}), { signal });
    for (const type of ['startstreaming', 'endstreaming']) {
      this.#source.events.addEventListener(type, () => this.reconsider(), { signal });
    }
    this.#source.events.addEventListener('sourceclose', () => this.#sourceClosed(), { signal });
    this.#keeper.start(signal);
    this.#ports.live?.attach({ media, source: this.#source.source, feeds: this.#feeds }, signal);
    this.#running = Promise.allSettled(this.#feeds.map((feed) => this.#run(feed)));
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

  feedOf(type: 'video' | 'audio'): Feed | undefined {
    return this.#feeds.find((feed) => feed.type === type);
  }

  get playhead(): Seconds {
    return this.#media.readyState > 0 ? seconds(this.#media.currentTime) : this.#startAt;
  }

  /** What is on screen. */
  get playing(): Held | undefined {
    return this.#playing;
  }

  /** Looks at wishes again: a quality, a limit or an option changed. */
  reconsider(): void {
    for (const feed of this.#feeds) feed.wake();
  }

  /** Goes on with another stream of the same type: from the playhead, or behind what is buffered. */
  switchStream(playable: PlayableStream, when: 'now' | 'next'): void {
    const feed = this.feedOf(playable.type);
    if (!feed || feed.playable === playable) return;
    this.#chooser.forget(feed);
    feed.switchTo(playable, timelineOf(playable.stream, this.#title.presentation), when);
  }

  #createFeed(playable: PlayableStream): Feed {
    const { type, stream, levels } = playable;
    const { signal } = this.#controller;
    const buffer = new BufferQueue(this.#source, mimeTypeOf(type, levels[0]), type, signal);
    const setOffset = (to: SourceBuffer) => {
      to.timestampOffset = this.#clock.offset;
    };
    buffer.adjust(setOffset).catch(() => {});
    const { wishes, stats, line, warn, refusals, lock, live } = this.#ports;
    const delivery = new Delivery({
      title: this.#title,
      settings: () => wishes().settings,
      meter: line.meter,
      zero: (of) => this.#clock.zeroOf(of),
      lock,
      choose: (feed, chunk) => this.#choose(feed, chunk),
      instead: (feed, choice, received, expected) => this.#chooser.instead(feed, choice, received, expected),
      requested: (feed, choice) => this.#requested(feed, choice),
      fetched: (feed, held, fragment) => this.#fetched(feed, held, fragment),
      learn: (transfer) => line.learn(transfer),
      retried: (error) => {
        stats.retried();
        live?.troubled(error);
        warn(error);
      },
      warn,
      refusals,
      skipped: (start, end) => stats.skipped(start, end),
      isElsewhere: (error) => live?.isItsOwn(error) ?? false,
      runDry: (until) => this.#keeper.untilDry(until),
      dryFor: () => this.#keeper.dryFor,
      makeRoom: (feed, tried, until) => this.#makeRoom(feed, tried, until),
    });
    const timeline = timelineOf(stream, this.#title.presentation);
    return new Feed(playable, timeline, buffer, this.#startAt, {
      playhead: () => this.playhead,
      goal: () => this.#goal(),
      behind: wishes().settings.buffer.behind,
      isHeld: () => !this.#source.wantsData || this.#preloads('none'),
      deliver: async (feed, chunk, until) => {
        await this.#leaveToPicture(feed, until);
        const deliver = () => delivery.deliver(feed, chunk, until);
        return live ? live.deliver(feed, chunk, deliver, until) : deliver();
      },
      improvement: (feed) =>
        this.#improvementOf?.(feed, this.#chooser.levelOf(feed), this.playhead, line, this.#wishes()),
      improve: (feed, improvement, until) => delivery.improve(feed, improvement, until),
      onProgress: () => this.#progressed(),
    });
  }

  /** The first picture comes first: what follows it takes a plan, and scripts that run for the first time. */
  async #leaveToPicture({ inventory }: Feed, signal: AbortSignal): Promise<void> {
    const media = this.#media;
    if (this.#hasShown || !('requestVideoFrameCallback' in media) || !inventory.at(media.currentTime)) return;
    const shown = new Promise((resolve) => (media as HTMLVideoElement).requestVideoFrameCallback(resolve));
    await Promise.race([shown, delay(PICTURE_WITHIN_MS, signal)]);
    this.#hasShown = true;
  }

  async #run(feed: Feed): Promise<void> {
    const { signal } = this.#controller;
    try {
      await feed.run(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isSmoothError(error, 'media-append')) this.#ports.rebuild(error);
      else this.#ports.fail(error);
    }
  }

  /** Whether the page asked for no more than this before the first play. Browsers claim a `preload` where none was asked. */
  #preloads(wish: 'none' | 'metadata'): boolean {
    return !this.#hasBeenPlayed && this.#media.getAttribute('preload') === wish;
  }

  #goal(): Seconds {
    const { settings } = this.#ports.wishes();
    // `preload="metadata"`: the first picture, and no more.
    if (this.#preloads('metadata')) return seconds(0.1);
    return bufferGoal({
      wanted: settings.buffer.ahead,
      bitrate: this.#chooser.bitrate,
      squeeze: this.#squeeze,
    });
  }

  #choose(feed: Feed, chunk: Chunk): LevelChoice {
    const all = feed.playable.levels;
    const { lock, live } = this.#ports;
    const [first = all[0], ...others] = all.filter((level) => lock.isShowable(level) && !live?.lacks(level));
    const reserved = this.feedOf('audio')?.playable.levels[0].bitrate ?? 0;
    return this.#chooser.choose(feed, chunk, {
      levels: [first, ...others],
      bufferGoal: seconds(Math.min(this.#goal(), live?.reach() ?? Infinity)),
      reserved,
    });
  }

  #requested(feed: Feed, choice: LevelChoice): void {
    this.#ports.stats.requested();
    this.#ports.live?.asked(feed, choice.level);
    if (feed.type === 'video') this.#ports.loadingLevel(choice);
  }

  #fetched(feed: Feed, held: Held, fragment: FetchedFragment): void {
    this.#chooser.fetched(feed, held, fragment.transfer.bytes);
    const { transfer, report } = fragment;
    this.#ports.live?.heard(feed, held, report);
    this.#ports.stats.fragmentLoaded(transfer.bytes, report.repairs, performance.now());
    this.#ports.fragmentLoaded({
      stream: feed.type,
      bitrate: held.level.bitrate,
      start: held.start,
      end: held.end,
      bytes: transfer.bytes,
      firstByteMs: transfer.firstByteMs,
      bodyMs: transfer.bodyMs,
      url: fragment.url,
    });
  }

  #progressed(): void {
    if (this.#controller.signal.aborted) return;
    this.#keeper.look();
  }

  /** Sends the feeds to where the element seeks, once for each place. */
  #settleSeek(): void {
    if (this.#soughtTo === this.#media.currentTime) return;
    this.#soughtTo = this.#media.currentTime;
    for (const feed of this.#feeds) feed.seek(this.playhead);
  }

  /** The same place may be sought again later. */
  #forgetSeek(): void {
    this.#soughtTo = undefined;
  }

  /** After each look at the clock: what is on screen may be another quality, and the feeds may have room. */
  #looked(): void {
    const { error, paused } = this.#media;
    if (!error) this.isPlaying = !paused;
    if (!this.#ports.live?.isOpen && this.#feeds.every((feed) => feed.isAtEnd))
      endMediaSource(this.#source.source);
    this.#showPlaying();
    this.reconsider();
  }

  #showPlaying(): void {
    const held =
      this.#media.readyState >= 2 ? this.feedOf('video')?.inventory.at(this.#media.currentTime) : undefined;
    if (!held || held === this.#playing) return;
    const before = this.#playing;
    this.#playing = held;
    if (before?.level !== held.level) this.#ports.playingLevel(held.level, held.reason);
  }

  async #makeRoom(feed: Feed, tried: number, signal: AbortSignal): Promise<void> {
    const { makeRoom } = await import('./make-room.ts');
    this.#squeeze = tried === 1 ? Math.max(0.2, this.#squeeze * 0.7) : this.#squeeze;
    return makeRoom(feed, this.playhead, tried, () => this.#keeper.nextLook(4000, signal));
  }

  /** The start over, there is time to look after the machine. */
  async #firstFrameShown(): Promise<void> {
    const { signal } = this.#controller;
    const { stats, line, wishes } = this.#ports;
    stats.firstFrameShown(performance.now());
    const { improvementOf, Machine } = await import('./refinements.ts');
    if (signal.aborted || this.#machine) return;
    const ports: MachinePorts = {
      levels: () => this.feedOf('video')?.playable.levels ?? NO_LEVELS,
      playing: () => this.#playing?.level,
      decisions: line.decisions,
      changed: (isUrgent) => {
        if (isUrgent && !wishes().manual) this.feedOf('video')?.replaceAhead();
        this.reconsider();
      },
    };
    this.#improvementOf = improvementOf;
    this.#machine = new Machine(this.#media, ports, signal);
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
    const feed = this.feedOf(/audio/i.test(error.message) ? 'audio' : 'video') ?? this.#feeds[0];
    // Decoders work a little ahead of what is on screen.
    const chunk = feed?.timeline.chunkAt(seconds(this.playhead + DECODED_AHEAD));
    if (feed && chunk) this.#ports.refusals.note(feed.playable.stream.name, chunk.index);
    this.#ports.rebuild(
      new SmoothError('media-decode', { problem: error.message || `media error ${error.code}` }),
    );
  }

  #sourceClosed(): void {
    if (this.#controller.signal.aborted || this.#media.error) return;
    const problem = 'the media source was closed, or the element was given another one';
    this.#ports.fail(new SmoothError('media-taken', { problem }, { fatal: true }));
  }
}
