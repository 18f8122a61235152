import { css, html, LitElement, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Picture } from '../player/navigate/picture-source.ts';
import type { Previews } from '../player/navigate/previews.ts';

/** The maximum device pixel ratio of previews: the pictures are small. */
const MOST_DENSITY = 2;

/**
 * Shows the picture of a position in the title as soon as it is available, and until then one of a nearby position.
 *
 * @customElement smooth-preview
 */
export class SmoothPreview extends LitElement {
  static override styles = css`
    :host { display: block; }
    canvas { display: block; inline-size: 100%; border-radius: 5px; background: #000; }
    :host(:not([has-picture])) canvas { display: none; }
    @media (forced-colors: active) { canvas { border: 1px solid CanvasText; } }
  `;
  /** Seconds. */
  @property({ attribute: false }) accessor time = 0;
  @property({ attribute: false }) accessor previews: Previews | undefined;
  /** Whether it is permanent, such as a chapter's picture: others may be needed at the same time. */
  @property({ type: Boolean }) accessor still = false;
  /** CSS pixels. */
  @property({ attribute: false }) accessor width = 160;
  /** Whether there has been a picture; from then on the box keeps its size. */
  @property({ type: Boolean, attribute: 'has-picture', reflect: true }) accessor hasPicture = false;
  @state() private accessor ratio = 9 / 16;
  @query('canvas') private accessor canvas: HTMLCanvasElement | null = null;
  #shown: Picture | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (!this.still) this.previews?.leave();
  }

  protected override render(): unknown {
    const width = this.#pixels;
    return html`<canvas width=${width} height=${Math.round(width * this.ratio)}></canvas>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('width')) this.style.setProperty('inline-size', `${this.width}px`);
    if (changed.has('previews')) this.hasPicture = false;
    if (changed.has('time') || changed.has('previews')) void this.#look();
    // Resizing a canvas clears it.
    else if (changed.has('width') || changed.has('ratio')) this.#draw(this.#shown);
  }

  get #pixels(): number {
    return Math.round(this.width * Math.min(MOST_DENSITY, devicePixelRatio || 1));
  }

  async #look(): Promise<void> {
    const { time, previews } = this;
    if (!previews) return;
    if (!this.still) this.#draw(previews.nearest(time));
    const picture = await (this.still ? previews.still(time) : previews.at(time, { width: this.#pixels }));
    if (picture && this.isConnected && this.time === time) this.#draw(picture);
  }

  #draw(picture: Picture | undefined): void {
    const { canvas } = this;
    // A closed image has no size.
    if (!canvas || !picture || picture.image.width === 0) return;
    this.#shown = picture;
    const { image } = picture;
    this.ratio = image.height / image.width;
    const height = Math.round(canvas.width * this.ratio);
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    this.hasPicture = true;
  }
}

export function definePreview(): void {
  if (!customElements.get('smooth-preview')) customElements.define('smooth-preview', SmoothPreview);
}
