import { css, html, LitElement, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import type { SmoothError } from '../base/errors.ts';
import { replayIcon, warningIcon } from './icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { type Strings, stringsFor } from './strings.ts';
import { failureText } from './viewer-message.ts';

/**
 * Shows an error: a message for viewers, with details for engineers behind a disclosure.
 *
 * @customElement smooth-error-view
 * @csspart message - The message for viewers.
 * @csspart button - "Try again", if that can help.
 * @csspart details - Code, message and hint.
 * @fires smooth-request - With `retry`.
 */
export class SmoothErrorView extends LitElement {
  static override styles = css`
    *, ::before, ::after { box-sizing: border-box; }
    :host {
      position: absolute;
      inset: 0;
      display: grid;
      place-items: safe center;
      padding: clamp(10px, 4cqi, 40px);
      overflow: auto;
      color: #fff;
      background: radial-gradient(120% 120% at 50% 0%, rgb(40 45 58 / 0.94), rgb(12 14 19 / 0.97));
      font: 400 clamp(13px, 2.2cqi, 16px) / 1.5 var(--_font);
    }
    .view { display: grid; justify-items: center; gap: clamp(6px, 1.6cqi, 12px); max-inline-size: 34rem; text-align: center; }
    .view > svg { inline-size: clamp(24px, 6cqi, 44px); color: #ffc46b; }
    .view > svg .solid { fill: currentColor; }
    h2 { margin: 0; font: 650 clamp(15px, 3.2cqi, 22px) / 1.25 var(--_font); text-wrap: balance; }
    p { margin: 0; color: rgb(255 255 255 / 0.82); text-wrap: pretty; }
    button {
      display: inline-flex;
      align-items: center;
      gap: 8px;
      min-block-size: 44px;
      margin-block-start: 4px;
      padding: 0 20px;
      border: 0;
      border-radius: 22px;
      color: #10131a;
      background: #fff;
      font: 600 15px/1 var(--_font);
      cursor: pointer;
    }
    button svg { inline-size: 20px; }
    @media (hover: hover) { button:hover { background: #dfe8f5; } }
    :is(button, summary):focus-visible { outline: 2px solid #fff; outline-offset: 3px; }
    details { inline-size: 100%; font-size: 13px; }
    summary { display: inline-block; padding: 6px 10px; border-radius: 8px; color: rgb(255 255 255 / 0.72); cursor: pointer; }
    summary:hover { color: #fff; }
    dl { margin: 6px 0 0; padding: 12px 14px; border-radius: 12px; background: rgb(255 255 255 / 0.08); text-align: start; overflow-wrap: anywhere; }
    dt { font-family: ui-monospace, monospace; color: #ffc46b; }
    dd { margin: 4px 0 0; color: rgb(255 255 255 / 0.8); user-select: text; }
    @container (inline-size < 26rem) {
      .view > svg { display: none; }
      button { min-block-size: 40px; margin-block-start: 0; }
      summary { padding-block: 2px; }
    }
    @media (forced-colors: active) { button { border: 1px solid ButtonText; } }
  `;
  @property({ attribute: false }) accessor error: SmoothError | undefined;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');

  override render() {
    const { error, strings } = this;
    if (!error) return nothing;
    return html`
      <div class="view" role="alert">
        ${warningIcon}
        <h2>${strings.failed}</h2>
        <p part="message">${failureText(error, strings)}</p>
        ${
          error.retryable
            ? html`<button part="button" type="button" @click=${this.#ask}>${replayIcon}${strings.retry}</button>`
            : nothing
        }
        <details part="details">
          <summary>${strings.details}</summary>
          <dl dir="ltr" lang="en">
            <dt>${error.code}</dt>
            <dd>${error.message}</dd>
            <dd>${error.hint}</dd>
          </dl>
        </details>
      </div>
    `;
  }

  #ask = () => this.dispatchEvent(new ControlRequestEvent({ type: 'retry' }));
}
