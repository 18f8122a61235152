import { css, html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';

/**
 * Where playback is, and how long it is; how far behind live, and what time it was there. Screen readers get both from the seek bar.
 *
 * @customElement smooth-time-display
 * @csspart time - Both figures.
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
  /** Where playback is, and what is shown beside it where there is room. */
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
