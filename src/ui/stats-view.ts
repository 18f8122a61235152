import { css, html, LitElement, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import type { SmoothPlayer } from '../player/player.ts';
import { closeIcon } from './late-icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { saveDiagnostics } from './save-diagnostics.ts';
import { statsRows } from './stats-rows.ts';
import { statsStringsFor } from './stats-strings.ts';
import { type Strings, stringsFor } from './strings.ts';

const READ_EVERY_MS = 500;

/**
 * Playback statistics for engineers, over the picture. Loaded when it is first shown.
 *
 * @customElement smooth-stats-view
 * @csspart stats - The panel.
 * @fires smooth-request - With `toggle-stats`, to be closed.
 */
export class SmoothStatsView extends LitElement {
  static override styles = css`
    :host {
      position: absolute;
      inset-block-start: 10px;
      inset-inline-start: 10px;
      max-block-size: calc(100% - 20px);
      max-inline-size: calc(100% - 20px);
      overflow: auto;
      scrollbar-width: thin;
      scrollbar-color: currentColor transparent;
      border-radius: 12px;
      color: #e9edf4;
      background: rgb(10 13 19 / 0.78);
      backdrop-filter: blur(14px);
      font: 500 11.5px/1.55 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace;
      font-variant-numeric: tabular-nums;
    }
    dl { display: grid; grid-template-columns: auto 1fr; gap: 0 14px; margin: 0; padding-block: 10px; padding-inline: 14px 40px; }
    dt { color: #9fb0c8; }
    dd { margin: 0; }
    .close {
      position: absolute;
      inset-block-start: 0;
      inset-inline-end: 0;
      display: grid;
      place-items: center;
      inline-size: 36px;
      block-size: 36px;
    }
    button { border: 0; color: inherit; background: none; font: inherit; cursor: pointer; }
    .save { margin: 0 10px 8px; padding: 6px 4px; text-decoration: underline; text-underline-offset: 3px; }
    button:focus-visible { outline: 2px solid currentColor; outline-offset: -4px; border-radius: 10px; }
    svg { inline-size: 16px; }
  `;
  @property({ attribute: false }) accessor player: SmoothPlayer | undefined;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');

  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), READ_EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override render() {
    if (!this.player) return nothing;
    const strings = statsStringsFor(this.strings.language);
    const rows = statsRows(this.player.getStats(), this.player.live, strings);
    return html`
      <section part="stats" aria-label=${this.strings.statistics}>
        <dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>`)}</dl>
        <button class="save" type="button" @click=${this.#save}>${strings.save}</button>
        <button class="close" type="button" aria-label=${this.strings.close} @click=${this.#close}>${closeIcon}</button>
      </section>
    `;
  }

  #save = () => {
    if (this.player) void saveDiagnostics(this.player);
  };
  #close = () => this.dispatchEvent(new ControlRequestEvent({ type: 'toggle-stats' }));
}

/** A second copy of the library on the page doesn't replace the first. */
export function defineStatsView(): void {
  if (!customElements.get('smooth-stats-view')) customElements.define('smooth-stats-view', SmoothStatsView);
}
