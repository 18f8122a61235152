import { html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import { forwardIcon, rewindIcon } from './icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { type Strings, stringsFor } from './strings.ts';
import { buttonStyles } from './tokens.ts';

/**
 * A button that increases the trick play rate forward or backward with each activation.
 *
 * @customElement smooth-trick-button
 * @csspart button - The native button.
 * @fires smooth-request - On activation, with `trick-step`.
 */
export class SmoothTrickButton extends LitElement {
  static override styles = buttonStyles;
  @property({ type: Boolean }) accessor back = false;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');

  override render() {
    const label = this.back ? this.strings.rewind : this.strings.forward;
    const icon = this.back ? rewindIcon : forwardIcon;
    return html`
      <button part="button" type="button" aria-label=${label} title=${label} @click=${this.#ask}>${icon}</button>
    `;
  }

  #ask = () => this.dispatchEvent(new ControlRequestEvent({ type: 'trick-step', by: this.back ? -1 : 1 }));
}
