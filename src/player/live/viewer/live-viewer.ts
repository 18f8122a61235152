import { childController } from '../../../base/async.ts';
import { SmoothError } from '../../../base/errors.ts';
import { seconds } from '../../../base/time.ts';
import { followEdge } from '../../../heuristics/latency.ts';
import type { LiveInfo } from '../live-info.ts';
import type { LiveStream } from '../live-stream.ts';
import type { LiveTitle } from '../live-title.ts';
import { nowInSeconds } from '../now.ts';
import { describeLive } from './describe-live.ts';
import { FrozenPage } from './frozen-page.ts';
import type { LatencyTarget } from './latency-target.ts';
import type { LiveStage } from './live-stage.ts';
import { PlaybackSpeed } from './playback-speed.ts';
import { showWindow, wholeOf, windowOf } from './seekable-window.ts';
import { SleepDetector } from './sleep-detector.ts';

export interface LiveViewPorts {
  readonly target: LatencyTarget;
  /** Whether the rate may be changed to stay at the edge. */
  readonly catchUp: () => boolean;
  /** Whether playback starts at the edge. */
  readonly isFollowing: boolean;
  /** Whether trick play moves through the title while the element's own position stands still. */
  readonly isTrick: () => boolean;
  readonly warn: (error: SmoothError) => void;
  readonly onChange: () => void;
}

const LOOK_EVERY_MS = 250;
/** Up to this many chunks, and seconds, behind the target is still at the edge. */
const EDGE_CHUNKS = 1;
const EDGE_SECONDS = 3;
/** How far ahead of the window's start playback is moved after it fell out, as a fraction of the window and in chunks. */
const SLACK = 0.1;
const SLACK_CHUNKS = 2;
/** Playing without a break for this long, in seconds. */
const SETTLED = 3;

/** Keeps one media element where it should be in a live title: near the edge, or within the window. */
export class LiveViewer {
  readonly #title: LiveTitle;
  readonly #stage: LiveStage;
  readonly #ports: LiveViewPorts;
  readonly #controller: AbortController & { dispose(): void };
  #following: boolean;
  readonly #pace: PlaybackSpeed;
  readonly #frozen: FrozenPage;
  readonly #sleep = new SleepDetector();
  #position = 0;
  #pausedUnseen = false;
  /** The network is back, or the machine was asleep or the page hidden, and playback is not yet known to be at the edge. */
  #isBack = false;
  #jumping = false;
  #lastReport = '';
  #soughtTo: number | undefined;

