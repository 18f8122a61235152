import { type CSSResultGroup, css, html, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import { isAbort } from '../base/errors.ts';
import type { DrmOptions } from '../eme/drm-options.ts';
import { setAlternatives } from '../mse/alternatives.ts';
import { mediaSourceKind } from '../mse/media-source.ts';
import type { SmoothOptions } from '../player/options.ts';
import { SmoothPlayer } from '../player/player.ts';
import { readDimension, readNumber, readQuality, readWord } from './attributes.ts';
import { trackForLanguage } from './audio-menu.ts';
import { ElementStates } from './element-states.ts';
import { addTrack, adoptTracks, isPlainTrack, isTextTrack } from './light-tracks.ts';
import { limitsOf, withLimits } from './limit-options.ts';
import { type LiveContract, liveContractOf } from './live-contract.ts';
import { mediaErrorOf } from './media-error.ts';
import {
  type ChoiceList,
  type MediaAudioTrack,
  MediaLists,
  type MediaVideoTrack,
  type VideoRendition,
} from './media-lists.ts';
import { nativeUrl, playableSources } from './native-source.ts';
import { pageLanguage } from './page-language.ts';
import { repeatPlayerEvents, repeatVideoEvents } from './repeat-events.ts';
import {
  delegateToVideo,
  MIRRORED_ATTRIBUTES,
  setAttribute,
  upgradeProperties,
  VideoHostBase,
} from './video-contract.ts';
import { whenSeen } from './when-seen.ts';

/** Value of `poster`. */
const AUTO = 'auto';

/** Properties that become options of the player. */
const OPTION_PROPERTIES = [
  'maxHeight',
  'maxBitrate',
  'capToSize',
  'targetLatency',
  'textLang',
  'captions',
  'drmLicenseUrl',
  'drm',
];

/**
 * A `<video>` that plays Smooth Streaming: its attributes, properties, methods and events are those of the native
 * element, and `src` takes the URL of a client manifest. It has no controls.
 *
 * @customElement smooth-video
 * @slot - `<track>` elements, for the native element; `<source>` elements with the title as HLS, for browsers without
 *   MediaSource and for AirPlay.
 * @attr {string} src - URL of the client manifest.
 * @attr {boolean} muted - As on a `<video>`: starts without sound.
 * @attr {boolean} controls - Shows the browser's own controls.
 * @attr {string} lang - Language of the title's texts and of the controls; before that of ancestors.
 * @attr {''|'muted'|'any'} autoplay - Starts by itself: as the page sets it, `muted`, or with sound if the browser allows that and else muted (`any`).
 * @attr {string} poster - As on a `<video>`; `auto` for a still of the title.
 * @attr {number} start-time - Start position, in seconds.
 * @attr {string} quality - `auto`, a height such as `720p`, or bits per second.
 * @attr {number} max-height - Maximum height of the video, in lines.
 * @attr {number} max-bitrate - Maximum bitrate, in bits per second.
 * @attr {'true'|'false'} cap-to-size - `false` allows more pixels than the element displays.
 * @attr {string} audio-lang - Preferred audio language, such as `en`.
 * @attr {string} text-lang - Language of subtitles to show initially, such as `en`.
 * @attr {boolean} captions - Shows subtitles or captions initially, in the page's language if available.
 * @attr {number} target-latency - Target latency of live titles, in seconds behind the encoder.
 * @attr {string} drm-license-url - Licence server of protected titles, for PlayReady and Widevine.
 * @attr {'eager'|'visible'|'interaction'} load - When to start loading: `eager` (default), `visible` or `interaction` (a click or a touch); `preload="none"` waits for `play()`.
 * @attr {'eager'|'lazy'} loading - `lazy` waits until the element is within about a screen of being visible, as for images.
 * @fires loaded - The manifest is parsed and the streams are chosen.
 * @fires qualitychange - The quality on screen changed.
 * @fires qualityloading - Fragments of another quality are being fetched.
 * @fires trackschange - The lists of tracks or qualities changed.
 * @fires trackchange - The selected track or quality changed.
 * @fires fragmentload - A fragment was added to the buffer.
 * @fires cuechange - The subtitles or captions on screen changed; `event.cues`.
 * @fires event - A timed event of the title is due: `event.track`, `event.cue`.
 * @fires eventadd - A timed event became known.
 * @fires stall - Playback has stalled.
 * @fires recover - Playback continues after a stall.
 * @fires update - A live title has grown.
 * @fires livechange - A live title reached or left the live edge; its source stopped, returned or ended.
 * @fires streamtypechange - `streamType` changed.
 * @fires targetlivewindowchange - `targetLiveWindow` changed.
 * @fires autoplayblocked - The browser didn't let the title start by itself; `event.tried`: `sound` or `muted`.
 * @fires error - Playback failed; `event.error` is a `SmoothError`.
 * @fires warning - A problem occurred and was handled.
 */
export class SmoothVideoElement extends VideoHostBase {
  static {
    delegateToVideo(SmoothVideoElement.prototype);
    // Frameworks set an attribute as a property if there is one of its name, and `load` is also the method's.
    const { prototype } = SmoothVideoElement;
    const { load } = prototype;
    Object.defineProperty(prototype, 'load', {
      get: () => load,
      set(this: SmoothVideoElement, when: unknown) {
        setAttribute(this, 'load', when);
      },
    });
  }

  static override styles: CSSResultGroup = css`
    :host { display: inline-block; inline-size: var(--_width, 640px); max-inline-size: 100%; background: #000; }
    :host([height]) { block-size: var(--_height); }
    :host(:not([width][height])) { aspect-ratio: 16 / 9; }
    :host([hidden]) { display: none; }
    :host { position: relative; }
    canvas { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; object-fit: var(--smooth-object-fit, contain); background: #000; pointer-events: none; }
    canvas[hidden] { display: none; }
    video { display: block; inline-size: 100%; block-size: 100%; object-fit: var(--smooth-object-fit, contain); }
  `;

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: Lit needs the subclass here, which only `super` passes on.
    return [...super.observedAttributes, ...MIRRORED_ATTRIBUTES, 'src', 'muted', 'controls', 'lang'];
  }

  /** The native element that plays. Prefer the host's API. */
  readonly video = document.createElement('video');

  @property({ attribute: 'start-time' }) accessor startTime: string | number | null = null;
  /** `auto`, a height such as `720p`, or bits per second; `player.quality` is the current choice. */
  @property() accessor quality: string | number | null = null;
  @property({ attribute: 'max-height' }) accessor maxHeight: string | number | null = null;
  @property({ attribute: 'max-bitrate' }) accessor maxBitrate: string | number | null = null;
  @property({ attribute: 'cap-to-size' }) accessor capToSize: string | boolean | null = null;
  @property({ attribute: 'audio-lang' }) accessor audioLang: string | null = null;
  @property({ attribute: 'text-lang' }) accessor textLang: string | null = null;
  @property({ type: Boolean }) accessor captions = false;
  @property({ attribute: 'target-latency' }) accessor targetLatency: string | number | null = null;
  @property({ attribute: 'drm-license-url' }) accessor drmLicenseUrl: string | null = null;
  /** How to obtain the keys of protected titles; overrides the attribute and `options`. */
  @property({ attribute: false }) accessor drm: DrmOptions | undefined = undefined;
  @property({ reflect: true }) accessor loading: 'eager' | 'lazy' | null = null;
  @property({ attribute: 'load' }) accessor loadWhen: string | null = null;

  /** The canvas for trick play. */
  protected readonly canvas = document.createElement('canvas');
  protected readonly states = new ElementStates(this.attachInternals());
  #player: SmoothPlayer | undefined;
  #options: SmoothOptions = {};
  /** The options from attributes that the player has. */
  #limits: ReturnType<typeof limitsOf> = {};
  /** Whether `src` has yet to be loaded. */
  #isDue = false;
  #opening: Promise<void> | undefined;
  /** Set while the player of an earlier time in a document ends. */
  #closing: Promise<void> | undefined;
  #stopWatching = () => {};
  /** The URL that the browser plays natively, because it has no MediaSource. */
  #native: string | undefined;
  /** The position to continue from after the element was removed and inserted again. */
  #leftAt: number | undefined;
  /** The last position of this title, which is lost when the browser unloads the video. */
  #lastTime: number | undefined;
  #lists: MediaLists | undefined;
  #live: LiveContract = liveContractOf(undefined);
  #pauses = 0;
  #isUpgraded = false;
  /** Pending while the element gets style sheets of the document that it was moved to. */
  #styled: Promise<unknown> | undefined;
  /** `<track>` children that were added to the title. */
  readonly #added = new Set<HTMLTrackElement>();

  constructor() {
    super();
    this.video.part.add('video');
    this.video.playsInline = true;
    this.canvas.hidden = true;
    this.canvas.ariaHidden = 'true';
    repeatVideoEvents(this.video, this);
    this.video.addEventListener('timeupdate', () => {
      if (this.video.readyState > 0) this.#lastTime = this.video.currentTime;
    });
    this.video.addEventListener('error', () => {
      if (this.#native !== undefined) this.dispatchEvent(new Event('error'));
    });
    for (const type of [
      'playing',
      'play',
      'pause',
      'waiting',
      'ended',
      'seeked',
      'emptied',
      'loaded',
      'error',
      'livechange',
      'trackchange',
      'trackschange',
    ]) {
      this.addEventListener(type, () => this.showStates());
    }
    this.addEventListener('enterpictureinpicture', () => this.states.set('pip', true));
    this.addEventListener('leavepictureinpicture', () => this.states.set('pip', false));
    this.addEventListener('fullscreenchange', () =>
      this.states.set('fullscreen', this.matches(':fullscreen')),
    );
    this.addEventListener('loadedmetadata', () => this.#startByItself());
    this.addEventListener('pointerdown', () => this.loadWhen === 'interaction' && this.#begin());
    this.showStates();
  }

  /** The current player. It is destroyed when the element leaves the document; a new one is created when it returns. */
  get player(): SmoothPlayer {
    // The page may have destroyed it.
    if (!this.#player || this.#player.state === 'destroyed') this.#player = this.#createPlayer();
    return this.#player;
  }

  /** Options for the player; attributes override the same option here. */
  get options(): SmoothOptions {
    return this.#options;
  }
  set options(options: SmoothOptions) {
    // Frameworks remove a property by setting `undefined` or `null`.
    this.#options = options ?? {};
    if (this.#player) this.#configure(this.#player);
  }

  #configure(player: SmoothPlayer): void {
    const limits = limitsOf(this);
    const { text } = this.#options;
    const options = { ...this.#options, text: { render: this.cueRenderer, ...text } };
    player.configure(withLimits(options, limits, this.#limits));
    this.#limits = limits;
  }

  /** As the attribute: `true` if it has no value. Setting `true` or `false` adds or removes it. */
  get autoplay(): boolean | 'muted' | 'any' {
    const value = this.getAttribute('autoplay');
    const word = value?.toLowerCase();
    return word === 'muted' || word === 'any' ? word : value !== null;
  }
  set autoplay(when: boolean | string) {
    if (typeof when === 'string') this.setAttribute('autoplay', when);
    else this.toggleAttribute('autoplay', Boolean(when));
  }

  get src(): string {
    const src = this.getAttribute('src') ?? '';
    try {
      return src && new URL(src, this.baseURI).href;
    } catch {
      return src;
    }
  }
  set src(src: string | null | undefined) {
    setAttribute(this, 'src', src);
  }

  get currentSrc(): string {
    return this.#native ?? (this.#player && this.#player.state !== 'idle' ? this.src : '');
  }

  get streamType(): LiveContract['streamType'] {
    return this.#live.streamType;
  }

  /** Length of the DVR window of a live title in seconds: `Infinity` if it is unlimited, 0 for none; `NaN` for other titles. */
  get targetLiveWindow(): number {
    return this.#live.targetLiveWindow;
  }

  /** The position from which on playback counts as being at the live edge, in seconds; `NaN` if there is none. */
  get liveEdgeStart(): number {
    return this.#player?.live.edgeStart ?? Number.NaN;
  }

  /** The qualities, for other people's controls: as in the package `media-tracks`. */
  get videoRenditions(): ChoiceList<VideoRendition> {
    return this.#mediaLists.videoRenditions;
  }

  /** The languages and other alternatives of audio, for other people's controls: as in HTML. */
  get audioTracks(): ChoiceList<MediaAudioTrack> {
    return this.#mediaLists.audioTracks;
  }

  /** The camera angles, for other people's controls: as in HTML. */
  get videoTracks(): ChoiceList<MediaVideoTrack> {
    return this.#mediaLists.videoTracks;
  }

  get #mediaLists(): MediaLists {
    this.#lists ??= new MediaLists(this, () => this.#player);
    return this.#lists;
  }

  get error(): MediaError | null {
    const error = this.#player?.error;
    return error ? mediaErrorOf(error) : this.video.error;
  }

  /** Who renders cues. */
  get cueRenderer(): 'native' | 'overlay' {
    return 'native';
  }

  /** The text languages in the attributes, in order of preference. */
  get preferredText(): readonly string[] | undefined {
    if (this.textLang) return [this.textLang, ...(this.captions ? ['*'] : [])];
    return this.captions ? [pageLanguage(this), ...navigator.languages, '*'] : undefined;
  }

  /** The preferred language of audio, if any. */
  protected get preferredAudio(): string | undefined {
    return this.audioLang || undefined;
  }

  /** As on a `<video>`; also starts loading a title that `load` or `preload="none"` deferred. Rejects with the error of a title that failed, unless the player can continue. */
  async play(): Promise<void> {
    const { video } = this;
    const pauses = this.#pauses;
    const opening = this.#begin();
    const player = this.#player;
    const hasFailed = !opening && player?.state === 'failed';
    if (hasFailed && !(player.presentation && player.error?.retryable)) throw player.error;
    // At once, while the user activation is valid.
    const playing = video.play();
    if (hasFailed) {
      // The title is loaded again, also where no `play` event tells the player of it: the element was not paused.
      playing.catch(() => {});
      await player.retry();
      return video.play();
    }
    if (!opening) return playing;
    try {
      await Promise.all([playing, opening]);
    } catch (error) {
      await opening;
      if (pauses !== this.#pauses || !isAbort(error)) throw error;
      // Loading over an earlier title cancelled it, so play is called again.
      await video.play();
    }
  }

  pause(): void {
    this.#pauses += 1;
    // As on a `<video>`, also before there is anything to pause.
    this.video.autoplay = false;
    if (this.#player && this.#player.trickRate !== 1) void this.#player.endTrickPlay('pause');
    else this.video.pause();
  }

  /** Moves through the title at −32 to 32 times its speed; 1 ends it. See `SmoothPlayer.trickPlay`. */
  trickPlay(rate: number): Promise<void> {
    return this.player.trickPlay(rate);
  }

  /** 1 during normal playback. */
  get trickRate(): number {
    return this.#player?.trickRate ?? 1;
  }

  override get currentTime(): number {
    const { trickRate = 1, position = 0 } = this.#player ?? {};
    return trickRate === 1 ? this.video.currentTime : position;
  }
  override set currentTime(time: number) {
    this.video.currentTime = time;
  }

  override get paused(): boolean {
    return this.video.paused && this.trickRate === 1;
  }

  /** Loads `src` again. */
  load(): void {
    this.#sourceChanged();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.#isUpgraded) {
      this.#isUpgraded = true;
      upgradeProperties(this);
    }
    if (this.#isDue) this.#schedule();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move within the document reconnects before this runs.
    queueMicrotask(() => {
      if (!this.isConnected) void this.#close();
    });
  }

  adoptedCallback(): void {
    this.#styled = this.#restyle().catch(() => {});
    // Browsers unload a video there, except in the window of picture in picture.
    const { state } = this.#player ?? {};
    const isOpen = state === 'loading' || state === 'ready';
    if (isOpen && this.video.readyState === HTMLMediaElement.HAVE_NOTHING) void this.#close();
  }

  async #restyle(): Promise<void> {
    const [{ styleTree }] = await Promise.all([import('./document-styles.ts'), this.loadParts()]);
    styleTree(this);
  }

  /** @internal Loads what may be created in another document. */
  protected async loadParts(): Promise<void> {}

  protected override scheduleUpdate() {
    return this.#styled ? this.#styled.then(() => super.scheduleUpdate()) : super.scheduleUpdate();
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    // Style sheets of this document aren't allowed in another one, whose own come later.
    if (this.ownerDocument === document) return super.createRenderRoot();
    return this.shadowRoot ?? this.attachShadow({ mode: 'open' });
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === 'src') this.#sourceChanged();
    else if (name === 'muted') this.#muteBy(value);
    else if (name === 'autoplay' && this.autoplay === 'muted') this.video.muted = true;
    if (name === 'width' || name === 'height') this.#sizeBy(name, value);
    if (MIRRORED_ATTRIBUTES.includes(name) || name === 'controls') this.mirror(name, value);
    // A title that was deferred may be wanted now.
    if ((name === 'preload' || name === 'autoplay') && this.#isDue) this.#schedule();
  }

  /** Passes a native attribute on to the native element. */
  protected mirror(name: string, value: string | null): void {
    // Taken from the title, and not a URL.
    const isAuto = name === 'poster' && value === AUTO;
    setAttribute(this.video, name, isAuto ? null : value);
  }

  protected override render(): unknown {
    return html`${this.video}${this.canvas}<slot hidden @slotchange=${this.#slotted}></slot>`;
  }

  /** Later changes; the initial values are read when the player is created and when a title is loaded. */
  protected override willUpdate(changed: PropertyValues): void {
    if (!this.hasUpdated) return;
    const hasOptions = OPTION_PROPERTIES.some((name) => changed.has(name));
    if (hasOptions && this.#player) this.#configure(this.#player);
    if ((changed.has('loadWhen') || changed.has('loading')) && this.#isDue) this.#schedule();
    if (changed.has('quality') && this.#player?.presentation) this.#chooseQuality(this.#player);
    if (changed.has('audioLang') && this.#player?.presentation) this.#chooseAudio(this.#player);
  }

  protected showStates(): void {
    const { video, states } = this;
    const isNative = this.#native !== undefined;
    const state = this.#player?.state ?? 'idle';
    states.set('paused', this.paused);
    states.set('playing', !this.paused && !video.ended);
    states.set(
      'waiting',
      !video.paused && !video.ended && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
    );
    states.set('failed', isNative ? video.error !== null : state === 'failed');
    states.set('idle', state === 'idle' && !isNative);
    const live = this.#player?.live;
    states.set('live', Boolean(live?.isLive));
    states.set('at-edge', Boolean(live?.atEdge));
    states.set('captions', this.#player?.textTrack !== undefined);
    this.#showLive();
  }

  #showLive(): void {
    const before = this.#live;
    const now = liveContractOf(this.#player);
    this.#live = now;
    if (now.streamType !== before.streamType) this.dispatchEvent(new Event('streamtypechange'));
    if (!Object.is(now.targetLiveWindow, before.targetLiveWindow))
      this.dispatchEvent(new Event('targetlivewindowchange'));
  }

  /** `width` and `height` size the host, as they would the native element. */
  #sizeBy(name: string, value: string | null): void {
    this.style.setProperty(`--_${name}`, readDimension(value) ?? null);
  }

  #slotted = (event: Event) => {
    if (!(event.target instanceof HTMLSlotElement)) return;
    adoptTracks(event.target, this.video, (child) => this.adopts(child));
    if (this.#player?.presentation) this.#addTracks(this.#player);
  };

  #muteBy(value: string | null): void {
    this.video.defaultMuted = value !== null;
    if (value !== null) this.video.muted = true;
  }

  #createPlayer(): SmoothPlayer {
    const player = new SmoothPlayer(this.video);
    player.canvas = this.canvas;
    // Before the first fragment is requested.
    player.addEventListener('loaded', () => {
      this.#chooseQuality(player);
      this.#chooseAudio(player);
      this.#added.clear();
      // Optional: without it the first picture is shown.
      if (this.getAttribute('poster') === AUTO) void this.#showPoster().catch(() => {});
      this.#addTracks(player);
    });
    repeatPlayerEvents(player, this);
    this.#configure(player);
    return player;
  }

  async #showPoster(): Promise<void> {
    const { showAutoPoster } = await import('./poster-view.ts');
    await showAutoPoster(this, this.canvas);
  }

  #sourceChanged(): void {
    this.#leftAt = undefined;
    this.#opening = undefined;
    this.#isDue = this.src !== '';
    this.video.autoplay = Boolean(this.autoplay);
    if (this.#isDue) this.#schedule();
    else {
      this.#leaveNative();
      void this.#player?.unload();
    }
  }

  /** After attributes that are set together with `src`, as in native elements. */
  #schedule(): void {
    queueMicrotask(() => {
      if (!this.isConnected || !this.#isDue) return;
      const when = readWord('load', this.loadWhen, ['eager', 'visible', 'interaction']);
      const { autoplay, preload } = this;
      this.#stopWatching();
      const isWanted = autoplay || (when === 'eager' && preload !== 'none');
      // As images, from about a screen away.
      if (readWord('loading', this.loading, ['eager', 'lazy']) === 'lazy' && isWanted)
        this.#stopWatching = whenSeen(this, () => void this.#begin(), '100%');
      else if (when === 'visible') this.#stopWatching = whenSeen(this, () => void this.#begin());
      else if (isWanted) void this.#begin();
    });
  }

  /** Loads what is due; returns the load in progress, if any. Its failure is reported by the `error` event. */
  #begin(): Promise<void> | undefined {
    if (!this.#isDue) return this.#opening;
    this.#isDue = false;
    this.#stopWatching();
    const opening = this.#open();
    this.#opening = opening;
    const settled = () => {
      if (this.#opening === opening) this.#opening = undefined;
      this.showStates();
    };
    opening.then(settled, settled);
    this.showStates();
    return opening;
  }

  async #open(): Promise<void> {
    const { player, video, src } = this;
    this.#lastTime = undefined;
    const startTime = this.#leftAt ?? readNumber('start-time', this.startTime);
    this.#native = mediaSourceKind() === undefined ? nativeUrl(this, video) : undefined;
    if (this.#native !== undefined) {
      video.src = this.#native;
      if (startTime !== undefined) video.currentTime = startTime;
      return;
    }
    // The player before gives its keys back: an element takes no others as long as it has a source.
    if (this.#closing) await this.#closing.catch(() => {});
    if (player !== this.#player || src !== this.src) return;
    setAlternatives(video, playableSources(this, video));
    await player.load(src, startTime === undefined ? {} : { startTime });
  }

  #startByItself(): void {
    const { video } = this;
    if (!video.autoplay || !video.paused || video.played.length > 0) return;
    import('./autoplay.ts').then(
      ({ startByItself }) => startByItself(this),
      () => {}, // the browser starts it, if it does
    );
  }

  #leaveNative(): void {
    if (this.#native === undefined) return;
    this.#native = undefined;
    this.video.removeAttribute('src');
    this.video.load();
  }

  #chooseQuality(player: SmoothPlayer): void {
    const choice = readQuality(this.quality);
    if (choice !== 'auto' || player.quality !== 'auto') player.setQuality(choice);
  }

  #chooseAudio(player: SmoothPlayer): void {
    const wanted = this.preferredAudio;
    const track = wanted ? trackForLanguage(player.audioTracks, wanted) : undefined;
    if (track && track.id !== player.audioTrack?.id) player.audioTrack = track;
  }

  /** Whether a child is for the native element: the player reads all other tracks. */
  protected adopts(child: Element): child is HTMLTrackElement {
    return child instanceof HTMLTrackElement && (isPlainTrack(child) || !isTextTrack(child));
  }

  /** `<track>` children that browsers can't or shouldn't read. A failure is reported by `warning`. */
  #addTracks(player: SmoothPlayer): void {
    for (const child of this.querySelectorAll<HTMLTrackElement>(':scope > track[src]')) {
      if (this.adopts(child) || this.#added.has(child)) continue;
      this.#added.add(child);
      void addTrack(player, child);
    }
  }

  async #close(): Promise<void> {
    this.#stopWatching();
    const player = this.#player;
    const isOnDemand =
      this.#native === undefined
        ? player?.presentation && !player.live.isLive
        : Number.isFinite(this.video.duration);
    if (isOnDemand)
      this.#leftAt = this.video.readyState > 0 ? this.currentTime : (this.#lastTime ?? this.#leftAt);
    this.#leaveNative();
    this.#player = undefined;
    this.#opening = undefined;
    this.#isDue = this.src !== '';
    this.showStates();
    const closing = player?.destroy();
    this.#closing = closing;
    await closing;
    if (this.#closing === closing) this.#closing = undefined;
  }
}
