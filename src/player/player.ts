/// <reference lib="esnext.disposable" preserve="true" />
import { type AnySmoothError, SmoothError } from '../base/errors.ts';
import type { Presentation } from '../manifest/presentation.ts';
import { isTypeSupported } from '../mse/media-source.ts';
import type { Cue } from '../text/cue.ts';
import type { EventTrackInfo } from '../text/events/event-tracks.ts';
import type { ExportFormat } from '../text/export/export-text.ts';
import type { TextTrackInfo } from '../text/text-streams.ts';
import { FatalErrorEvent, type SmoothPlayerEventMap, WarningEvent } from './events.ts';
import { findQuality, type QualityWish } from './find-quality.ts';
import { type LiveInfo, NOT_LIVE } from './live/live-info.ts';
import type { LazyNavigation } from './navigate/lazy-navigation.ts';
import type { Previews } from './navigate/previews.ts';
import type { SnapshotOptions } from './navigate/snapshot.ts';
import type { Download } from './offline/download.ts';
import type { DownloadOptions } from './offline/download-options.ts';
import {
  type CutSource,
  checkLoadOptions,
  type LoadOptions,
  mergeOptions,
  type Settings,
  type SmoothOptions,
  type SmoothSource,
  settingsOf,
} from './options.ts';
import { guarded } from './page-function.ts';
import { BandwidthEstimator } from './quality/bandwidth-estimator.ts';
import type { Diagnostics } from './report/diagnostics.ts';
import { Journal } from './report/journal.ts';
import type { PlayerStats } from './report/stats.ts';
import { NOTHING_PLAYS, StatsBook } from './report/stats-book.ts';
import type { StartTime } from './resume-point.ts';
import { retryOnUse } from './retry-on-use.ts';
import { Session, type SessionPorts } from './session.ts';
import type { SupportReport } from './support.ts';
import type { TextSource } from './text/side-loaded.ts';
import type { TextController } from './text/text-controller.ts';
import {
  type AudioTrackInfo,
  audioTrackOf,
  type Quality,
  type VideoTrackInfo,
  videoTrackOf,
} from './tracks.ts';

const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  vtt: 'text/vtt',
  srt: 'application/x-subrip',
  ttml: 'application/ttml+xml',
  json: 'application/json',
};

export type PlayerState = 'idle' | 'loading' | 'ready' | 'failed' | 'destroyed';

/**
 * Plays Smooth Streaming titles on a media element. Owns one title at a time, and the element's media source;
 * everything it started ends with `unload`, another `load`, or `destroy`.
 *
 * Errors: `load`, `retry` and `attach` reject with a `SmoothError`, or with an `AbortError` when another call
 * superseded them. A failure that ends playback fires `error` once.
 */
export class SmoothPlayer extends EventTarget {
  static readonly version: string = '__VERSION__';

  /** Whether this browser has Media Source Extensions that support H.264 in MP4. */
  static isSupported(): boolean {
    return isTypeSupported('video/mp4; codecs="avc1.42E01E"');
  }

  /** Reports what this browser can play. */
  static async probe(): Promise<SupportReport> {
    const { probeSupport } = await import('./support.ts');
    return probeSupport();
  }

  /**
   * A canvas over the video, initially hidden, that `trickPlay` draws on. Without one, `trickPlay` seeks instead. The
   * elements have their own.
   */
  canvas: HTMLCanvasElement | undefined;
  #media: HTMLMediaElement | undefined;
  #options: SmoothOptions = {};
  readonly #journal = new Journal();
  #settings: Settings = settingsOf({});
  #session: Session | undefined;
  #isDestroyed = false;
  #stopRetryOnUse: (() => void) | undefined;
  #closing: Promise<unknown> | undefined;
  #allow: ((quality: Quality) => boolean) | undefined;
  readonly #bandwidth = new BandwidthEstimator(this.#journal.decisions);

  constructor(media?: HTMLMediaElement, options: SmoothOptions = {}) {
    super();
    this.#media = media;
    this.configure(options);
  }

  get media(): HTMLMediaElement | undefined {
    return this.#media;
  }

  get state(): PlayerState {
    return this.#isDestroyed ? 'destroyed' : (this.#session?.state ?? 'idle');
  }

