import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { SmoothError } from '../base/errors.ts';
import { replayIcon } from './icons.ts';
import { warningIcon } from './late-icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { type Strings, stringsFor } from './strings.ts';
import { failureText } from './viewer-message.ts';

/**
 * Shows an error: a message for viewers, with details for engineers behind a disclosure. Loaded once something plays or fails.
 *
 * @customElement smooth-error-view
 * @csspart message - The message for viewers.
 * @csspart button - "Try again", if that can help.
 * @csspart title - The title of the media.
 * @csspart details - Code, message and hint, a button that copies them, and the link.
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
      scrollbar-width: thin;
      scrollbar-color: currentColor transparent;
      color: #fff;
      background: radial-gradient(120% 120% at 50% 0%, rgb(40 45 58 / 0.94), rgb(12 14 19 / 0.97));
      font: 400 clamp(13px, 2.2cqi, 16px) / 1.5 var(--_font);
    }
    .view { display: grid; justify-items: center; gap: clamp(6px, 1.6cqi, 12px); max-inline-size: 34rem; text-align: center; }
    .view > svg { inline-size: clamp(24px, 6cqi, 44px); color: #ffc46b; }
    .view > svg .solid { fill: currentColor; }
    h2 { margin: 0; font: 650 clamp(15px, 3.2cqi, 22px) / 1.25 var(--_font); text-wrap: balance; }
    p { margin: 0; color: rgb(255 255 255 / 0.82); text-wrap: pretty; }
    .title { max-inline-size: 100%; color: rgb(255 255 255 / 0.82); font-weight: 600; overflow-wrap: anywhere; }
    .more { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 16px; margin-block-start: 4px; text-align: start; }
    .more :is(a, button) { display: inline-block; min-block-size: 0; margin: 0; padding: 6px 2px; border-radius: 6px; color: inherit; background: none; font: inherit; text-decoration: underline; text-underline-offset: 3px; cursor: pointer; }
    .retry {
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
    .retry svg { inline-size: 20px; }
    @media (hover: hover) { .retry:hover { background: #dfe8f5; } }
    :is(button, summary, a):focus-visible { outline: 2px solid #fff; outline-offset: 3px; }
    details { inline-size: 100%; font-size: 13px; }
    summary { display: inline-block; padding: 6px 10px; border-radius: 8px; color: rgb(255 255 255 / 0.72); cursor: pointer; }
    summary:hover { color: #fff; }
    dl { margin: 6px 0 0; padding: 12px 14px; border-radius: 12px; background: rgb(255 255 255 / 0.08); text-align: start; overflow-wrap: anywhere; }
    dt { font-family: ui-monospace, monospace; color: #ffc46b; }
    dd { margin: 4px 0 0; color: rgb(255 255 255 / 0.8); user-select: text; }
    @container (inline-size < 26rem) {
      .view > svg { display: none; }
      .title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .retry { min-block-size: 40px; margin-block-start: 0; }
      summary { padding-block: 2px; }
    }
    /* The button is an icon beside the heading. */
    @container (inline-size < 22rem) {
      .view:has(.retry) { grid-template-columns: 1fr auto; place-items: center start; text-align: start; }
      .view:has(.retry) > :not(h2, .retry) { grid-column: 1 / -1; }
      h2 { grid-row: 2; }
      .retry { grid-area: 2 / 2; gap: 0; justify-content: center; inline-size: 40px; padding: 0; font-size: 0; }
      p { grid-row: 3; }
      details { grid-row: 4; }
      summary { padding-inline: 0; }
    }
    @container (inline-size < 18rem) { .title { display: none; } }
    @media (forced-colors: active) { button { border: 1px solid ButtonText; } }
  `;
  @property({ attribute: false }) accessor error: SmoothError | undefined;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');
  /** Title of the media. */
  @property({ attribute: false }) accessor mediaTitle = '';
  /** URL of the documentation of errors, in which `{code}` stands for the code; without it there is no link. */
  @property({ attribute: false }) accessor docs: string | null = null;
  /** Whether the details of this error were copied. */
  @state() private accessor isCopied = false;
  @query('.retry, summary') private accessor first: HTMLElement | null = null;

  /** Focuses "Try again", or else the details; the heading stays in view. */
  override focus(options?: FocusOptions): void {
    this.first?.focus({ preventScroll: true, ...options });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('error')) this.isCopied = false;
  }

  override render() {
    const { error, strings } = this;
    if (!error) return nothing;
    return html`
      <div class="view" role="alert">
        ${this.mediaTitle ? html`<div class="title" part="title" dir="auto">${this.mediaTitle}</div>` : nothing}
        ${warningIcon}
        <h2>${strings.failed}</h2>
        <p part="message">${failureText(error, strings)}</p>
        ${
          error.retryable
            ? html`<button class="retry" part="button" type="button" title=${strings.retry} @click=${this.#ask}>${replayIcon}${strings.retry}</button>`
            : nothing
        }
        <details part="details">
          <summary>${strings.details}</summary>
          <dl dir="ltr" lang="en">
            <dt>${error.code}</dt>
            ${this.#details(error).map((line) => html`<dd>${line}</dd>`)}
          </dl>
          <div class="more">
            <button class="copy" type="button" @click=${() => this.#copy(error)}>
              ${this.isCopied ? strings.copied : strings.copyDetails}</button>
            ${
              this.docs
                ? html`<a href=${this.docs.replaceAll('{code}', error.code)} target="_blank" rel="noopener">${strings.aboutError}</a>`
                : nothing
            }
          </div>
        </details>
      </div>
    `;
  }

  /** Message and hint, without what is shown already. */
  #details(error: SmoothError): readonly string[] {
    const lines = [error.message, error.hint].filter((line) => line !== failureText(error, this.strings));
    return [...new Set(lines)];
  }

  async #copy(error: SmoothError): Promise<void> {
    try {
      await navigator.clipboard.writeText([error.code, error.message, error.hint].join('\n'));
      this.isCopied = true;
    } catch {
      // Not allowed here: the text can be selected.
    }
  }

  #ask = () => this.dispatchEvent(new ControlRequestEvent({ type: 'retry' }));
}

/** A second copy of the library on the page doesn't replace the first. */
export function defineErrorView(): void {
  if (!customElements.get('smooth-error-view')) customElements.define('smooth-error-view', SmoothErrorView);
}
