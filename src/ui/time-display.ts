import { css, html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';

/**
 * The current position and the duration; for live titles the time behind live and the time of day. Screen readers get
 * both from the seek bar.
 *
 * @customElement smooth-time-display
 * @csspart time - Both texts.
 */
export class SmoothTimeDisplay extends LitElement {
  static override styles = css`
    :host { display: block; }
    /* Without room for both the second wraps to a second line, which isn't seen. */
    div { display: flex; flex-wrap: wrap; block-size: 18px; overflow: hidden; }
    span {
      white-space: pre;
      font: 500 13px/18px var(--_font);
      font-variant-numeric: tabular-nums;
      text-shadow: 0 1px 2px rgb(0 0 0 / 0.6);
    }
    .of { opacity: 0.72; }
  `;
  /** The position, and what is shown beside it if there is room. */
  @property({ attribute: false }) accessor texts: readonly [now: string, rest: string] = ['', ''];

  override render() {
    const [now, rest] = this.texts;
    return html`
      <div part="time" dir="ltr" aria-hidden="true">
        <span>${now}</span><span class="of">${rest}</span>
      </div>
    `;
  }
}
