import { childController, delay } from '../base/async.ts';
import { addErrorWords, isSmoothError, type SmoothError } from '../base/errors.ts';
import { seconds } from '../base/time.ts';
import type { Presentation, QualityLevel } from '../manifest/presentation.ts';
import { type AttachedSource, attachMediaSource, isTypeSupported } from '../mse/media-source.ts';
import {
  EndedEvent,
  FatalErrorEvent,
  FragmentLoadEvent,
  KeyStatusChangeEvent,
  LoadedEvent,
  QualityChangeEvent,
  QualityLoadingEvent,
  RecoverEvent,
  StallEvent,
  TrackChangeEvent,
  TracksChangeEvent,
  WarningEvent,
} from './events.ts';
import type { Line } from './line.ts';
import type { LiveSession } from './live-ports.ts';
import { asFatal, type Title } from './load-title.ts';
import { Lock } from './lock.ts';
import { type OpenPorts, openTitle } from './open-title.ts';
import type { LoadHow, Settings, SmoothSource } from './options.ts';
import { Playback } from './playback.ts';
import type { PlaybackPorts } from './playback-ports.ts';
import { RebuildBudget } from './rebuild-budget.ts';
import { Refusals } from './refusals.ts';
import { selectStreams } from './select-streams.ts';
import { Selection } from './selection.ts';
import type { PlayerStats } from './stats.ts';
import { framesOf, StatsBook } from './stats-book.ts';
import type { Quality } from './tracks.ts';

/** What a session needs of its player. */
export interface SessionPorts {
  readonly line: Line;
  readonly settings: () => Settings;
  readonly allow: () => ((quality: Quality) => boolean) | undefined;
  readonly emit: (event: Event) => void;
  /** The same title has to be loaded again. */
  readonly beganAnew: () => void;
  /** Resolves when the session before has let go of the element; `undefined` where there is none to wait for. */
  readonly whenFree: () => Promise<unknown> | undefined;
}

/** A failure waits no longer than this for the words to tell it with. */
const WORDS_MS = 1000;
const NOTHING_SELECTED = new Selection({ video: [], audio: [], warnings: [] });

/**
 * One loaded title, from `load` to its end: owns the signal that all of it runs under, the playback on an
 * element, and what was chosen. `close` ends it at any moment.
 */
export class Session {
  readonly source: SmoothSource;
  readonly #ports: SessionPorts;
  readonly #controller: AbortController & { dispose(): void };
  readonly #stats = new StatsBook(performance.now());
  readonly #rebuilds = new RebuildBudget();
  readonly #refusals = new Refusals();
  #media: HTMLMediaElement | undefined;
  #title: Title | undefined;
  #live: LiveSession | undefined;
  #selection = NOTHING_SELECTED;
  #playing: Quality | undefined;
  #loading: Quality | undefined;
  #playback: Playback | undefined;
  #lock: Lock | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  #error: SmoothError | undefined;
  readonly #startTime: LoadHow['startTime'];
  /** Where playback goes on when it is begun anew, in seconds. */
  #position = 0;

  constructor(
    source: SmoothSource,
    startTime: LoadHow['startTime'],
    ports: SessionPorts,
    signal: AbortSignal | undefined,
  ) {
    this.source = source;
    this.#startTime = startTime;
    this.#ports = ports;
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

  get playingQuality(): Quality | undefined {
    return this.#playing;
  }

  get loadingQuality(): Quality | undefined {
    return this.#loading;
  }

  /** Seconds on the media element's clock. */
  get position(): number {
    return this.#playback?.playhead ?? this.#position;
  }

  get stats(): PlayerStats {
    return this.#stats.report({
      bufferAhead: {
        video: this.#playback?.feedOf('video')?.bufferAhead,
        audio: this.#playback?.feedOf('audio')?.bufferAhead,
      },
      estimate: this.#ports.line.estimate,
      decision: this.#ports.line.decisions.choice,
      playing: this.#playing,
      loading: this.#loading,
      ...framesOf(this.#media),
    });
  }

  /** Loads the manifest and begins to play on the element, where there is one. Fails once, and for good. */
  async open(media: HTMLMediaElement | undefined): Promise<Presentation> {
    this.#media = media;
    const { signal } = this;
    const opening = openTitle(this.source, this.#openPorts(), signal);
    // The media source opens while the manifest is on its way. An element that plays doesn't part with another title's keys.
    const attaching = media && this.#takeOver(media);
    attaching?.catch(() => {});
    const words = fetchErrorWords();
    try {
      const { title, live } = await opening;
      this.#live = live;
      this.#position = live?.startAt(this.#startTime) ?? Math.max(0, Number(this.#startTime) || 0);
      await this.#select(title);
      const mediaSource = await attaching;
      signal.throwIfAborted();
      this.#title = title;
      this.#ports.emit(new LoadedEvent(title.presentation));
      this.#ports.emit(new TracksChangeEvent());
      signal.throwIfAborted();
      if (mediaSource && media) this.#play(media, mediaSource);
      return title.presentation;
    } catch (error) {
      attaching?.then((source) => source.close()).catch(() => {});
      await Promise.race([words, delay(WORDS_MS, signal)]);
      signal.throwIfAborted();
      throw this.fail(error);
    }
  }

  /** At once where the element is free, so that a `play()` that follows finds its source. */
  async #takeOver(media: HTMLMediaElement): Promise<AttachedSource> {
    const busy = this.#ports.whenFree();
    if (!busy) return attachMediaSource(media, this.signal);
    await busy;
    // A source that is set pauses what was told to play meanwhile.
    const isWanted = !media.paused;
    const source = attachMediaSource(media, this.signal);
    if (isWanted && media.paused) media.play().catch(() => {});
    return source;
  }

