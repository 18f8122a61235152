import { SmoothError } from '../../base/errors.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import { type AttachedSource, endMediaSource } from '../../mse/media-source.ts';
import type { BufferedFragment } from '../delivery/buffer-map.ts';
import type { Feed } from '../delivery/feed.ts';
import type { Outage } from '../delivery/outage.ts';
import type { StreamPipeline } from '../delivery/stream-pipeline.ts';
import type { PlaybackPorts } from '../playback-ports.ts';
import { ClockKeeper } from './clock-keeper.ts';
import type { HoleFilling } from './hole-filling.ts';
import { watchMedia } from './media-watch.ts';

/** The environment of a playhead. */
export interface PlayheadStage {
  readonly media: HTMLMediaElement;
  readonly source: AttachedSource;
  readonly startAt: Seconds;
  readonly pipelines: readonly StreamPipeline[];
  readonly outage: Outage;
}

export interface PlayheadPorts extends PlaybackPorts {
  readonly onPlay: () => void;
  readonly onFirstFrame: () => void;
  /** The clock was looked at: the feeds may have room. */
  readonly moved: () => void;
  /** The feeds may have something else to do. */
  readonly wake: () => void;
  readonly failed: (error: unknown) => void;
}

/** Decoders work this many seconds ahead of what is on screen. */
const DECODED_AHEAD = 0.3;

/** The current position, and what keeps it moving: handles seeks, stalls, holes and failures of the element. */
export class Playhead {
  /** The state before any failure: after a decoding failure, Chromium pauses the element without an event. */
  isPlaying = false;
  readonly #stage: PlayheadStage;
  readonly #ports: PlayheadPorts;
  readonly #keeper: ClockKeeper;
  /** Available once loaded; without it, holes are jumped over. */
  #holes: HoleFilling | undefined;
  #holesLoading: Promise<void> | undefined;
  #canFill = true;
  readonly #signal: AbortSignal;
  /** Where the current seek has sent the feeds. */
  #soughtTo: number | undefined;
  #shown: BufferedFragment | undefined;
  #reached: Seconds;

  constructor(stage: PlayheadStage, ports: PlayheadPorts, signal: AbortSignal) {
    this.#stage = stage;
    this.#reached = stage.startAt;
    this.#ports = ports;
    this.#signal = signal;
    this.#keeper = this.#createKeeper();
  }