  constructor(title: LiveTitle, stage: LiveStage, ports: LiveViewPorts, signal: AbortSignal) {
    this.#title = title;
    this.#stage = stage;
    this.#ports = ports;
    this.#following = ports.isFollowing;
    this.#controller = childController(signal);
    const own = this.#controller.signal;
    const { media } = stage;
    this.#pace = new PlaybackSpeed(media);
    this.#frozen = new FrozenPage(media, own);
    for (const type of ['timeupdate', 'playing', 'seeked']) {
      media.addEventListener(type, () => this.#look(), { signal: own });
    }
    media.addEventListener('seeking', () => this.#sought(), { signal: own });
    media.addEventListener('waiting', () => this.#waited(), { signal: own });
    media.addEventListener('pause', () => this.#paused(), { signal: own });
    media.addEventListener('play', () => this.#played(), { signal: own });
    globalThis.addEventListener('online', () => this.#woke(), { signal: own });
    document.addEventListener('visibilitychange', () => !document.hidden && this.#woke(), { signal: own });
    stage.source.addEventListener('sourceopen', () => this.#look(), { signal: own });
    const timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    const end = () => {
      clearInterval(timer);
      // What plays here next begins at normal speed.
      this.#pace.reset();
    };
    own.addEventListener('abort', end, { once: true });
    // Before the element knows its metadata: it doesn't start at an unseekable position.
    this.#showWindow(nowInSeconds());
    for (const feed of stage.feeds) void title.follow(feed, own).catch(() => {});
  }

  get isFollowing(): boolean {
    return this.#following;
  }

  /** Streams that play. */
  get #streams(): readonly LiveStream[] {
    return this.#stage.feeds.map((feed) => this.#title.of(feed));
  }

  /** The encoder's position on the media element's clock; if it stopped, where it did. */
  encoderAt(now: number): number {
    const streams = this.#streams;
    const { source } = this.#title;
    if (source === 'stopped' || source === 'ended') return Math.min(...streams.map(({ end }) => end));
    return Math.min(...streams.map((stream) => stream.encoderAt(now)));
  }

  /** The last position that playback was moved to. */
  get soughtTo(): number | undefined {
    return this.#soughtTo;
  }

  get info(): LiveInfo {
    const now = nowInSeconds();
    return this.#infoAt(now, this.#window(now));
  }

  #infoAt(now: number, window: LiveInfo['window']): LiveInfo {
    return describeLive({
      window,
      at: this.#stage.media.currentTime,
      encoder: this.encoderAt(now),
      target: this.#ports.target.seconds,
      tolerance: this.#tolerance,
      source: this.#title.source,
    });
  }

  /** Seeks to the live edge, and stays there. */
  seekToLive(): void {
    this.#following = true;
    this.#pace.reset();
    void this.#jump();
  }

  /** The buffers contain another time: empties them, and seeks to the edge. */
  async restart(): Promise<void> {
    for (const feed of this.#stage.feeds) await feed.evict(0, Number.POSITIVE_INFINITY);
    this.seekToLive();
  }

  get #tolerance(): number {
    return Math.max(EDGE_SECONDS, EDGE_CHUNKS * this.#chunk);
  }

  get #chunk(): number {
    return Math.max(...this.#streams.map(({ chunkSeconds }) => chunkSeconds));
  }

  #window(now: number): LiveInfo['window'] {
    if (this.#title.hasEnded) return wholeOf(this.#streams);
    return windowOf(this.#streams, now, this.#title.windowSeconds);
  }

  /** Browsers seek only within the range that they were given. */
  #showWindow(now: number): LiveInfo['window'] {
    const window = this.#window(now);
    showWindow(this.#stage, window.start, window.end, this.#title.hasEnded);
    return window;
  }

  /** Called a few times a second with the position of playback. */
  #look(): void {
    if (this.#controller.signal.aborted) return;
    const now = nowInSeconds();
    if (this.#sleep.look()) this.#woke({ isOld: true });
    const { media } = this.#stage;
    this.#title.judge(this.#streams, now);
    const { start, end } = this.#showWindow(now);
    this.#title.trim(start);
    if (!media.seeking) this.#position = media.currentTime;
    if (!this.#title.hasEnded && !this.#ports.isTrick()) this.#stayInside(start, end);
    if (this.#title.source === 'live') this.#follow(now);
    else this.#pace.reset();
    this.#reportChange(this.#infoAt(now, { start, end }));
  }

  #follow(now: number): void {
    const { media, feeds } = this.#stage;
    const { target } = this.#ports;
    const isFree = this.#pace.isFree && !media.paused && !media.seeking;
    if (!this.#following || !isFree || media.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    target.elapsed(now);
    const step = followEdge({
      latency: this.encoderAt(now) - media.currentTime,
      target: target.seconds,
      bufferAhead: Math.min(...feeds.map((feed) => feed.bufferAhead)),
      chunk: this.#chunk,
      rate: this.#pace.rate,
      hasSettled: this.#hasSettled,
    });
    const isLeftBehind = this.#isBack && !this.info.atEdge;
    this.#isBack = false;
    if (isLeftBehind) void this.#jump();
    else if (step.kind === 'jump') void this.#jump({ onlyWhereMediaIs: true });
    else if (this.#ports.catchUp()) this.#pace.rate = step.rate;
  }

  /** The first moments belong to the start. */
  get #hasSettled(): boolean {
    const { currentTime: at, played } = this.#stage.media;
    return played.length > 0 && at - played.start(played.length - 1) > SETTLED;
  }

  /** Seeks to the edge, as soon as it is known what is there. */
  async #jump({ onlyWhereMediaIs = false } = {}): Promise<void> {
    const place = () => this.encoderAt(nowInSeconds()) - this.#ports.target.seconds;
    const had = () => Math.min(...this.#streams.map((stream) => stream.hadAt(nowInSeconds()))) - 0.1;
    if (this.#jumping || (onlyWhereMediaIs && place() > had())) return;
    this.#jumping = true;
    try {
      const isKnown = () => this.#streams.every(({ end }) => end > place() + 0.1);
      if (!isKnown()) await this.#title.refresh();
      const { media } = this.#stage;
      const first = Math.max(...this.#streams.map(({ start }) => start));
      const to = Math.max(first, Math.min(place(), had()));
      if (this.#controller.signal.aborted || !isKnown() || Math.abs(to - media.currentTime) < 0.5) return;
      this.#pace.reset();
      this.#position = to;
      this.#showWindow(nowInSeconds());
      this.#seek(to);
    } catch {
      // The title was closed meanwhile.
    } finally {
      this.#jumping = false;
    }
  }

  /** If the window has moved past the position, playback is moved into it. */
  #stayInside(start: number, end: number): void {
    const { media } = this.#stage;
    const at = media.currentTime;
    if (at >= start - 0.5 || media.seeking || media.readyState === 0) return;
    const slack = Math.max(SLACK_CHUNKS * this.#chunk, (end - start) * SLACK);
    const to = Math.min(
      start + slack,
      Math.max(start, this.encoderAt(nowInSeconds()) - this.#ports.target.seconds),
    );
    this.#ports.warn(new SmoothError('behind-live-window', { from: at, to }));
    this.#position = to;
    this.#seek(to);
  }

  #seek(to: number): void {
    const { media } = this.#stage;
    media.currentTime = to;
    this.#soughtTo = media.currentTime;
  }

  #sought(): void {
    const { media } = this.#stage;
    const at = media.currentTime;
    const live = this.encoderAt(nowInSeconds()) - this.#ports.target.seconds;
    const isNear = at >= live - this.#tolerance;
    if (isNear) this.#following = true;
    else if (at < this.#position - 0.5) {
      this.#following = false;
      this.#pace.reset();
    }
    this.#position = at;
    if (this.#title.hasEnded || this.#stage.feeds.every((feed) => feed.aheadOf(seconds(at)) > 0)) return;
    // What is ahead of the edge isn't available yet.
    if (at > Math.max(live, this.#window(nowInSeconds()).end) + 0.5) this.#seek(live);
  }

  /** Nothing to play, if only for a moment: if that happens at each fragment, the network can't sustain the target either. */
  #waited(): void {
    const isWanting = this.#following && this.#hasSettled && !this.#stage.media.seeking;
    if (isWanting && this.#title.source === 'live') this.#ports.target.waited();
  }

  /** Browsers pause what isn't visible; that is not the viewer's choice. */
  #paused(): void {
    this.#pausedUnseen = document.hidden || this.#frozen.hasInterrupted;
    this.#pace.reset();
  }

  #played(): void {
    const { media } = this.#stage;
    const hasPlayed = media.played.length > 0;
    if (!hasPlayed || this.#pausedUnseen) return;
    if (!this.info.atEdge) this.#following = false;
  }

  /** The page was hidden, the machine asleep or the network down: the known edge may be outdated. */
  #woke({ isOld = this.#isOverdue } = {}): void {
    this.#isBack = true;
    this.#title.hurry();
    if (isOld) void this.#title.refresh().catch(() => {});
  }

  get #isOverdue(): boolean {
    const now = nowInSeconds();
    return this.#streams.some((stream) => now - stream.overdueFrom > stream.chunkSeconds);
  }

  #reportChange({ isLive, atEdge, source, isDvr, targetLatency }: LiveInfo): void {
    const words = JSON.stringify([isLive, atEdge, source, isDvr, targetLatency.toFixed(1)]);
    if (words === this.#lastReport) return;
    this.#lastReport = words;
    this.#ports.onChange();
  }

  /** Detaches from the element. */
  close(): void {
    this.#controller.abort();
    this.#controller.dispose();
  }
}
