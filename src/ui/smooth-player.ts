import { type CSSResultGroup, html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { mediaSourceKind } from '../mse/media-source.ts';
import type { Previews } from '../player/navigate/previews.ts';
import { Activity } from './activity.ts';
import { readRates, readWord } from './attributes.ts';
import { renderControlBar } from './control-bar.ts';
import { FrameStepper } from './frame-stepper.ts';
import { HeldTrick } from './held-trick.ts';
import { hotkey } from './hotkeys.ts';
import { keyPressOf } from './key-press.ts';
import { isTextTrack, openPreviews, storyboardOf } from './light-tracks.ts';
import type { LiveControls } from './live/live-controls.ts';
import { LocaleController } from './locale-controller.ts';
import { MediaController } from './media-controller.ts';
import { performRequest } from './perform-request.ts';
import type { ControlRequest, ControlRequestEvent, HoldEvent } from './requests.ts';
import { Scrubber } from './scrubber.ts';
import { playerStyles } from './smooth-player-styles.ts';
import { SmoothVideoElement } from './smooth-video.ts';
import { type Strings, stringsFor } from './strings.ts';
import { CaptionLayer } from './text/caption-layer.ts';
import { type CaptionStyle, captionStyles } from './text/caption-style.ts';
import { chaptersOf } from './text/chapters.ts';
import { isRightToLeft } from './texts.ts';
import { type TimeFormat, titleTimeFormat } from './time-format.ts';
import { tokens } from './tokens.ts';
import { trickLabel } from './trick-rates.ts';

/**
 * A `<smooth-video>` with controls, shown if it has the `controls` attribute.
 *
 * @customElement smooth-player
 * @attr {boolean} controls - Shows the controls.
 * @attr {string} media-title - Title of the media, shown at the top and available to screen readers.
 * @attr {string} playback-rates - Playback rates to offer, such as `0.5 1 2`.
 * @attr {'on'|'off'} hotkeys - `off` disables keyboard shortcuts.
 * @attr {'auto'|'light'|'dark'} theme - Theme of menus; the controls on the picture are always dark.
 * @attr {boolean} debug - Shows playback statistics, as Ctrl+Alt+D does.
 * @slot - `<track>` elements, for the native element.
 * @slot poster - Shown until playback starts.
 * @slot overlay - Over the picture, under the controls.
 * @slot top - Beside the title.
 * @slot center - In the middle of the picture.
 * @slot bottom - Between the time and the menus.
 * @slot settings - After the menus.
 * @slot loading - Replaces the spinner.
 * @slot error - Replaces the error view.
 * @csspart video - The native element.
 * @csspart stage - The whole player.
 * @csspart controls - The bar at the lower edge.
 * @csspart title - The title.
 * @csspart track - The whole length of the seek bar.
 * @csspart buffered - A buffered range on the seek bar.
 * @csspart played - The part of the seek bar before the playhead.
 * @csspart knob - The playhead on the seek bar.
 * @csspart tooltip - The time at the pointer.
 * @csspart live - The live button's badge.
 * @csspart notice - The message about a live source that stopped or ended.
 * @csspart mark - The beginning of a chapter on the seek bar.
 * @csspart region - The box that contains captions.
 * @csspart window - The background of a whole caption, if the viewer has chosen one.
 * @csspart cue - One caption.
 * @csspart dialog - The dialog for the caption style.
 * @csspart menu - The panel of a menu.
 * @csspart item - A choice of a menu.
 * @cssproperty [--smooth-accent=#62a8ff] - The played part of the seek bar.
 * @cssproperty [--smooth-live-color=#d8222f] - The live badge while at the edge.
 * @cssproperty [--smooth-controls-color=#fff] - Icons and text on the picture.
 * @cssproperty [--smooth-scrim-color=#06080c] - The shade behind them.
 * @cssproperty [--smooth-caption-font] - Font family of captions that specify none.
 * @fires captionstylechange - `captionStyle` changed, here or in another player or tab.
 * @cssproperty [--smooth-panel-background] - Menus.
 * @cssproperty [--smooth-panel-color] - Text of menus.
 * @cssproperty [--smooth-panel-quiet-color] - Notes in menus.
 * @cssproperty [--smooth-panel-accent] - The selected item.
 * @cssproperty [--smooth-radius=0px] - Corner radius of the player.
 * @cssproperty [--smooth-font] - Font family.
 * @cssproperty [--smooth-control-size=44px] - Minimum width and height of a button.
 * @cssproperty [--smooth-icon-size=24px] - Width and height of icons.
 * @cssproperty [--smooth-object-fit=contain] - How the picture fits the element.
 */
export class SmoothPlayerElement extends SmoothVideoElement {
  static override styles: CSSResultGroup = [SmoothVideoElement.styles, tokens, playerStyles];

  @property({ type: Boolean, reflect: true }) accessor debug = false;
  @property({ attribute: 'media-title' }) accessor mediaTitle = '';
  @property({ attribute: 'playback-rates' }) accessor playbackRates: string | null = null;
  @property() accessor hotkeys: string | null = null;
  @property({ reflect: true }) accessor theme: string | null = null;
  /** The statistics view, which is loaded on demand. */
  @state() private accessor hasFigures = false;
  /** The message about the last action; a new object each time. */
  @state() private accessor said = { text: '' };
  /** The status for screen readers: that message, and other changes. */
  @state() private accessor announced = '';
  @query('.stage') private accessor stage: HTMLElement | null = null;
  @query('.bar') private accessor bar: HTMLElement | null = null;
  @query('.said:not(.rate)') private accessor bubble: HTMLElement | null = null;

  readonly #media = new MediaController(this, this.video);
  readonly #captions = new CaptionLayer(this);
  readonly #locale = new LocaleController(this);
  readonly #activity = new Activity(this);
  readonly #steps = new FrameStepper();
  readonly #held = new HeldTrick(this);
  readonly #scrubber = new Scrubber(this.canvas);
  /** A different function for each title. */
  #openPreviews: (() => Promise<Previews>) | undefined;
  /** Available from the first live title on. */
  #live: LiveControls | undefined;
  #rates = readRates(null);
  #hasHotkeys = true;
  #strings: Strings = stringsFor('en');
  /** The state when the press began: its click only closes an open menu, or only shows hidden controls. */
  #atPress = { held: false, quiet: false };
  #isFocusShown = false;

  constructor() {
    super();
    const changes = [
      'loaded',
      'error',
      'qualitychange',
      'trackschange',
      'trackchange',
      'fullscreenchange',
      'loadstart',
      'update',
      'ratechange',
      'timeupdate',
    ];
    for (const type of changes) this.addEventListener(type, () => this.requestUpdate());
    for (const type of ['emptied', 'loadstart']) this.addEventListener(type, () => this.#scrubber.end());
    this.addEventListener('loaded', () => {
      this.#openPreviews = () => openPreviews(this.player, storyboardOf(this));
      void this.#fetchLiveControls().catch(() => {});
    });
    for (const type of ['livechange', 'canplay']) {
      this.addEventListener(type, () => {
        this.announced = this.#live?.changed(this.#strings.language) ?? this.announced;
      });
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === 'controls' || name === 'lang') this.requestUpdate();
  }

  override get cueRenderer(): 'native' | 'overlay' {
    return 'overlay';
  }

  /** How captions look: the viewer's choice, shared by all players of the origin. Setting it fires `captionstylechange`. */
  get captionStyle(): CaptionStyle {
    return captionStyles.style;
  }
  set captionStyle(style: CaptionStyle) {
    captionStyles.style = style;
  }

  override focus(options?: FocusOptions): void {
    this.stage?.focus(options);
  }

  /** The overlay renders all text, so that it has the viewer's style and avoids the controls. */
  protected override adopts(child: Element): child is HTMLTrackElement {
    return child instanceof HTMLTrackElement && (!isTextTrack(child) || mediaSourceKind() === undefined);
  }

  /** `controls` shows our controls, so the native element never gets it. */
  protected override mirror(name: string, value: string | null): void {
    if (name !== 'controls') super.mirror(name, value);
  }

  protected override showStates(): void {
    super.showStates();
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('playbackRates')) this.#rates = readRates(this.playbackRates);
    if (changed.has('hotkeys')) this.#hasHotkeys = readWord('hotkeys', this.hotkeys, ['on', 'off']) === 'on';
    if (changed.has('theme')) readWord('theme', this.theme, ['auto', 'light', 'dark']);
    this.#strings = stringsFor(this.#locale.language);
  }

  protected override render(): unknown {
    const failure = this.player.state === 'failed' ? this.player.error : undefined;
    return html`
      <div class="stage" part="stage" lang=${this.#strings.language} dir=${isRightToLeft(this.#strings.language) ? 'rtl' : nothing} tabindex="-1" role="region" aria-label=${this.#name} ?data-quiet=${this.#isQuiet}
        @pointermove=${this.#moved} @pointerdown=${this.#pressed} @pointerleave=${this.#left} @click=${this.#clicked}
        @dblclick=${this.#doubleClicked} @keydown=${this.#key} @focusin=${this.#focused} @focusout=${this.#blurred}
        @smooth-request=${this.#requested} @smooth-hold=${this.#holding}>
        ${super.render()}
        <slot name="poster" ?hidden=${this.#media.started}></slot>
        <slot name="overlay"></slot>
        ${failure ? nothing : this.#middle()}
        ${this.controls && !failure ? this.#controls() : nothing}
        ${failure ? nothing : this.#captions.renderCaptions(this.#covered)}
        ${
          failure
            ? html`<slot name="error"><smooth-error-view .error=${failure} .strings=${this.#strings}></smooth-error-view></slot>`
            : nothing
        }
        ${this.#live?.notice(this.#strings.language)}
        ${
          this.debug && this.hasFigures
            ? html`<smooth-stats-view .player=${this.player} .strings=${this.#strings}></smooth-stats-view>`
            : nothing
        }
        ${this.#captions.renderDialog(this.#strings.language)}
        ${this.trickRate === 1 ? nothing : html`<div class="said rate" aria-hidden="true">${trickLabel(this.trickRate)}</div>`}
        <div class="said" aria-hidden="true" ?hidden=${this.trickRate !== 1}>${this.said.text}</div>
        <div class="unseen" role="status">${this.#isBusy ? this.#strings.loading : this.announced}</div>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('debug') && this.debug) void this.#fetchFigures();
    if (changed.has('said') && this.said.text) this.#showSaid();
  }

  get #name(): string {
    return this.mediaTitle ? `${this.#strings.player}: ${this.mediaTitle}` : this.#strings.player;
  }

  /** A title is loading, or playback waits for media. */
  get #isBusy(): boolean {
    const { state } = this.player;
    if ((state !== 'loading' && state !== 'ready') || this.#live?.isStopped) return false;
    const isStarting =
      this.autoplay && !this.#media.started && this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    return this.#media.waiting || isStarting;
  }

  /** The controls are hidden. */
  get #isQuiet(): boolean {
    if (this.player.state === 'failed' || this.video.paused) return false;
    return this.#media.started && !this.#activity.active && !this.#isFocusShown;
  }

  #middle() {
    const { paused } = this;
    const { ended } = this.video;
    const isTouch = matchMedia('(pointer: coarse)').matches;
    const isOffered =
      this.controls && !this.#isBusy && (this.#media.started ? isTouch && !this.#isQuiet : paused);
    return html`
      <div class="center">
        ${
          this.#isBusy
            ? html`<div class="spinner"><slot name="loading"><div class="ring"></div></slot></div>`
            : nothing
        }
        <smooth-play-button class="big" big ?data-off=${!isOffered} .paused=${paused} .ended=${ended}
          .strings=${this.#strings}></smooth-play-button>
        <slot name="center"></slot>
      </div>
    `;
  }

  /** Height in pixels that controls cover at the lower edge. */
  get #covered(): number {
    return this.controls && !this.#isQuiet ? (this.bar?.offsetHeight ?? 0) : 0;
  }

  #controls() {
    return html`
      <div class="layer controls" ?data-titled=${this.mediaTitle !== ''}>
        <div class="top">
          <div class="title" part="title">${this.mediaTitle}</div>
          <slot name="top"></slot>
        </div>
        ${renderControlBar({
          player: this.player,
          time: this.currentTime,
          paused: this.paused,
          media: this.#media,
          face: this.#face,
          live: this.#live,
          rates: this.#offered,
          rate: this.#rate,
          strings: this.#strings,
          chapters: chaptersOf(this.player),
          isFullscreen: this.matches(':fullscreen'),
          canPictureInPicture: document.pictureInPictureEnabled && !this.disablePictureInPicture,
          openPreviews: this.#openPreviews,
          perform: this.#perform,
        })}
      </div>
    `;
  }

  #perform = (request: ControlRequest): string | undefined => {
    const said = performRequest(request, {
      element: this,
      rates: this.#offered,
      rate: this.#rate,
      face: this.#face,
      holdTrick: (by) => this.#held.hold(by),
      scrub: (to) => this.#scrub(to),
      stepFrame: (by, isHeld) => this.#steps.step(this.player, by, isHeld),
      strings: this.#strings,
      chapters: chaptersOf(this.player),
      toggleStats: () => {
        this.debug = !this.debug;
      },
      toggleText: () => this.#captions.toggle(this.#strings.language),
      openCaptionStyle: () => this.#captions.openDialog(this.#strings.language),
    });
    if (request.type === 'seek') this.#scrubber.seek(this.video);
    if (request.type === 'text') this.#captions.chosen(request.id);
    this.#activity.note();
    this.requestUpdate();
    return said;
  };

  #scrub(to: number): void {
    if (this.trickRate !== 1) void this.player.endTrickPlay('play');
    this.player
      .openPreviews()
      .then((previews) => this.#activity.held && this.#scrubber.show(previews, to))
      .catch(() => {}); // no title is loaded
  }

  #requested = (event: ControlRequestEvent) => this.#perform(event.request);
  #holding = (event: HoldEvent) => {
    this.#activity.hold(event.held);
    // A release has already sought.
    if (!event.held) this.#scrubber.end();
  };

  #key = (event: KeyboardEvent) => {
    this.#activity.note();
    if (event.defaultPrevented || !this.#hasHotkeys) return;
    const request = hotkey(
      keyPressOf(event, { paused: this.video.paused, hasChapters: chaptersOf(this.player).length > 0 }),
    );
    if (!request) return;
    event.preventDefault();
    const text = this.#perform(request);
    if (!text) return;
    this.said = { text };
    this.announced = text;
  };

  #moved = (event: PointerEvent) => {
    if (event.pointerType !== 'touch') this.#activity.note();
  };

  #left = (event: PointerEvent) => {
    if (event.pointerType !== 'touch') this.#activity.end();
  };

  #pressed = () => {
    this.#atPress = { held: this.#activity.held, quiet: this.#isQuiet };
  };

  #clicked = (event: PointerEvent) => {
    if (!this.controls || !this.#isOnPicture(event) || this.#atPress.held) return;
    if (event.pointerType !== 'touch' || !this.#media.started) this.#perform({ type: 'toggle-play' });
    else if (this.#atPress.quiet) this.#activity.note();
    else this.#activity.end();
  };

  #doubleClicked = (event: MouseEvent) => {
    if (this.controls && this.#isOnPicture(event)) this.#perform({ type: 'toggle-fullscreen' });
  };

  #isOnPicture(event: Event): boolean {
    const [target] = event.composedPath();
    return target === this.video || target === this.stage;
  }

  /** Only keyboard focus keeps the controls visible. */
  #focused = (event: FocusEvent) => {
    const [target] = event.composedPath();
    this.#isFocusShown =
      target instanceof Element && target !== this.stage && target.matches(':focus-visible');
    this.#activity.note();
    this.requestUpdate();
  };

  #blurred = () => {
    this.#isFocusShown = false;
    this.requestUpdate();
  };

  #showSaid(): void {
    const { bubble } = this;
    if (!bubble) return;
    bubble.toggleAttribute('data-shown', false);
    // Reading the layout restarts the animation.
    void bubble.offsetWidth;
    bubble.toggleAttribute('data-shown', true);
  }

  get #face(): TimeFormat {
    const { currentTime, duration } = this;
    return this.#live?.face(this.#strings.language) ?? titleTimeFormat(currentTime, duration, this.#strings);
  }

  get #offered(): readonly number[] {
    return this.#live?.rates(this.#rates) ?? this.#rates;
  }

  get #rate(): number {
    return this.#live?.rate(this.#rates) ?? this.video.playbackRate;
  }

  /** Without them a live title plays nevertheless. */
  async #fetchLiveControls(): Promise<void> {
    if (this.#live || !this.player.live.isLive) return;
    const { openLiveControls } = await import('./live/live-controls.ts');
    this.#live = openLiveControls(this);
    this.requestUpdate();
  }

  async #fetchFigures(): Promise<void> {
    try {
      const { defineStatsView } = await import('./stats-view.ts');
      defineStatsView();
      this.hasFigures = true;
    } catch {
      // The view can't be loaded now; it may be requested again.
      this.debug = false;
    }
  }
}
