import { css, html, LitElement, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import type { PlayerStats } from '../player/stats.ts';
import { closeIcon } from './icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { statsRows } from './stats-rows.ts';
import { type Strings, stringsFor } from './strings.ts';

/**
 * The figures of a playback, for engineers, over the picture. In English, as the errors' details are.
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
      border-radius: 12px;
      color: #e9edf4;
      background: rgb(10 13 19 / 0.78);
      backdrop-filter: blur(14px);
      font: 500 11.5px/1.55 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace;
      font-variant-numeric: tabular-nums;
    }
    dl { display: grid; grid-template-columns: auto 1fr; gap: 0 14px; margin: 0; padding: 10px 40px 10px 14px; }
    dt { color: #9fb0c8; }
    dd { margin: 0; }
    button {
      position: absolute;
      inset-block-start: 0;
      inset-inline-end: 0;
      display: grid;
      place-items: center;
      inline-size: 36px;
      block-size: 36px;
      border: 0;
      color: inherit;
      background: none;
      cursor: pointer;
    }
    button:focus-visible { outline: 2px solid currentColor; outline-offset: -4px; border-radius: 10px; }
    svg { inline-size: 16px; }
  `;
  @property({ attribute: false }) accessor stats: PlayerStats | undefined;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');

  override render() {
    if (!this.stats) return nothing;
    const rows = statsRows(this.stats);
    return html`
      <section part="stats" aria-label=${this.strings.statistics}>
        <dl dir="ltr" lang="en">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
        <button type="button" aria-label=${this.strings.close} @click=${this.#close}>${closeIcon}</button>
      </section>
    `;
  }

  #close = () => this.dispatchEvent(new ControlRequestEvent({ type: 'toggle-stats' }));
}
