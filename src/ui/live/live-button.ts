import { css, html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import { ControlRequestEvent } from '../requests.ts';
import { buttonStyles } from '../tokens.ts';
import { liveStringsFor } from './live-strings.ts';

/**
 * Shows whether playback is at the live edge, and seeks there. Loaded with the first live title.
 *
 * @customElement smooth-live-button
 * @csspart button - The native button.
 * @csspart badge - The word and its dot.
 * @cssproperty [--smooth-live-color=#d8222f] - The background while at the edge.
 * @fires smooth-request - On activation, with `go-live`.
 */
export class SmoothLiveButton extends LitElement {
  static override styles = [
    buttonStyles,
    css`
      button { padding-inline: 6px; }
      @media (hover: hover) { button:hover { background: none; } button:hover .badge { filter: brightness(1.15); } }
      .badge {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        padding: 0 8px 0 7px;
        block-size: 24px;
        border-radius: 7px;
        background: rgb(255 255 255 / 0.18);
        box-shadow: inset 0 0 0 1px rgb(255 255 255 / 0.2);
        color: #fff;
        font: 700 11.5px/1 var(--_font);
        letter-spacing: 0.06em;
        text-transform: uppercase;
        transition: background-color 200ms var(--_ease);
      }
      .dot { inline-size: 7px; block-size: 7px; border: 1.5px solid currentColor; border-radius: 50%; }
      :host([at-edge]) .badge { background: var(--smooth-live-color, #d8222f); box-shadow: none; }
      :host([at-edge]) .dot { background: currentColor; animation: breathe 2.4s ease-in-out infinite; }
      @keyframes breathe { 50% { opacity: 0.45; } }
      @media (prefers-reduced-motion: reduce) { .badge { transition: none; } :host([at-edge]) .dot { animation: none; } }
      @media (forced-colors: active) { .badge { border: 1px solid ButtonText; } }
    `,
  ];
  /** Whether playback is at the live edge and its source is live. */
  @property({ type: Boolean, reflect: true, attribute: 'at-edge' }) accessor atEdge = false;
  @property({ attribute: false }) accessor language = 'en';

  override render() {
    const { live, goLive } = liveStringsFor(this.language);
    const label = this.atEdge ? live : goLive;
    return html`
      <button part="button" type="button" aria-label=${label} title=${label} @click=${this.#ask}>
        <span class="badge" part="badge"><span class="dot"></span>${live}</span>
      </button>
    `;
  }

  #ask = () => this.dispatchEvent(new ControlRequestEvent({ type: 'go-live' }));
}
