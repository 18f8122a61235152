import type { CSSResultGroup, PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import { mediaSourceKind } from '../mse/media-source.ts';
import { readRates, readTheme, readWord } from './attributes.ts';
import { AudibleVolume } from './audible-volume.ts';
import { choiceOf } from './choices.ts';
import { isTextTrack } from './light-tracks.ts';
import { LocaleController } from './locale-controller.ts';
import type { ControlRequest } from './requests.ts';
import { playerStyles } from './smooth-player-styles.ts';
import { SmoothVideoElement } from './smooth-video.ts';
import { type Strings, stringsFor } from './strings.ts';
import { captionStyles } from './text/caption-style.ts';
import type { CaptionStyle } from './text/caption-style-values.ts';
import { tokens } from './tokens.ts';
import { recall, remember, type ViewerChoices } from './viewer-memory.ts';

/**
 * The attributes, properties and styles of `<smooth-player>`.
 *
 * @attr {boolean} controls - Shows the controls.
 * @attr {string} media-title - Title of the media, shown at the top and available to screen readers.
 * @attr {string} playback-rates - Playback rates to offer, such as `0.5 1 2`.
 * @attr {string} controlslist - As on a `<video>`: `nofullscreen`, `noplaybackrate` and `noremoteplayback` remove these controls; there is none for downloads.
 * @attr {boolean} disableremoteplayback - As on a `<video>`.
 * @attr {'on'|'off'} hotkeys - `off` disables keyboard shortcuts.
 * @attr {'auto'|'light'|'dark'|'minimal'} theme - Theme of what is over the page, such as the list of keys; what is on the picture, menus too, is always dark. `minimal` has fewer buttons.
 * @attr {boolean} no-persist - Neither stores nor applies the viewer's choices: volume, mute, speed, languages, caption style.
 * @attr {string} error-docs - URL of a page about an error, in which `{code}` stands for its code, such as `/docs/errors#{code}`; without it the error view has no link.
 * @attr {boolean} debug - Shows playback statistics, as Ctrl+Alt+D does.
 * @slot - `<track>` elements, for the native element; `<source>` elements with the title as HLS, for browsers without
 *   MediaSource and for AirPlay.
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
 * @csspart item - A row of a menu.
 * @csspart unmute - The button that turns the sound on, after `autoplay="any"` has started without it.
 * @csspart feedback - What a click or a tap did, on the picture.
 * @cssproperty [--smooth-accent=#7db6ff] - The played part of the seek bar.
 * @cssproperty [--smooth-live-color=#d8222f] - The live badge while at the edge.
 * @cssproperty [--smooth-controls-color=#fff] - Icons and text on the picture.
 * @cssproperty [--smooth-scrim-color=#06080c] - The shade behind the controls.
 * @cssproperty [--smooth-caption-font] - Font family of captions that specify none.
 * @cssproperty [--smooth-panel-background] - Menus.
 * @cssproperty [--smooth-panel-color] - Text of menus.
 * @cssproperty [--smooth-panel-quiet-color] - Notes in menus.
 * @cssproperty [--smooth-panel-accent] - The selected item.
 * @cssproperty [--smooth-radius=0px] - Corner radius of the player.
 * @cssproperty [--smooth-font] - Font family.
 * @cssproperty [--smooth-control-size=44px] - Minimum width and height of a button.
 * @cssproperty [--smooth-icon-size=24px] - Width and height of icons.
 * @cssproperty [--smooth-play-display=inline-flex] - The play button in the bar; `none` hides it.
 * @cssproperty [--smooth-center-display=inline-flex] - The play button in the middle.
 * @cssproperty [--smooth-seek-bar-display=block] - The seek bar.
 * @cssproperty [--smooth-skip-display=inline-flex] - The buttons for ten seconds back and forward.
 * @cssproperty [--smooth-trick-display=inline-flex] - Rewind and fast forward.
 * @cssproperty [--smooth-volume-display=flex] - Mute button and volume slider.
 * @cssproperty [--smooth-live-display=inline-flex] - The live button.
 * @cssproperty [--smooth-time-display=block] - The time.
 * @cssproperty [--smooth-chapters-display=inline-flex] - The button for chapters; their page in the menu stays.
 * @cssproperty [--smooth-captions-display=inline-flex] - The button for subtitles and captions; their page in the menu stays.
 * @cssproperty [--smooth-settings-display=inline-flex] - The settings button.
 * @cssproperty [--smooth-remote-display=inline-flex] - The button for AirPlay and other devices.
 * @cssproperty [--smooth-pip-display=inline-flex] - Picture in picture.
 * @cssproperty [--smooth-fullscreen-display=inline-flex] - Full screen.
 * @cssproperty [--smooth-title-display=block] - The title.
 * @cssproperty [--smooth-object-fit=contain] - How the picture fits the element.
 */
export abstract class PlayerBase extends SmoothVideoElement {
  static override styles: CSSResultGroup = [SmoothVideoElement.styles, tokens, playerStyles];

  @property({ type: Boolean, reflect: true }) accessor debug = false;
  @property({ attribute: 'media-title' }) accessor mediaTitle = '';
  @property({ attribute: 'playback-rates' }) accessor playbackRates: string | null = null;
  @property({ type: Boolean, attribute: 'no-persist' }) accessor noPersist = false;
  @property({ attribute: 'error-docs' }) accessor errorDocs: string | null = null;
  @property() accessor hotkeys: string | null = null;
  @property({ reflect: true }) accessor theme: string | null = null;

  readonly #locale = new LocaleController(this);
  /** @internal */
  protected rates = readRates(null);
  /** @internal */
  protected readonly audible = new AudibleVolume();
  /** @internal */
  protected hasHotkeys = true;
  /** @internal */
  strings: Strings = stringsFor('en');

  constructor() {
    super();
    this.addEventListener('volumechange', ({ timeStamp }) => this.audible.note(this.volume, timeStamp));
    // Loading resets the speed.
    this.addEventListener('loaded', () => this.#recallRate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasUpdated && !this.noPersist) this.#recallVolume();
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
    captionStyles.change(style, !this.noPersist);
  }

  /** The page's `text-lang`, or else what the viewer chose last, or else the page's `captions`. */
  override get preferredText(): readonly string[] | undefined {
    const { text } = this.textLang || this.options.text?.prefer ? {} : this.#choices;
    if (text === undefined) return super.preferredText;
    return text === 'off' ? undefined : [text];
  }

  protected override get preferredAudio(): string | undefined {
    return super.preferredAudio ?? this.#choices.audio;
  }

  /** @internal */
  protected rememberChoice(request: ControlRequest): void {
    const choice = this.noPersist ? undefined : choiceOf(request, this);
    if (choice) remember(choice);
  }

  get #choices(): ViewerChoices {
    return this.noPersist ? {} : recall();
  }

  #recallVolume(): void {
    const { volume, muted } = recall();
    if (volume !== undefined && this.volume === 1) this.volume = volume;
    if (muted) this.muted = true;
    this.audible.note(this.volume, performance.now());
  }

  #recallRate(): void {
    const { rate } = this.#choices;
    if (rate !== undefined && this.playbackRate === 1 && !this.player.live.isLive) this.playbackRate = rate;
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
    if (changed.has('playbackRates')) this.rates = readRates(this.playbackRates);
    if (changed.has('hotkeys')) this.hasHotkeys = readWord('hotkeys', this.hotkeys, ['on', 'off']) === 'on';
    if (changed.has('theme')) readTheme(this.theme);
    this.strings = stringsFor(this.#locale.language);
  }
}
