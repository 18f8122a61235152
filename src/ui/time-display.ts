import { css, html, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import { clockText } from './time-text.ts';

/**
 * Where playback is, and how long it is. Screen readers get both from the seek bar.
 *
 * @customElement smooth-time-display
 * @csspart time - Both figures.
 */
export class SmoothTimeDisplay extends LitElement {
  static override styles = css`
    :host { display: block; }
    /* Without room for both the duration wraps to a second line, which isn't seen. */
    div { display: flex; flex-wrap: wrap; block-size: 18px; overflow: hidden; }
    span {
      white-space: pre;
      font: 500 13px/18px var(--_font);
      font-variant-numeric: tabular-nums;
      text-shadow: 0 1px 2px rgb(0 0 0 / 0.6);
    }
    .of { opacity: 0.72; }
  `;
  /** Seconds. */
  @property({ attribute: false }) accessor time = 0;
  /** Seconds; NaN while it isn't known. */
  @property({ attribute: false }) accessor duration = Number.NaN;

  override render() {
    const { time, duration } = this;
    return html`
      <div part="time" dir="ltr" aria-hidden="true">
        <span>${clockText(time, duration)}</span><span class="of"> / ${clockText(duration)}</span>
      </div>
    `;
  }
}
