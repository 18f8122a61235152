import { css, LitElement, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import type { Cue, Region } from '../../text/cue.ts';
import { captionStyles } from './caption-style.ts';
import { drawCue, drawRegion } from './draw-cue.ts';
import { drawable } from './drawable.ts';

/**
 * Renders cues over the picture: a layer of the picture's size, without its letterbox.
 *
 * @customElement smooth-captions
 * @csspart region - The box that contains cues.
 * @csspart window - The background of a whole caption, if the viewer has chosen one.
 * @csspart cue - One caption.
 */
export class SmoothCaptions extends LitElement {
  static override styles = css`
    :host { position: absolute; inset: 0; overflow: clip; pointer-events: none; user-select: none; contain: strict; }
    .picture { position: absolute; container-type: size; overflow: clip; }
    .region { position: absolute; display: flex; flex-direction: column; box-sizing: border-box; }
    .window { display: flex; flex-direction: column; align-self: center; padding: 0.4cqh 1cqw; border-radius: 0.4cqh; }
    .cue span { box-decoration-break: clone; -webkit-box-decoration-break: clone; padding-block: 0.06em; padding-inline: 0.2em; overflow-wrap: anywhere; }
    .cue data { position: relative; }
    .cue ruby { ruby-align: center; }
    .cue ruby span { padding-inline: 0 !important; }
    .rows { display: inline-block; }
    .image { display: block; inline-size: 100%; block-size: 100%; object-fit: contain; }
    .flashing { animation: flash 1s steps(2, jump-none) infinite; }
    @keyframes flash { to { visibility: hidden; } }
    @media (prefers-reduced-motion: reduce) { .flashing { animation: none; } }
    @media (forced-colors: active) {
      .cue span { forced-color-adjust: auto; background-color: Canvas !important; color: CanvasText !important; }
    }
  `;

  @property({ attribute: false }) accessor cues: readonly Cue[] = [];
  @property({ attribute: false }) accessor video: HTMLVideoElement | undefined = undefined;
  /** Whether to stay clear of the controls beside this element: `.top` at its upper edge, `.bar` at the lower one. */
  @property({ attribute: false }) accessor avoidsControls = false;

  readonly #picture = document.createElement('div');
  readonly #resized = new ResizeObserver(() => this.#place());
  #listening: AbortController | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#picture.className = 'picture';
    this.setAttribute('aria-hidden', 'true');
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    captionStyles.follow();
    captionStyles.addEventListener('change', () => this.#draw(), { signal });
    this.#observe();
    this.video?.addEventListener('resize', () => this.#place(), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listening?.abort();
    this.#resized.disconnect();
  }

  protected override render() {
    return this.#picture;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('cues')) this.#draw();
    if (changed.has('avoidsControls')) this.#observe();
    if (changed.has('avoidsControls') || changed.has('video')) this.#place();
  }

  #observe(): void {
    this.#resized.disconnect();
    for (const one of [this, ...this.#edges]) if (one) this.#resized.observe(one);
  }

  /** What is at the upper and at the lower edge. */
  get #edges(): readonly (HTMLElement | null | undefined)[] {
    const beside = this.avoidsControls ? this.parentElement : undefined;
    return ['.top', '.bar'].map((name) => beside?.querySelector<HTMLElement>(name));
  }

  /** Redraws all of them: there are few, and they change every few seconds. */
  #draw(): void {
    const { style } = captionStyles;
    const regions = new Map<string, { readonly region: Region; readonly boxes: HTMLElement[] }>();
    for (const cue of drawable(this.cues)) {
      const key = JSON.stringify(cue.region);
      const found = regions.get(key) ?? { region: cue.region, boxes: [] };
      found.boxes.push(drawCue(cue, style));
      regions.set(key, found);
    }
    this.#picture.replaceChildren(
      ...[...regions.values()].map(({ region, boxes }) => drawRegion(region, boxes, style)),
    );
  }

  /** Aligns the layer with the picture, which may be smaller than the element. */
  #place(): void {
    const { clientWidth: width, clientHeight: height, video } = this;
    const { videoWidth = 0, videoHeight = 0 } = video ?? {};
    const isContained = !video || getComputedStyle(video).objectFit === 'contain';
    const scale =
      videoWidth > 0 && videoHeight > 0 && isContained
        ? Math.min(width / videoWidth, height / videoHeight)
        : 0;
    const [shownWidth, shownHeight] = scale > 0 ? [videoWidth * scale, videoHeight * scale] : [width, height];
    const top = (height - shownHeight) / 2;
    const { style } = this.#picture;
    style.setProperty('left', `${(width - shownWidth) / 2}px`);
    style.setProperty('top', `${top}px`);
    style.setProperty('width', `${shownWidth}px`);
    style.setProperty('height', `${shownHeight}px`);
    const [head, bar] = this.#edges;
    style.setProperty('--_head', `${Math.max(0, headHeight(head) - top)}px`);
    style.setProperty('--_bar', `${Math.max(0, (bar?.offsetHeight ?? 0) - top)}px`);
  }
}

/** The height that a title covers, with half of the space below; without content it covers nothing. */
function headHeight(head: HTMLElement | null | undefined): number {
  if (!head) return 0;
  const { paddingTop, paddingBottom } = getComputedStyle(head);
  const [above, below] = [Number.parseFloat(paddingTop), Number.parseFloat(paddingBottom)];
  return head.clientHeight > above + below ? head.clientHeight - below / 2 : 0;
}

/** Registers the element; further calls do nothing. */
export function defineCaptions(): void {
  if (!customElements.get('smooth-captions')) customElements.define('smooth-captions', SmoothCaptions);
}
