import { childController, delay, once } from '../base/async.ts';
import { addErrorWords, asFatal, isSmoothError, type SmoothError } from '../base/errors.ts';
import { seconds } from '../base/time.ts';
import type { Presentation } from '../manifest/presentation.ts';
import { type AttachedSource, attachMediaSource, isTypeSupported } from '../mse/media-source.ts';
import { RebuildBudget } from './clock/rebuild-budget.ts';
import { RejectedChunks } from './delivery/rejected-chunks.ts';
import { LazyDrm } from './drm/lazy-drm.ts';
import {
  EndedEvent,
  FatalErrorEvent,
  FragmentLoadEvent,
  KeyStatusChangeEvent,
  LoadedEvent,
  RecoverEvent,
  StallEvent,
  TrackChangeEvent,
  TracksChangeEvent,
  WarningEvent,
} from './events.ts';
import type { Live } from './live/live.ts';
import { LazyNavigation } from './navigate/lazy-navigation.ts';
import type { Settings, SmoothSource } from './options.ts';
import { Playback } from './playback.ts';
import type { PlaybackPorts } from './playback-ports.ts';
import type { BandwidthEstimator } from './quality/bandwidth-estimator.ts';
import { QualityReport } from './quality/quality-report.ts';
import type { PlayerStats } from './report/stats.ts';
import { framesOf, StatsBook } from './report/stats-book.ts';
import { resumePointOf, type StartTime, startTimeIn } from './resume-point.ts';
import { selectStreams } from './select-streams.ts';
import { Selection } from './selection.ts';
import type { SessionContext } from './session-context.ts';
import { LazyText } from './text/lazy-text.ts';
import type { TextMemory } from './text/text-memory.ts';
import { type OpenPorts, type OpenTitle, openTitle } from './title/open-title.ts';
import type { Title } from './title/title.ts';
import type { Quality } from './tracks.ts';

/** What the next load of a title takes over. */
export interface Likeness {
  readonly selection: Selection;
  readonly text: TextMemory | undefined;
}

/** What a session needs from its player. */
export interface SessionPorts {
  readonly bandwidth: BandwidthEstimator;
  readonly settings: () => Settings;
  readonly allow: () => ((quality: Quality) => boolean) | undefined;
  readonly emit: (event: Event) => void;
  /** A canvas over the video, if the page has a visible one. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** From an earlier load of this title. */
  readonly like: Likeness | undefined;
  /** The same title has to be loaded again. */
  readonly encoderRestarted: () => void;
  /** Resolves when the previous session has released the element; `undefined` if there is none. */
  readonly whenFree: () => Promise<unknown> | undefined;
}

/** An error is delayed no longer than this until its messages are loaded. */
const WORDS_MS = 1000;
/** Loading a title waits no longer than this for the code that reads text. */
const TEXT_MS = 3000;
const NOTHING_SELECTED = new Selection({ video: [], audio: [], warnings: [] });

/**
 * One loaded title, from `load` to its end: owns the signal that all of it runs under, the playback on an
 * element, and what was chosen. `close` ends it at any moment.
 */
export class Session {
  readonly source: SmoothSource;
  #ports: SessionPorts;
  readonly #controller: AbortController & { dispose(): void };
  readonly #stats = new StatsBook(performance.now());
  readonly #quality: QualityReport;
  readonly #rebuilds = new RebuildBudget();
  readonly #rejected = new RejectedChunks();
  /** Where the title plays, or will. */
  #media: HTMLMediaElement | undefined;
  /** The media source of an element while the manifest is loading. */
  #attaching: Promise<AttachedSource | undefined> | undefined;
  #attachments = 0;
  #title: Title | undefined;
  #live: Live | undefined;
  #selection = NOTHING_SELECTED;
  #playback: Playback | undefined;
  #drm: LazyDrm | undefined;
  #text: LazyText | undefined;
  #navigation: LazyNavigation | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  #error: SmoothError | undefined;
  readonly #startTime: StartTime;
  /** Where playback continues after a restart, in seconds. */
  #position = 0;

