import { html, nothing } from 'lit';
import { query, state } from 'lit/decorators.js';
import type { Previews } from '../player/navigate/previews.ts';
import { Activity } from './activity.ts';
import { availableControls } from './available-controls.ts';
import type { OptionalControl } from './bar-fit.ts';
import { BarRoom } from './bar-room.ts';
import { renderControlBar } from './control-bar.ts';
import { ErrorLayer } from './error-layer.ts';
import { FeedbackLayer } from './feedback-layer.ts';
import { FrameStepper } from './frame-stepper.ts';
import { Gestures } from './gestures.ts';
import { HeldTrick } from './held-trick.ts';
import { hotkey, repeats } from './hotkeys.ts';
import { keyPressOf } from './key-press.ts';
import { LateParts } from './late-parts.ts';
import { openPreviews, storyboardOf } from './light-tracks.ts';
import type { LiveControls } from './live/live-controls.ts';
import { MediaController } from './media-controller.ts';
import { MenuLayer } from './menu/menu-layer.ts';
import type { MenuContext } from './menu/menu-pages.ts';
import { performRequest } from './perform-request.ts';
import { PlayerBase } from './player-base.ts';
import type { ControlRequest, ControlRequestEvent, HoldEvent } from './requests.ts';
import { Scrubber } from './scrubber.ts';
import { SessionLayer } from './session-layer.ts';
import { StatsLayer } from './stats-layer.ts';
import { CaptionLayer } from './text/caption-layer.ts';
import { chaptersOf } from './text/chapters.ts';
import { isRightToLeft } from './texts.ts';
import { type TimeFormat, titleTimeFormat } from './time-format.ts';
import { trickLabel } from './trick-rates.ts';

