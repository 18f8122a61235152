import { html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import { pipIcon } from './icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { type Strings, stringsFor } from './strings.ts';
import { buttonStyles } from './tokens.ts';

/**
 * A button that enters or exits picture-in-picture.
 *
 * @customElement smooth-pip-button
 * @csspart button - The native button.
 * @fires smooth-request - On activation, with `toggle-pip`.
 */
export class SmoothPipButton extends LitElement {
  static override styles = buttonStyles;
  /** Whether the video is in a separate window. */
  @property({ type: Boolean, reflect: true }) accessor active = false;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');

  override render() {
    const label = this.active ? this.strings.exitPip : this.strings.enterPip;
    return html`
      <button part="button" type="button" aria-label=${label} title=${label} @click=${this.#ask}>${pipIcon}</button>
    `;
  }

  #ask = () => this.dispatchEvent(new ControlRequestEvent({ type: 'toggle-pip' }));
}