  /** The error that ended playback, while `state` is `failed`. */
  get error(): AnySmoothError | undefined {
    return this.#session?.error as AnySmoothError | undefined;
  }

  get presentation(): Presentation | undefined {
    return this.#session?.presentation;
  }

  /** The qualities of the current video stream, ascending by bitrate. */
  get qualities(): readonly Quality[] {
    return this.#session?.selection.qualities ?? [];
  }

  /** The quality on screen. */
  get playingQuality(): Quality | undefined {
    return this.#session?.quality.playing;
  }

  /** The quality being fetched. */
  get loadingQuality(): Quality | undefined {
    return this.#session?.quality.loading;
  }

  /** The viewer's choice; assign `'auto'` to return to the heuristics. */
  get quality(): Quality | 'auto' {
    const selection = this.#session?.selection;
    return selection?.qualityOf(selection.manual) ?? 'auto';
  }

  set quality(choice: Quality | 'auto') {
    this.setQuality(choice);
  }

  get videoTracks(): readonly VideoTrackInfo[] {
    return this.#session?.selection.streams.video.map(({ stream }) => videoTrackOf(stream)) ?? [];
  }

  get videoTrack(): VideoTrackInfo | undefined {
    const selected = this.#session?.selection.of('video');
    return selected && videoTrackOf(selected.stream);
  }

  set videoTrack(track: VideoTrackInfo | undefined) {
    this.#session?.chooseTrack('video', track?.id);
  }

  get audioTracks(): readonly AudioTrackInfo[] {
    return this.#session?.selection.streams.audio.map(({ stream }) => audioTrackOf(stream)) ?? [];
  }

  get audioTrack(): AudioTrackInfo | undefined {
    const selected = this.#session?.selection.of('audio');
    return selected && audioTrackOf(selected.stream);
  }

  set audioTrack(track: AudioTrackInfo | undefined) {
    this.#session?.chooseTrack('audio', track?.id);
  }

  /**
   * Selects a camera angle or an audio track. `now` (default), like assignment, switches at the playhead; `next` keeps
   * what is buffered, and switches after it.
   */
  setTrack(
    track: VideoTrackInfo | AudioTrackInfo | undefined,
    how: { readonly switch?: 'now' | 'next' } = {},
  ): void {
    for (const type of ['video', 'audio'] as const) this.#session?.chooseTrack(type, track?.id, how.switch);
  }

  /** Subtitles and captions: streams of the title, captions in its video, and added tracks. */
  get textTracks(): readonly TextTrackInfo[] {
    return this.#session?.text?.current?.tracks ?? [];
  }

  /** The selected text track; assign one of `textTracks`, or `undefined` for none. */
  get textTrack(): TextTrackInfo | undefined {
    return this.#session?.text?.current?.chosen;
  }

  set textTrack(track: TextTrackInfo | undefined) {
    this.#session?.text?.current?.choose(track?.id);
  }

  /** Chapters, script commands and other timed events; `event` fires when one is due, and when a chapter begins. */
  get eventTracks(): readonly EventTrackInfo[] {
    return this.#session?.text?.current?.eventTracks ?? [];
  }

  /** The cues on screen; `cuechange` fires when they change. */
  get activeCues(): readonly Cue[] {
    return this.#session?.text?.current?.activeCues ?? [];
  }

  /** Whether an overlay is to render them (`text.render`), rather than the browser. */
  get drawsCues(): boolean {
    return this.#session?.text?.current?.isForOverlay ?? false;
  }

