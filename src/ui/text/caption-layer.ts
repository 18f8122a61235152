import { html, nothing, type ReactiveController } from 'lit';
import type { Cue } from '../../text/cue.ts';
import type { SmoothVideoElement } from '../smooth-video.ts';
import { captionStyles } from './caption-style.ts';
import type { SmoothCaptionStyle } from './style-dialog.ts';
import { toggleText } from './text-controls.ts';

/**
 * The captions on a player's picture, and the dialog for their style: both are loaded on demand. Fires
 * `captionstylechange` on the player.
 */
export class CaptionLayer implements ReactiveController {
  readonly #host: SmoothVideoElement;
  #hasOverlay = false;
  /** Shown while the dialog is open and no caption is on screen. */
  #sample: readonly Cue[] | undefined;
  /** The last selected track. */
  #last: string | undefined;

  constructor(host: SmoothVideoElement) {
    this.#host = host;
    host.addController(this);
    host.addEventListener('cuechange', () => {
      host.requestUpdate();
      // Without it, native captions are shown.
      this.#fetchOverlay().catch(() => {});
    });
  }

  hostConnected(): void {
    captionStyles.follow();
    captionStyles.addEventListener('change', this.#styleChanged);
  }

  hostDisconnected(): void {
    captionStyles.removeEventListener('change', this.#styleChanged);
  }

  /** The captions. `avoidsControls`: whether there are controls on the picture. */
  renderCaptions(avoidsControls: boolean) {
    if (!this.#hasOverlay) return nothing;
    const { player, video } = this.#host;
    const { activeCues } = player;
    const cues = this.#sample && activeCues.length === 0 ? this.#sample : player.drawsCues ? activeCues : [];
    return html`<smooth-captions exportparts="region, window, cue" .video=${video} .cues=${cues} .avoidsControls=${avoidsControls}></smooth-captions>`;
  }

  /** `isKept`: whether the style is stored. */
  renderDialog(language: string, isKept: boolean) {
    if (!this.#sample) return nothing;
    return html`<smooth-caption-style exportparts="dialog" .language=${language} .isKept=${isKept} @close=${this.#closed}></smooth-caption-style>`;
  }

  /** Shows or hides text. */
  toggle(language: string): void {
    this.#last = toggleText(this.#host.player, this.#last, language) ?? this.#last;
  }

  /** A track was chosen by the viewer. */
  chosen(id: string | undefined): void {
    this.#last = id ?? this.#last;
  }

  openDialog(language: string): void {
    this.#openDialog(language).catch(() => {});
  }

  async #openDialog(language: string): Promise<void> {
    const [{ defineCaptionStyle }, { sampleCue }] = await Promise.all([
      import('./style-dialog.ts'),
      import('./sample-cue.ts'),
      this.#fetchOverlay(),
    ]);
    defineCaptionStyle();
    this.#sample = [sampleCue(language)];
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    const dialog = this.#host.renderRoot.querySelector<SmoothCaptionStyle>('smooth-caption-style');
    await dialog?.updateComplete;
    dialog?.open();
  }

  async #fetchOverlay(): Promise<void> {
    if (this.#hasOverlay) return;
    const { defineCaptions } = await import('./captions-overlay.ts');
    defineCaptions();
    this.#hasOverlay = true;
    this.#host.requestUpdate();
  }

  #closed = () => {
    this.#sample = undefined;
    this.#host.requestUpdate();
    this.#host.renderRoot.querySelector<HTMLElement>('.settings')?.focus();
  };

  #styleChanged = () => this.#host.dispatchEvent(new Event('captionstylechange'));
}
