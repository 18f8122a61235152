import { html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import { enterFullscreenIcon, exitFullscreenIcon } from './icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { type Strings, stringsFor } from './strings.ts';
import { buttonStyles } from './tokens.ts';

/**
 * A button that enters or exits full screen.
 *
 * @customElement smooth-fullscreen-button
 * @csspart button - The native button.
 * @fires smooth-request - On activation, with `toggle-fullscreen`.
 */
export class SmoothFullscreenButton extends LitElement {
  static override styles = buttonStyles;
  /** Whether the player is in full screen. */
  @property({ type: Boolean, reflect: true }) accessor active = false;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');

  override render() {
    const label = this.active ? this.strings.exitFullscreen : this.strings.enterFullscreen;
    return html`
      <button part="button" type="button" aria-label=${label} title=${label} @click=${this.#ask}>
        ${this.active ? exitFullscreenIcon : enterFullscreenIcon}
      </button>
    `;
  }

  #ask = () => this.dispatchEvent(new ControlRequestEvent({ type: 'toggle-fullscreen' }));
}
