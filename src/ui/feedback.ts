import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { forwardIcon, pauseIcon, playIcon, rewindIcon } from './icons.ts';

/** What a click, a tap or a key did. */
export type FeedbackKind = 'play' | 'pause' | 'back' | 'forward';

const ICONS: Readonly<Record<FeedbackKind, TemplateResult>> = {
  play: playIcon,
  pause: pauseIcon,
  back: rewindIcon,
  forward: forwardIcon,
};

/**
 * Shows on the picture what a click, a tap or a key did, for a moment. Screen readers get it from the player's status.
 * Loaded when it is first needed.
 *
 * @customElement smooth-feedback
 * @csspart feedback - The icon in the middle, or the wave at a side.
 */
export class SmoothFeedback extends LitElement {
  static override styles = css`
    *, ::before, ::after { box-sizing: border-box; }
    :host { position: absolute; inset: 0; overflow: clip; pointer-events: none; color: #fff; }
    .middle {
      position: absolute;
      inset: 0;
      display: grid;
      place-items: center;
      margin: auto;
      inline-size: clamp(52px, 11cqi, 80px);
      aspect-ratio: 1;
      border-radius: 50%;
      background: rgb(0 0 0 / 0.55);
      animation: pop 520ms cubic-bezier(0.2, 0, 0, 1) forwards;
    }
    svg { display: block; inline-size: 46%; }
    .side {
      position: absolute;
      inset-block: 0;
      inline-size: 36%;
      display: grid;
      place-content: center;
      justify-items: center;
      gap: 6px;
      overflow: clip;
      background: rgb(255 255 255 / 0.14);
      font: 600 clamp(12px, 1.8cqi, 15px) / 1.2 var(--_font);
      font-variant-numeric: tabular-nums;
      text-shadow: 0 1px 3px rgb(0 0 0 / 0.8);
      animation: fade 760ms ease-out forwards;
    }
    .side svg { inline-size: clamp(26px, 5cqi, 38px); filter: drop-shadow(0 1px 2px rgb(0 0 0 / 0.7)); animation: nudge 760ms ease-out; }
    .back { left: 0; border-radius: 0 50% 50% 0 / 0 60% 60% 0; --_way: -1; }
    .forward { right: 0; border-radius: 50% 0 0 50% / 60% 0 0 60%; --_way: 1; }
    .wave {
      position: absolute;
      inset: 0;
      margin: auto;
      inline-size: 100%;
      aspect-ratio: 1;
      align-self: center;
      border-radius: 50%;
      background: rgb(255 255 255 / 0.22);
      animation: wave 700ms ease-out forwards;
    }
    @keyframes pop { 0% { opacity: 0.9; scale: 0.8; } 45% { opacity: 0.9; } 100% { opacity: 0; scale: 1.35; } }
    @keyframes fade { 0%, 62% { opacity: 1; } 100% { opacity: 0; } }
    @keyframes nudge { 30% { translate: calc(9px * var(--_way)) 0; } 60% { translate: 0; } }
    @keyframes wave { from { scale: 0.1; opacity: 1; } to { scale: 2.4; opacity: 0; } }
    @media (prefers-reduced-motion: reduce) {
      .middle { animation-name: fade; }
      .wave { display: none; }
      .side svg { animation: none; }
    }
    @media (forced-colors: active) { .middle, .side { border: 1px solid CanvasText; } }
  `;
  /** A new object each time. */
  @property({ attribute: false }) accessor shown:
    | { readonly kind: FeedbackKind; readonly text: string }
    | undefined;

  override render() {
    const { shown } = this;
    if (!shown) return nothing;
    const { kind, text } = shown;
    const drawn =
      kind === 'play' || kind === 'pause'
        ? html`<div class="middle" part="feedback" @animationend=${this.#end}>${ICONS[kind]}</div>`
        : html`<div class="side ${kind}" part="feedback" @animationend=${this.#end}><div class="wave"></div>${ICONS[kind]}<span>${text}</span></div>`;
    // A new element each time, so that its animation restarts.
    return keyed(shown, drawn);
  }

  #end = ({ target, currentTarget }: AnimationEvent) => {
    if (target === currentTarget) this.shown = undefined;
  };
}

/** A second copy of the library on the page doesn't replace the first. */
export function defineFeedback(): void {
  if (!customElements.get('smooth-feedback')) customElements.define('smooth-feedback', SmoothFeedback);
}