  get live(): LiveSession | undefined {
    return this.#live;
  }

  /** Goes on upon this element. */
  async attach(media: HTMLMediaElement): Promise<void> {
    this.#media = media;
    if (this.state !== 'ready') return;
    try {
      this.#play(media, attachMediaSource(media, this.signal));
    } catch (error) {
      this.signal.throwIfAborted();
      throw this.fail(error);
    }
  }

  /** Lets go of the element; the title stays loaded. */
  async detach(): Promise<void> {
    this.#media = undefined;
    this.#stop();
    await this.#closing;
  }

  /** Ends all of it; resolves when nothing runs any more. */
  async close(reason: string): Promise<void> {
    this.#controller.abort(new DOMException(reason, 'AbortError'));
    this.#controller.dispose();
    this.#stop();
    await this.#closing;
    await this.#lock?.close();
  }

  /** Ends playback over a failure; the last picture stays. Gives the error as it is told. */
  fail(cause: unknown): SmoothError {
    if (this.#error) return this.#error;
    const error = asFatal(this.#lock?.explain(cause) ?? cause);
    this.#error = error;
    this.#playback?.halt();
    this.#controller.abort(new DOMException('Playback failed', 'AbortError'));
    this.#controller.dispose();
    this.#ports.emit(new FatalErrorEvent(error));
    return error;
  }

  /** Pins a quality, or hands back to the heuristics. */
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
    if (type === 'video') this.#ports.emit(new TracksChangeEvent());
  }

  /** Options or limits changed. */
  reconsider(): void {
    this.#playback?.reconsider();
  }

  async #select(title: Title): Promise<void> {
    const streams = selectStreams(title.presentation, isTypeSupported);
    this.#selection = new Selection(streams);
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
      replaceAhead: () => this.#playback?.feedOf('video')?.replaceAhead(),
    };
    this.#lock = new Lock(title, streams, options, ports, this.signal);
    if (title.presentation.protection.length > 0 || options.clearKeys) await this.#lock.load();
  }

  #play(media: HTMLMediaElement, source: AttachedSource): void {
    const lock = this.#lock;
    if (!this.#title || !lock) return;
    const { chosen } = this.#selection;
    const startAt = seconds(this.#position);
    lock.attach(media);
    const ports = this.#playbackPorts(lock);
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

  /** Plays on from the playhead with a media source of its own, as often as the budget allows. */
  async #rebuild(error: SmoothError): Promise<void> {
    const media = this.#media;
    const isNoise = isSmoothError(error, 'media-decode') && (this.#lock?.explain(error) ?? error) !== error;
    if (!media || isNoise || !this.#rebuilds.take(error.code, performance.now())) {
      this.fail(error);
      return;
    }
    this.#warn(error);
    const isPlaying = !media.paused || this.#playback?.isPlaying;
    this.#stop();
    try {
      await this.#closing;
      await this.attach(media);
      if (isPlaying) await media.play();
    } catch {
      // `attach` has told its failure; play() that was refused leaves the element paused, as it says.
    }
  }

  #openPorts(): OpenPorts {
    return {
      ...this.#ports,
      stats: this.#stats,
      warn: (error) => this.#warn(error),
      retried: (error) => {
        this.#stats.retried();
        this.#warn(error);
      },
    };
  }

  #playbackPorts(lock: Lock): PlaybackPorts {
    const { line, settings, allow, emit } = this.#ports;
    const selection = this.#selection;
    return {
      line,
      lock,
      live: this.#live,
      stats: this.#stats,
      refusals: this.#refusals,
      wishes: () => ({ settings: settings(), manual: selection.manual, allow: selection.limitOf(allow()) }),
      warn: (error) => this.#warn(error),
      fail: (error) => {
        if (isSmoothError(error) && error.category === 'drm')
          lock.failWhenLocked(error, () => this.fail(error));
        else this.fail(error);
      },
      rebuild: (error) => void this.#rebuild(error),
      loadingLevel: ({ level, reason }) => this.#loadingLevel(level, reason),
      playingLevel: (level, reason) => this.#playingLevel(level, reason),
      fragmentLoaded: (load) => emit(new FragmentLoadEvent(load)),
      stalled: (stall) => {
        this.#stats.stallBegan(stall);
        this.#live?.stalled();
        emit(new StallEvent(stall));
      },
      recovered: (stall) => {
        this.#stats.stallEnded(stall);
        emit(new RecoverEvent(stall));
      },
      ended: () => emit(new EndedEvent()),
    };
  }

  #loadingLevel(level: QualityLevel, reason: string): void {
    const quality = this.#selection.qualityOf(level);
    if (!quality || quality === this.#loading) return;
    this.#loading = quality;
    this.#ports.emit(new QualityLoadingEvent(quality, reason));
  }

  #playingLevel(level: QualityLevel, reason: string): void {
    const quality = this.#selection.qualityOf(level);
    if (!quality || quality === this.#playing) return;
    const from = this.#playing;
    this.#playing = quality;
    this.#stats.qualityChanged(from);
    this.#ports.emit(new QualityChangeEvent(from, quality, reason));
  }

  #warn(error: SmoothError): void {
    this.#ports.settings().log?.({ at: performance.now(), what: 'warning', details: error.toJSON() });
    this.#ports.emit(new WarningEvent(error));
  }
}

/** Without them failures are told in general words. */
async function fetchErrorWords(): Promise<void> {
  try {
    const { ERROR_HINTS, VIEWER_WORDS } = await import('../base/error-words.ts');
    addErrorWords(VIEWER_WORDS, ERROR_HINTS);
  } catch {}
}
