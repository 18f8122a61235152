import { css, html, LitElement, nothing } from 'lit';
import { property } from 'lit/decorators.js';

/**
 * The state of a live title's source, as a message over the picture. Screen readers get it from the player's status.
 *
 * @customElement smooth-live-notice
 * @csspart notice - The message.
 */
export class SmoothLiveNotice extends LitElement {
  static override styles = css`
    :host { position: absolute; inset-block-start: clamp(14px, 12cqi, 88px); inset-inline: 12px; pointer-events: none; text-align: center; }
    div {
      display: inline-block;
      max-inline-size: 100%;
      box-sizing: border-box;
      padding: 9px 16px;
      border-radius: 14px;
      background: rgb(12 15 22 / 0.78);
      backdrop-filter: blur(12px);
      color: #fff;
      font: 600 clamp(13px, 1.7cqi, 16px)/1.35 var(--_font);
      text-wrap: balance;
    }
    @media (forced-colors: active) { div { border: 1px solid CanvasText; } }
  `;
  @property({ attribute: false }) accessor text = '';

  override render() {
    return this.text ? html`<div part="notice" aria-hidden="true">${this.text}</div>` : nothing;
  }
}
