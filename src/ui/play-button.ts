import { css, html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import { pauseIcon, playIcon, replayIcon } from './icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { type Strings, stringsFor } from './strings.ts';
import { buttonStyles } from './tokens.ts';

/**
 * A play/pause button. It shows state and does not own it.
 *
 * @customElement smooth-play-button
 * @slot play - Icon while paused.
 * @slot pause - Icon while playing.
 * @csspart button - The native button.
 * @cssproperty [--smooth-icon-size=24px] - Width and height of the icon.
 * @fires smooth-request - On activation, with `toggle-play`.
 */
export class SmoothPlayButton extends LitElement {
  static override styles = [
    buttonStyles,
    css`
      :host([big]) { --_target: clamp(56px, 12cqi, 84px); --_icon: clamp(28px, 6cqi, 42px); }
      :host([big]) button {
        border-radius: 50%;
        background: rgb(12 15 22 / 0.56);
        backdrop-filter: blur(14px) saturate(1.4);
        box-shadow: inset 0 0 0 1px rgb(255 255 255 / 0.16), 0 8px 30px rgb(0 0 0 / 0.35);
      }
      @media (hover: hover) { :host([big]) button:hover { background: rgb(28 33 44 / 0.72); scale: 1.04; } }
    `,
  ];
  /** Mirrors the media element's `paused`. */
  @property({ type: Boolean, reflect: true }) accessor paused = true;
  /** Mirrors the media element's `ended`. */
  @property({ type: Boolean, reflect: true }) accessor ended = false;
  /** The large round button in the middle of the picture. */
  @property({ type: Boolean, reflect: true }) accessor big = false;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');

  override render() {
    const { strings, paused, ended } = this;
    const label = ended ? strings.replay : paused ? strings.play : strings.pause;
    return html`
      <button part="button" type="button" aria-label=${label} title=${label} aria-keyshortcuts="K" @click=${this.#ask}>
        ${
          paused
            ? html`<slot name="play">${ended ? replayIcon : playIcon}</slot>`
            : html`<slot name="pause">${pauseIcon}</slot>`
        }
      </button>
    `;
  }

  #ask = () => this.dispatchEvent(new ControlRequestEvent({ type: 'toggle-play' }));
}