  constructor(
    source: SmoothSource,
    startTime: StartTime,
    ports: SessionPorts,
    signal: AbortSignal | undefined,
  ) {
    this.source = source;
    this.#startTime = startTime;
    this.#ports = ports;
    this.#quality = new QualityReport(() => this.#selection, this.#stats, ports.emit);
    this.#controller = childController(signal ?? new AbortController().signal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get state(): 'loading' | 'ready' | 'failed' {
    if (this.#error) return 'failed';
    return this.#title ? 'ready' : 'loading';
  }

  get error(): SmoothError | undefined {
    return this.#error;
  }

  get presentation(): Presentation | undefined {
    return this.#title?.presentation;
  }

  get selection(): Selection {
    return this.#selection;
  }

  get quality(): QualityReport {
    return this.#quality;
  }

  /** Seconds on the media element's clock. */
  get position(): number {
    return this.#navigation?.current?.trick.position ?? this.#playback?.playhead ?? this.#position;
  }

  /** How to load the same title again and continue at a position, by default from here; if it was never loaded, as requested. */
  again(position?: number): { readonly startTime: StartTime; readonly like: Likeness | undefined } {
    if (!this.#title) return { startTime: this.#startTime, like: this.#ports.like };
    const like = { selection: this.#selection, text: this.#text?.current?.memory };
    const at = position ?? this.position;
    if (!this.#live) return { startTime: at, like };
    const isAtEdge = position === undefined && this.#live.isFollowing;
    return { startTime: resumePointOf(at, this.#live.title.presentation, isAtEdge), like };
  }

  get stats(): PlayerStats {
    return this.#stats.report({
      bufferAhead: {
        video: this.#playback?.feedOf('video')?.bufferAhead,
        audio: this.#playback?.feedOf('audio')?.bufferAhead,
      },
      estimate: this.#ports.bandwidth.estimate,
      decision: this.#ports.bandwidth.decisions.choice,
      playing: this.#quality.playing,
      loading: this.#quality.loading,
      ...framesOf(this.#media),
    });
  }

  /** Loads the manifest, and starts playback if there is an element. Fails at most once. */
  async open(media: HTMLMediaElement | undefined): Promise<Presentation> {
    this.#media = media;
    const { signal } = this;
    const opening = this.#openTitle();
    // The media source opens while the manifest is loading. An element that is playing can't give up another title's keys.
    this.#attaching = media && this.#takeOver(media);
    this.#attaching?.catch(() => {});
    const words = fetchErrorWords();
    try {
      const { title, live } = await opening;
      this.#live = live;
      const startTime = startTimeIn(title.presentation, this.#startTime);
      this.#position = live?.startAt(startTime) ?? Math.max(0, Number(startTime) || 0);
      await this.#select(title);
      const mediaSource = await this.#attaching;
      signal.throwIfAborted();
      this.#title = title;
      this.#ports.emit(new LoadedEvent(title.presentation));
      this.#ports.emit(new TracksChangeEvent());
      signal.throwIfAborted();
      if (media && mediaSource && this.#attaching) {
        this.#attaching = undefined;
        this.#play(media, mediaSource);
        this.#text?.attach(media);
      } else if (this.#media && !this.#playback) await this.attach(this.#media);
      await this.#loadText(title);
      if (this.#error) throw this.#error;
      signal.throwIfAborted();
      // The caller's signal is for loading alone.
      this.#controller.dispose();
      return title.presentation;
    } catch (error) {
      if (error === this.#error) throw error;
      this.#dropSource();
      await Promise.race([words, delay(WORDS_MS, signal)]);
      signal.throwIfAborted();
      throw this.fail(error);
    }
  }

  /** Loads features that few titles need; if that fails, the title plays without them. */
  async #openTitle(): Promise<OpenTitle> {
    if (this.source.steering || this.#ports.settings().cmcd) {
      try {
        const { extendSession } = await import('./extend-session.ts');
        const warn = (error: SmoothError) => this.#warn(error);
        this.#ports = await extendSession(this, () => this.#media, this.#ports, warn);
      } catch {}
    }
    return openTitle(this.#openPorts(), this.signal);
  }

  /** Without waiting if the element is free, so that a `play()` that follows finds its source. */
  async #takeOver(media: HTMLMediaElement): Promise<AttachedSource | undefined> {
    const busy = this.#ports.whenFree();
    if (!busy) return attachMediaSource(media, this.signal);
    await busy;
    if (this.#media !== media) return undefined;
    // Setting a source pauses an element on which `play()` was called meanwhile.
    const isWanted = !media.paused;
    const source = attachMediaSource(media, this.signal);
    if (isWanted && media.paused) media.play().catch(() => {});
    return source;
  }

  get live(): Live | undefined {
    return this.#live;
  }

  /** Continues on this element, as soon as the one before is released; before the title is loaded, it will play there. */
  async attach(media: HTMLMediaElement): Promise<void> {
    this.#leave();
    this.#media = media;
    const attachment = this.#attachments;
    await this.#closing;
    if (attachment !== this.#attachments || this.state !== 'ready' || this.signal.aborted) return;
    // WebKit waits for the text tracks that the element has when it begins to load, and those of ours are never loaded.
    this.#text?.detach();
    once(media, 'loadstart', this.signal).then(
      () => this.#media === media && this.#text?.attach(media),
      () => {},
    );
    try {
      this.#play(media, attachMediaSource(media, this.signal));
    } catch (error) {
      this.signal.throwIfAborted();
      throw this.fail(error);
    }
  }

  /** Releases the element; the title stays loaded. */
  async detach(): Promise<void> {
    this.#leave();
    this.#media = undefined;
    await this.#closing;
  }

  /** Begins to release the element. */
  #leave(): void {
    const { position } = this;
    this.#attachments += 1;
    this.#navigation?.current?.trick.abandon();
    this.#text?.detach();
    this.#dropSource();
    this.#stop();
    this.#position = position;
  }

  #dropSource(): void {
    this.#attaching?.then((source) => source?.close()).catch(() => {});
    this.#attaching = undefined;
  }

  /** Ends the session; resolves when everything has stopped. */
  async close(reason: string): Promise<void> {
    this.#controller.abort(new DOMException(reason, 'AbortError'));
    this.#controller.dispose();
    this.#stop();
    await this.#closing;
    await this.#drm?.close();
  }

  /** Ends playback because of a failure; the last picture stays on screen. Returns the error that is reported. */
  fail(cause: unknown): SmoothError {
    if (this.#error) return this.#error;
    const error = asFatal(this.#drm?.explain(cause) ?? cause);
    this.#error = error;
    this.#playback?.halt();
    this.#controller.abort(new DOMException('Playback failed', 'AbortError'));
    this.#controller.dispose();
    this.#ports.emit(new FatalErrorEvent(error));
    return error;
  }

  /** Pins a quality, or returns the choice to the heuristics. */
  chooseQuality(quality: Quality | undefined, how: 'now' | 'next'): void {
    if (!this.#selection.pin(quality)) return;
    if (quality && how === 'now') this.#playback?.feedOf('video')?.replaceAhead();
    else this.#playback?.reconsider();
    this.#ports.emit(new TrackChangeEvent('quality'));
  }

  chooseTrack(type: 'video' | 'audio', id: string | undefined, when: 'now' | 'next' = 'now'): void {
    const playable = this.#selection.choose(type, id);
    if (!playable) return;
    this.#playback?.switchStream(playable, when);
    this.#ports.emit(new TrackChangeEvent(type));
    if (type === 'audio') this.#text?.current?.reconsider();
    if (type !== 'video') return;
    this.#navigation?.current?.changePicture();
    this.#ports.emit(new TracksChangeEvent());
  }

  /** Options or limits changed. */
  reconsider(): void {
    this.#playback?.reconsider();
    this.#text?.current?.reconsider();
  }

  /** Available once the streams have been chosen. */
  get navigation(): LazyNavigation | undefined {
    return this.#navigation;
  }

  /** Available once the streams have been chosen. */
  get text(): LazyText | undefined {
    return this.#text;
  }

  async #select(title: Title): Promise<void> {
    const streams = selectStreams(title.presentation, isTypeSupported);
    this.#selection = new Selection(streams, this.#ports.like?.selection);
    for (const error of [...title.presentation.warnings, ...streams.warnings]) this.#warn(error);
    const { settings, emit } = this.#ports;
    const options = { ...settings().drm, ...this.source.drm };
    const ports = {
      settings,
      changed: (keyId: string, status: MediaKeyStatus) => emit(new KeyStatusChangeEvent(keyId, status)),
      warn: (error: SmoothError) => this.#warn(error),
      fail: (error: unknown) => this.fail(error),
      position: () => this.position,
      levels: () => this.#selection.chosen.map(({ levels }) => levels),
      feedOf: (type: 'video' | 'audio') => this.#playback?.feedOf(type),
    };
    this.#drm = new LazyDrm(title, streams, options, ports, this.signal);
    const context = this.#context(title);
    this.#text = new LazyText(context, this.signal);
    this.#navigation = new LazyNavigation(context, this.signal);
    if (title.presentation.protection.length > 0 || options.clearKeys) await this.#drm.load();
  }

  #context(title: Title): SessionContext {
    return {
      ...this.#ports,
      title,
      live: this.#live,
      selection: this.#selection,
      stats: this.#stats,
      media: () => this.#media,
      playback: () => this.#playback,
      position: () => seconds(this.position),
      trickRate: () => this.#navigation?.current?.trick.rate ?? 1,
      moved: () => this.#text?.current?.moved(),
      warn: (error) => this.#warn(error),
    };
  }

  /** If the manifest has text streams, text is available when `load` resolves; a failure or a delay doesn't prevent playback. */
  async #loadText({ presentation }: Title): Promise<void> {
    if (!presentation.streams.some(({ type }) => type === 'text')) return;
    const loaded = this.#text?.load().then(() => this.#ports.emit(new TracksChangeEvent()));
    await Promise.race([loaded, delay(TEXT_MS, this.signal)]).catch(() => {});
  }

  #play(media: HTMLMediaElement, source: AttachedSource): void {
    const drm = this.#drm;
    if (!this.#title || !drm) return;
    const { chosen } = this.#selection;
    const startAt = seconds(this.#position);
    const text = this.#text;
    if (!text) return;
    drm.attach(media);
    const ports = this.#playbackPorts(drm, text);
    this.#playback = new Playback(media, source, this.#title, chosen, startAt, ports, this.signal);
    this.#playback.start();
  }

  #stop(): void {
    const playback = this.#playback;
    if (!playback) return;
    this.#position = playback.playhead;
    this.#playback = undefined;
    this.#closing = playback.close();
  }

  /** Continues from the playhead with a new media source, as often as the budget allows. */
  async #rebuild(error: SmoothError): Promise<void> {
    const media = this.#media;
    const isNoise = isSmoothError(error, 'media-decode') && (this.#drm?.explain(error) ?? error) !== error;
    if (!media || isNoise || !this.#rebuilds.take(error.code, performance.now())) {
      this.fail(error);
      return;
    }
    this.#warn(error);
    const isPlaying = !media.paused || this.#playback?.isPlaying;
    this.#navigation?.current?.trick.abandon();
    // A rate that the live edge needed ends with it.
    this.#playback?.halt();
    const { playbackRate } = media;
    this.#stop();
    try {
      await this.#closing;
      // It was detached meanwhile.
      if (this.#media !== media) return;
      await this.attach(media);
      media.playbackRate = playbackRate;
      if (isPlaying) await media.play();
    } catch {
      // `attach` has reported its failure; if `play()` was blocked, the element stays paused.
    }
  }

  #openPorts(): OpenPorts {
    return {
      ...this.#ports,
      source: this.source,
      media: this.#media,
      startTime: this.#startTime,
      stats: this.#stats,
      isTrick: () => this.#navigation?.current?.trick.position !== undefined,
      warn: (error) => this.#warn(error),
      retried: (error) => {
        this.#stats.retried();
        this.#warn(error);
      },
    };
  }

  #playbackPorts(drm: LazyDrm, text: LazyText): PlaybackPorts {
    const { bandwidth, settings, allow, emit } = this.#ports;
    const selection = this.#selection;
    return {
      bandwidth,
      drm,
      text,
      live: this.#live,
      stats: this.#stats,
      rejected: this.#rejected,
      wishes: () => ({ settings: settings(), manual: selection.manual, allow: selection.limitOf(allow()) }),
      warn: (error) => this.#warn(error),
      fail: (error) => {
        if (isSmoothError(error) && error.category === 'drm')
          drm.failWhenKeyIsNeeded(error, () => this.fail(error));
        else this.fail(error);
      },
      rebuild: (error) => void this.#rebuild(error),
      onLoadingLevel: ({ level, reason }) => this.#quality.onLoading(level, reason),
      onPlayingLevel: (level, reason) => this.#quality.onPlaying(level, reason),
      onFragment: (load) => emit(new FragmentLoadEvent(load)),
      onStall: (stall) => {
        this.#stats.stallBegan(stall);
        emit(new StallEvent(stall));
      },
      onRecover: (stall) => {
        this.#stats.stallEnded(stall);
        emit(new RecoverEvent(stall));
      },
      onEnd: () => emit(new EndedEvent()),
    };
  }

  #warn(error: SmoothError): void {
    this.#ports.settings().log?.({ at: performance.now(), what: 'warning', details: error.toJSON() });
    this.#ports.emit(new WarningEvent(error));
  }
}

/** If they can't be loaded, errors have a general message for viewers. */
async function fetchErrorWords(): Promise<void> {
  try {
    const { ERROR_HINTS, VIEWER_WORDS } = await import('../base/error-words.ts');
    addErrorWords(VIEWER_WORDS, ERROR_HINTS);
  } catch {}
}