  /**
   * Adds text to the loaded title: a file (WebVTT, TTML, SubRip, or a manifest with text streams) by its URL, or its
   * text. Resolves with the track, which can be assigned to `textTrack`. Rejects with network errors, `source-invalid`,
   * `option-invalid` and `text-unavailable`.
   */
  async addTextTrack(source: TextSource): Promise<TextTrackInfo> {
    return (await this.#text()).add(source);
  }

  /**
   * Exports a complete track as a file, fetching what is missing. For live titles, the window. Rejects with network
   * errors and `option-invalid`.
   */
  async exportText(track: TextTrackInfo | EventTrackInfo, format: ExportFormat): Promise<Blob> {
    const text = await (await this.#text()).export(idOf(track), format);
    return new Blob([text], { type: EXPORT_TYPES[format] });
  }

  /** All cues of a text track, ascending by start, fetching what is missing. Rejects as `exportText` does. */
  async getCues(track: TextTrackInfo): Promise<readonly Cue[]> {
    return (await this.#text()).allCues(idOf(track));
  }

  #text(): Promise<TextController> {
    this.#throwIfDestroyed();
    const text = this.#session?.text;
    if (!text) throw new SmoothError('option-invalid', { option: 'title', problem: 'no title is loaded' });
    return text.load();
  }

  /**
   * Small pictures of positions in the loaded title, for a seek bar: from a storyboard, from the title's film strip, or
   * from its key frames. Nothing is fetched before one is requested. Rejects with `option-invalid` if no title is
   * loaded.
   */
  async openPreviews(): Promise<Previews> {
    return (await this.#navigation().load()).previews;
  }

  /**
   * Uses a storyboard for the previews of the loaded title: the URL of a WebVTT file whose cues are URLs of images,
   * with `#xywh=` for parts of one. Rejects with network errors, `source-invalid`, and `pictures-unavailable` if it
   * isn't a storyboard.
   */
  async addStoryboard(url: string | URL): Promise<void> {
    await (await this.#navigation().load()).addStoryboard(String(url));
  }

  /**
   * A still: the key frame at or before a time in seconds, or the `exact` frame. `width` is in pixels; the caller owns
   * the bitmap. Rejects with `pictures-unavailable`, for protected titles for example, and with an `AbortError` if the
   * title is unloaded.
   */
  async snapshot(time: number, how: SnapshotOptions = {}): Promise<ImageBitmap> {
    return (await this.#navigation().load()).snapshot(time, how);
  }

  /**
   * Pauses, and steps by `by` frames (negative: backward). Resolves when the frame is shown; at either end it stays.
   * Rejects with `option-invalid`.
   */
  async stepFrame(by: number): Promise<void> {
    await (await this.#navigation().load()).steps.step(by);
  }

  /**
   * Moves through the title at −32 to 32 times its speed, by key frames and without audio; 1 ends it at the picture on
   * screen, and plays. At the beginning it ends paused, at the live edge it ends at normal speed. Fires `ratechange`
   * and `timeupdate`. Resolves when it has started. Rejects with `option-invalid` for any other rate, and
   * `pictures-unavailable` for a title without video.
   */
  async trickPlay(rate: number): Promise<void> {
    await this.#navigation().playTrick(rate);
  }

  /** The rate of `trickPlay`; 1 during normal playback. */
  get trickRate(): number {
    return this.#session?.navigation?.current?.trick.rate ?? 1;
  }

  /** The position in the title in seconds; during `trickPlay` by key frames, the media element's own time stands still. */
  get position(): number {
    return this.#session?.position ?? this.#media?.currentTime ?? 0;
  }

  /** Ends `trickPlay` at the picture on screen. */
  async endTrickPlay(how: 'play' | 'pause'): Promise<void> {
    await this.#session?.navigation?.endTrick(how);
  }

  #navigation(): LazyNavigation {
    this.#throwIfDestroyed();
    const navigation = this.#session?.navigation;
    if (!navigation)
      throw new SmoothError('option-invalid', { option: 'title', problem: 'no title is loaded' });
    return navigation;
  }

  /** The state of a live title. */
  get live(): LiveInfo {
    return this.#session?.live?.info ?? NOT_LIVE;
  }

  /** Seeks to the live edge, and stays there. */
  seekToLive(): void {
    this.#session?.live?.seekToLive();
  }

  /** The wall clock time of a position in seconds; `undefined` if a live title's clock isn't the time of day, and for other titles. */
  toDate(position: number): Date | undefined {
    return this.#session?.live?.toDate(position);
  }

  /** Merges a patch into the options; applies from the next decision on. Invalid options are reported by `warning`. */
  configure(patch: SmoothOptions): void {
    this.#options = mergeOptions(this.#options, patch, (error) => this.#warn(error));
    this.#settings = settingsOf(
      this.#options,
      undefined,
      (record) => this.#journal.requests.add(record),
      (error) => this.#warn(error),
    );
    this.#session?.reconsider();
  }

  /**
   * Loads a title and starts to fill the buffer; resolves with its manifest. A later `load` supersedes it. If it fails,
   * `state` is `failed`, and `error` fires before the promise rejects.
   */
  load(source: string | URL | SmoothSource | CutSource, how: LoadOptions = {}): Promise<Presentation> {
    const valid = checkLoadOptions(how, (error) => this.#warn(error));
    return this.#load(source, valid, undefined);
  }

  async #load(
    source: string | URL | SmoothSource | CutSource,
    how: Pick<LoadOptions, 'signal'> & { readonly startTime?: StartTime },
    like: SessionPorts['like'],
  ): Promise<Presentation> {
    this.#throwIfDestroyed();
    how.signal?.throwIfAborted();
    this.#close('Superseded by another load');
    const before = this.#closing;
    // A cut has no URL of its own, and needs none.
    const given = (
      typeof source === 'object' && source && !(source instanceof URL)
        ? source
        : { url: String(source ?? '') }
    ) as SmoothSource;
    const session = new Session(
      given,
      how.startTime,
      {
        bandwidth: this.#bandwidth,
        settings: () => given.stored?.adapt(this.#settings) ?? this.#settings,
        allow: () => this.#allow,
        emit: (event) => {
          // Errors of a title that was unloaded are ignored.
          if (session !== this.#session) return;
          this.#emit(event);
          if (event instanceof FatalErrorEvent) this.#retryOnUse(session);
        },
        like,
        canvas: () => this.canvas,
        whenFree: () => before?.catch(() => {}),
        encoderRestarted: () => void this.#again(session).catch(() => {}),
      },
      how.signal,
    );
    this.#session = session;
    try {
      return await session.open(this.#media);
    } finally {
      if (session.signal.aborted && !session.error && this.#session === session)
        this.#close('The load was cancelled');
    }
  }

  /**
   * Stores a title in the browser for playback without a network: `load` accepts the `Download`. Resolves once it is known what will be
   * stored. If the title is stored already, or in part, returns that download and resumes it. Requests use the player's options. Rejects with
   * network and manifest errors, `download-refused` (live and protected titles), `storage-full` and `storage-unavailable`.
   */
  async download(
    source: string | URL | SmoothSource | CutSource,
    options?: DownloadOptions,
  ): Promise<Download> {
    return (await saving()).download(source, options, () => this.#settings);
  }

  /**
   * The clips as a composite manifest (`.csm`) that plays the same, here and in Silverlight. It doesn't include script commands and markers from
   * the clips' manifests. Rejects with network and manifest errors, and with `option-invalid`, also for titles whose audio counts from
   * another time than their video.
   */
  async exportClips(source: CutSource, how?: Pick<LoadOptions, 'signal'>): Promise<Blob> {
    return (await saving()).exportClips(source, this.#settings, how?.signal);
  }

  /** All downloads, newest first. `options` apply to the requests of resumed ones. Rejects with `storage-unavailable`. */
  static async downloads(options?: SmoothOptions): Promise<readonly Download[]> {
    return (await saving()).listDownloads(options);
  }

  /** Ends playback and unloads the title. */
  async unload(): Promise<void> {
    this.#close('The title was unloaded');
    await this.#closing;
  }

  /** Loads the same title again after a failure, at the same position, or at the live edge if playback followed it. A seek and `play()` do the same, if it had been ready. */
  async retry(): Promise<void> {
    const session = this.#session;
    if (session?.state === 'failed') await this.#again(session);
  }

  #retryOnUse(session: Session): void {
    const media = this.#media;
    // Without a title there is no position to continue from; an element that another script has taken over is left
    // alone, and what can't help isn't tried.
    if (!media || !session.presentation || !session.error?.retryable || session.error.code === 'media-taken')
      return;
    const again = (wish: 'seek' | 'play') =>
      void this.#again(session, wish === 'seek' ? media.currentTime : undefined).catch(() => {});
    this.#stopRetryOnUse = retryOnUse(media, again);
  }

  /** `position`: in seconds; by default the previous one, or the live edge if playback followed it. */
  async #again(session: Session, position?: number): Promise<void> {
    if (session !== this.#session) return;
    const { startTime, like } = session.again(position);
    // With the rate and the sound of normal playback.
    session.navigation?.current?.trick.abandon();
    const { paused = true, playbackRate = 1 } = this.#media ?? {};
    try {
      await this.#load(session.source, { startTime }, like);
    } finally {
      // The new source has reset it.
      if (this.#media) this.#media.playbackRate = playbackRate;
    }
    // A browser that requires a user gesture leaves the element paused.
    if (!paused) await this.#media?.play().catch(() => {});
  }

  /** Plays on this element from now on. A loaded title continues there, at its position; one that is loading plays there. */
  async attach(media: HTMLMediaElement): Promise<void> {
    this.#throwIfDestroyed();
    if (media === this.#media) return;
    this.#use(media);
    await this.#session?.attach(media);
  }

  /** Detaches the element; the title stays loaded. */
  async detach(): Promise<void> {
    this.#use(undefined);
    await this.#session?.detach();
  }

  /** At once: a `load` that follows plays there. */
  #use(media: HTMLMediaElement | undefined): void {
    this.#media = media;
    this.#stopRetryOnUse?.();
    const session = this.#session;
    if (session?.state === 'failed') this.#retryOnUse(session);
  }

  /** Ends everything for good; may be called at any time, and repeatedly. */
  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    this.#close('The player was destroyed');
    this.#media = undefined;
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.destroy();
  }

  /**
   * Sets the quality: one of `qualities`, the nearest at or below a bitrate in bit/s, the height in a string such as
   * `720p`, or `auto`. `now` (default) also replaces what is buffered at another quality, `next` keeps it.
   */
  setQuality(choice: QualityWish | 'auto', how: { readonly switch?: 'now' | 'next' } = {}): void {
    const quality = choice === 'auto' ? undefined : findQuality(choice, this.qualities);
    if (choice !== 'auto' && !quality) {
      const wish = typeof choice === 'object' && choice ? choice.label : choice;
      this.#warn(
        new SmoothError('option-invalid', {
          option: 'quality',
          problem: `"${wish}" matches none of the title's`,
        }),
      );
      return;
    }
    this.#session?.chooseQuality(quality, how.switch ?? 'now');
  }

  /** Restricts the heuristics to the qualities that `allow` accepts; `undefined` removes the restriction. */
  limitQualities(allow: ((quality: Quality) => boolean) | undefined): void {
    const limit =
      allow &&
      guarded(
        'limitQualities',
        allow,
        () => true,
        (error) => this.#warn(error),
      );
    this.#allow = limit && ((quality) => limit(quality) ?? true);
    this.#session?.reconsider();
  }

  /** Statistics of the title since `load`. */
  getStats(): PlayerStats {
    return this.#session?.stats ?? new StatsBook(0).report(NOTHING_PLAYS);
  }

  /** Everything that helps to analyse a problem, for a report: plain JSON, without tokens or credentials. */
  async getDiagnostics(): Promise<Diagnostics> {
    const { diagnose } = await import('./report/diagnostics.ts');
    return diagnose(this, SmoothPlayer.version, this.#options, this.#journal, this.#session?.source.url);
  }

  #close(reason: string): void {
    const session = this.#session;
    this.#session = undefined;
    this.#stopRetryOnUse?.();
    if (!session) return;
    const closing = Promise.all([this.#closing, session.close(reason)]).finally(() => {
      if (this.#closing === closing) this.#closing = undefined;
    });
    this.#closing = closing;
  }

  #throwIfDestroyed(): void {
    if (this.#isDestroyed) throw new DOMException('The player was destroyed', 'AbortError');
  }

  #warn(error: SmoothError): void {
    this.#settings.log?.({ at: performance.now(), what: 'warning', details: error.toJSON() });
    this.#emit(new WarningEvent(error));
  }

  #emit(event: Event): void {
    if (this.#isDestroyed) return;
    this.#journal.happened(event, this.#media?.currentTime);
    this.dispatchEvent(event);
  }

  override addEventListener<Type extends keyof SmoothPlayerEventMap>(
    type: Type,
    listener: ((event: SmoothPlayerEventMap[Type]) => void) | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
  }
}

const saving = () => import('./saving.ts');

/** Nothing, if the page looked for a track that doesn't exist. */
const idOf = (track: TextTrackInfo | EventTrackInfo | undefined): string | undefined =>
  track && ('id' in track ? track.id : track.name);