  /** Watches until aborted. */
  start(): void {
    const { media, source, outage } = this.#stage;
    const { onPlay, onEnd, wake, rebuild } = this.#ports;
    watchMedia(
      media,
      source,
      {
        onSeeking: () => this.#settleSeek(),
        // The same position may be sought again later.
        onSeeked: () => {
          this.#soughtTo = undefined;
        },
        onPlay: () => {
          onPlay();
          outage.wake();
          wake();
        },
        onEnded: onEnd,
        onFirstFrame: () => {
          this.#ports.onFirstFrame();
          // Loaded early: the server may fail later, and it may be the one that serves this code.
          this.#prepareHoles();
        },
        onDemand: wake,
        onReconnect: () => outage.wake(),
        onMediaError: (error) => rebuild(this.#decodeError(error)),
        onTaken: () => this.taken(),
      },
      this.#signal,
    );
    if (!this.#signal.aborted) this.#keeper.start(this.#signal);
  }

  /** Of an element that has been taken over, the last position before. After a failure WebKit says 0. */
  get position(): Seconds {
    const { media, source } = this.#stage;
    const isLost = media.error && media.currentTime === 0;
    if (media.readyState > 0 && !source.isReplaced && !isLost) this.#reached = seconds(media.currentTime);
    return this.#reached;
  }

  /** Seconds for which playback has been stalled for lack of media. */
  get standstill(): number {
    return this.#keeper.standstill;
  }

  /** What is on screen. */
  get shown(): BufferedFragment | undefined {
    return this.#shown;
  }

  /** Resolves when a stream has nothing left to play. */
  untilDry(signal: AbortSignal): Promise<void> {
    return this.#keeper.untilDry(signal);
  }

  /** Resolves when the playhead may have moved, or after `atMostMs`. */
  untilMoved(atMostMs: number, signal: AbortSignal): Promise<void> {
    return this.#keeper.nextLook(atMostMs, signal);
  }

  /** Checks the clock: the buffer has changed. */
  look(): void {
    if (!this.#signal.aborted) this.#keeper.tick();
  }

  /** Media was appended where a filling may have been. */
  onFragment(type: Feed['type'], { start, end }: BufferedFragment): void {
    this.#holes?.forget(type, start, end);
  }

  /** Ends playback: the element has been taken over. */
  taken(): void {
    const problem = 'the media source was closed, or the element has another one';
    this.#ports.fail(new SmoothError('media-taken', { problem }, { fatal: true }));
  }

  get #feeds(): readonly Feed[] {
    return this.#stage.pipelines.map(({ feed }) => feed);
  }

  #createKeeper(): ClockKeeper {
    const { media, pipelines, outage } = this.#stage;
    const { bandwidth, drm, live, warn, rebuild, onStall, onRecover } = this.#ports;
    return new ClockKeeper(media, {
      settleSeek: () => media.seeking && this.#settleSeek(),
      streams: () =>
        pipelines.map(({ feed }) => ({
          feed,
          fillings: this.#holes?.fillingsOf(feed.type) ?? [],
          isUnavailable: outage.isLeftBehind(
            feed,
            this.#feeds.every((other) => other === feed || other.isAtEnd),
          ),
        })),
      isWaitingForKey: () => drm.isWaiting,
      onDecision: (input, remedy) =>
        bandwidth.decisions.note('remedyForClock', performance.now() / 1000, input, remedy),
      fill: (holes) => this.#prepareHoles() || this.#holes?.fill(holes, this.#signal) === true,
      warn,
      rebuild,
      onStall: (stall) => {
        live?.onStall();
        onStall(stall);
      },
      onRecover,
      onJump: () => this.#ports.text.current?.moved(),
      onLook: () => this.#onLook(),
    });
  }

  /** Loads the code that fills holes, when it is first needed. Returns whether it is still loading. */
  #prepareHoles(): boolean {
    const { pipelines, source } = this.#stage;
    this.#holesLoading ??= import('./hole-filling.ts')
      .then(({ HoleFilling }) => {
        this.#holes = new HoleFilling(pipelines, {
          isSourceEnded: () => source.source.readyState === 'ended',
          onFilled: ({ kind }) => this.#ports.stats.repaired(kind),
          onFailed: this.#ports.failed,
        });
      })
      .catch(() => {
        this.#canFill = false;
      })
      .then(() => this.look());
    return this.#canFill && this.#holes === undefined;
  }

  /** Sends the feeds to the position that the element seeks, once for each. */
  #settleSeek(): void {
    const { media, outage } = this.#stage;
    if (this.#soughtTo === media.currentTime) return;
    this.#soughtTo = media.currentTime;
    for (const feed of this.#feeds) {
      feed.seek(this.position);
      outage.leave(feed);
    }
    outage.wake();
  }

  /** Another quality may be on screen, and the feeds may have room. */
  #onLook(): void {
    const { media, source } = this.#stage;
    if (!media.error) this.isPlaying = !media.paused;
    if (!this.#ports.live?.isOpen && this.#feeds.every((feed) => feed.isAtEnd)) endMediaSource(source.source);
    this.#noteShown();
    this.#ports.moved();
  }

  #noteShown(): void {
    const { media } = this.#stage;
    const video = this.#feeds.find(({ type }) => type === 'video');
    const hasPicture = media.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    const fragment = hasPicture ? video?.bufferMap.at(media.currentTime) : undefined;
    if (!fragment || fragment === this.#shown) return;
    const before = this.#shown;
    this.#shown = fragment;
    if (before?.level !== fragment.level) this.#ports.onPlayingLevel(fragment.level, fragment.reason);
  }

  /** The chunk that the decoder failed on is not played again if it fails once more. */
  #decodeError({ message, code }: MediaError): SmoothError {
    const failed = /audio/i.test(message) ? 'audio' : 'video';
    const feed = this.#feeds.find(({ type }) => type === failed) ?? this.#feeds[0];
    const chunk = feed?.timeline.chunkAt(seconds(this.position + DECODED_AHEAD));
    if (feed && chunk) this.#ports.rejected.add(feed.playable.stream.name, chunk.index);
    return new SmoothError('media-decode', { problem: message || `media error ${code}` });
  }
}