/** Events after which the controls may show something else. */
const CHANGES = [
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

/**
 * A `<smooth-video>` with controls, shown if it has the `controls` attribute.
 *
 * @customElement smooth-player
 * @fires pagestep - The viewer pressed PageUp (`event.by` −1) or PageDown (1): unless it is cancelled, the player goes to another chapter or, without chapters, by a minute.
 * @fires nexttrack - The viewer asks for the next title: Shift+N, or the system's media controls.
 * @fires previoustrack - The viewer asks for the title before: Shift+P, or the system's media controls.
 * @fires captionstylechange - `captionStyle` changed, here or in another player or tab.
 */
export class SmoothPlayerElement extends PlayerBase {
  /** @internal The status for screen readers. */
  @state() accessor announced = '';
  @query('.stage') private accessor stage: HTMLElement | null = null;

  readonly #media = new MediaController(this, this.video);
  readonly #captions = new CaptionLayer(this);
  readonly #activity = new Activity(this);
  readonly #steps = new FrameStepper();
  readonly #held = new HeldTrick(this);
  readonly #menu = new MenuLayer(this);
  readonly #feedback = new FeedbackLayer(this);
  readonly #room = new BarRoom(this);
  readonly #figures = new StatsLayer(this);
  readonly #errors = new ErrorLayer(this);
  readonly #late = new LateParts(this);
  readonly #scrubber = new Scrubber(this.canvas);
  readonly #gestures: Gestures = new Gestures(this, this.#activity, {
    isOnPicture: (event) => this.controls && this.#isOnPicture(event),
    isQuiet: () => this.#isQuiet,
    hasStarted: () => this.#media.started,
    canSpeedUp: () => this.controls && this.#offered.some((rate) => rate > 1),
    perform: (request, times) => this.#performSeen(request, times),
  });
  /** A different function for each title. */
  #openPreviews: (() => Promise<Previews>) | undefined;
  /** Available from the first live title on. */
  #live: LiveControls | undefined;
  #isFocusShown = false;

  constructor() {
    super();
    new SessionLayer(this);
    // A seek bar that is removed during a drag can't say that the drag ended.
    this.addController({
      hostUpdated: () => {
        if (!this.#activity.held) this.#scrubber.end();
      },
    });
    for (const type of CHANGES) this.addEventListener(type, () => this.requestUpdate());
    for (const type of ['emptied', 'loadstart']) this.addEventListener(type, () => this.#scrubber.end());
    this.addEventListener('loaded', () => {
      this.#openPreviews = () => openPreviews(this.player, storyboardOf(this));
      void this.#fetchLiveControls().catch(() => {});
    });
    for (const type of ['livechange', 'canplay']) {
      this.addEventListener(type, () => {
        this.announced = this.#live?.changed(this.strings.language) ?? this.announced;
      });
    }
  }

  /** @internal */
  protected override async loadParts(): Promise<void> {
    const { loadElements } = await import('./all-parts.ts');
    await loadElements();
  }

  override focus(options?: FocusOptions): void {
    this.stage?.focus(options);
  }

  protected override render(): unknown {
    const failure = this.player.state === 'failed' ? this.player.error : undefined;
    const { strings } = this;
    const { pressed, moved, left, clicked, doubleClicked, contextMenu } = this.#gestures;
    return html`
      <div class="stage" part="stage" lang=${strings.language} dir=${isRightToLeft(strings.language) ? 'rtl' : nothing} tabindex="-1" role="region" aria-label=${this.#name} ?data-quiet=${this.#isQuiet}
        @pointermove=${moved} @pointerdown=${pressed} @pointerleave=${left} @click=${clicked}
        @dblclick=${doubleClicked} @contextmenu=${contextMenu} @keydown=${this.#key} @focusin=${this.#focused} @focusout=${this.#blurred}
        @smooth-request=${this.#requested} @smooth-hold=${this.#holding}>
        ${super.render()}
        <slot name="poster" ?hidden=${this.#media.started}></slot>
        <slot name="overlay"></slot>
        ${this.#feedback.render()}
        ${failure ? nothing : this.#middle()}
        ${this.controls && !failure ? this.#controls() : nothing}
        ${failure ? nothing : this.#captions.renderCaptions(this.controls && !this.#isQuiet)}
        ${this.#errors.render(failure, strings)}
        ${this.#live?.notice(strings.language)}
        ${this.#figures.render(this.debug, strings)}
        ${this.#captions.renderDialog(strings.language, !this.noPersist)}
        ${this.#menu.render(this.#menuContext, this.#openPreviews)}
        ${this.#late.render(strings)}
        ${this.#feedback.renderSaid(this.#rateShown)}
        <div class="unseen" role="status">${this.announced}</div>
      </div>
    `;
  }

  get #name(): string {
    const { mediaTitle, strings } = this;
    const root = this.getRootNode() as ParentNode & Node;
    // Others of the same name on the page.
    const same = [...root.querySelectorAll<PlayerBase>(this.localName)].filter(
      (one) => one.mediaTitle === mediaTitle,
    );
    const name = same.length > 1 ? `${strings.player} ${same.indexOf(this) + 1}` : strings.player;
    return mediaTitle ? `${name}: ${mediaTitle}` : name;
  }

  /** The unusual rate that playback has for now. */
  get #rateShown(): string | undefined {
    if (this.#gestures.isFast) return trickLabel(this.video.playbackRate);
    return this.trickRate === 1 ? undefined : trickLabel(this.trickRate);
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
    const { paused, strings } = this;
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
          .strings=${strings}></smooth-play-button>
        <slot name="center"></slot>
      </div>
    `;
  }

  #controls() {
    return html`
      <div class="layer controls" ?data-titled=${Boolean(this.mediaTitle)}>
        <div class="top">
          <div class="title" part="title" dir="auto">${this.mediaTitle}</div>
          <slot name="top"></slot>
        </div>
        ${renderControlBar({
          player: this.player,
          time: this.currentTime,
          paused: this.paused,
          media: this.#media,
          face: this.#face,
          live: this.#live,
          strings: this.strings,
          chapters: chaptersOf(this.player),
          isFullscreen: this.matches(':fullscreen'),
          shown: this.#shown,
          lateButtons: this.#late.renderButtons(this.strings),
          openMenu: this.#menu.open,
          openPreviews: this.#openPreviews,
        })}
      </div>
    `;
  }

  #menuContext = (): MenuContext => ({
    player: this.player,
    time: this.currentTime,
    face: this.#face,
    strings: this.strings,
    chapters: chaptersOf(this.player),
    rates: this.#offered,
    rate: this.#rate,
    volume: this.muted ? 0 : this.volume,
    hasVolume: this.#room.hasSlider,
    hasSpeed: !this.matches('[controlslist~="noplaybackrate" i]'),
    available: availableControls(this, this.#face),
    shown: this.#shown,
  });

  get #shown(): ReadonlySet<OptionalControl> {
    const [time] = this.#face.display;
    return this.#room.shown(availableControls(this, this.#face), {
      time,
      isLive: this.player.live.isLive,
      more: this.#late.renderButtons(this.strings).length,
    });
  }

  #perform = (request: ControlRequest, from?: EventTarget | null): string | undefined => {
    const said = performRequest(request, {
      element: this,
      rates: this.#offered,
      rate: this.#rate,
      audible: this.audible.value,
      face: this.#face,
      holdTrick: (by) => this.#held.hold(by),
      scrub: (to) => this.#scrub(to),
      stepFrame: (by, isHeld) => this.#steps.step(this.player, by, isHeld),
      strings: this.strings,
      chapters: chaptersOf(this.player),
      toggleStats: () => {
        this.debug = !this.debug;
      },
      toggleText: () => this.#captions.toggle(this.strings.language),
      openCaptionStyle: () => this.#captions.openDialog(this.strings.language),
      toggleMenu: (page) => from instanceof HTMLElement && this.#menu.toggle(page, from),
    });
    if (request.type === 'seek') this.#scrubber.seek(this.video);
    if (request.type === 'text') this.#captions.chosen(request.id);
    this.rememberChoice(request);
    this.#activity.note();
    this.requestUpdate();
    return said;
  };

  /** Performs a request that no control shows; `times`: how often in a row. */
  #performSeen(request: ControlRequest, times = 1): void {
    const text = this.#perform(request);
    this.#feedback.show(request, { paused: this.paused, times, language: this.strings.language });
    if (!text) return;
    // That it plays is announced once it does.
    if (request.type === 'toggle-play') return;
    this.#feedback.say(text);
    this.announced = text;
  }

  #scrub(to: number): void {
    if (this.trickRate !== 1) void this.player.endTrickPlay('play');
    this.player
      .openPreviews()
      .then((previews) => this.#activity.held && this.#scrubber.show(previews, to))
      .catch(() => {}); // no title is loaded
  }

  #requested = (event: ControlRequestEvent) => this.#perform(event.request, event.target);
  #holding = (event: HoldEvent) => {
    this.#activity.hold(event.held, event.target as Node);
    // A release has already sought.
    if (!event.held) this.#scrubber.end();
  };

  #key = (event: KeyboardEvent) => {
    this.#activity.note();
    if (event.defaultPrevented || !this.hasHotkeys) return;
    const request = hotkey(keyPressOf(event, this.video.paused));
    if (!request) return;
    event.preventDefault();
    if (!event.repeat || repeats(request)) this.#performSeen(request);
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

  get #face(): TimeFormat {
    const { currentTime, duration } = this;
    return this.#live?.face(this.strings.language) ?? titleTimeFormat(currentTime, duration, this.strings);
  }

  get #offered(): readonly number[] {
    return this.#live?.rates(this.rates) ?? this.rates;
  }

  get #rate(): number {
    return this.#live?.rate(this.rates) ?? this.video.playbackRate;
  }

  /** Without them a live title plays nevertheless. */
  async #fetchLiveControls(): Promise<void> {
    if (this.#live || !this.player.live.isLive) return;
    const { openLiveControls } = await import('./live/live-controls.ts');
    this.#live = openLiveControls(this);
    this.requestUpdate();
  }
}
