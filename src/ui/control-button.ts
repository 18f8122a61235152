import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { type ControlRequest, ControlRequestEvent } from './requests.ts';
import { buttonStyles } from './tokens.ts';

/**
 * A button of the control bar. It shows state and does not own it.
 *
 * @customElement smooth-control-button
 * @csspart button - The native button.
 * @fires smooth-request - On activation, with its request.
 */
export class SmoothControlButton extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    buttonStyles,
    css`
      button { position: relative; }
      button[aria-pressed='true']::after {
        content: '';
        position: absolute;
        inset: auto 25% 6px;
        block-size: 2.5px;
        border-radius: 2px;
        background: currentColor;
      }
      button svg { transition: rotate 200ms var(--_ease); }
      button[aria-expanded='true'] { background: rgb(255 255 255 / 0.14); }
      @media (prefers-reduced-motion: reduce) { button svg { transition: none; } }
    `,
  ];
  /** The name, for the tooltip and for screen readers. */
  @property({ attribute: false }) accessor label = '';
  @property({ attribute: false }) accessor icon: TemplateResult | typeof nothing = nothing;
  @property({ attribute: false }) accessor request: ControlRequest | undefined = undefined;
  /** Whether the feature is turned on; `undefined` if it can't be turned on and off. */
  @property({ attribute: false }) accessor pressed: boolean | undefined = undefined;
  /** Whether its menu is open; `undefined` if it has none. */
  @property({ attribute: false }) accessor expanded: boolean | undefined = undefined;
  /** Keyboard shortcuts, as in `aria-keyshortcuts`. */
  @property({ attribute: false }) accessor keys: string | undefined = undefined;

  override render() {
    const { label, expanded } = this;
    return html`
      <button part="button" type="button" aria-label=${label} title=${label} aria-pressed=${this.pressed ?? nothing}
        aria-haspopup=${expanded === undefined ? nothing : 'menu'} aria-expanded=${expanded ?? nothing}
        aria-keyshortcuts=${this.keys ?? nothing} @click=${this.#ask}>${this.icon}</button>
    `;
  }

  #ask = () => {
    if (this.request) this.dispatchEvent(new ControlRequestEvent(this.request));
  };
}
