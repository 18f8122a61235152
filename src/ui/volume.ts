import { css, html, LitElement, type PropertyValues } from 'lit';
import { property, query } from 'lit/decorators.js';
import { loudIcon, mutedIcon, quietIcon } from './icons.ts';
import { ControlRequestEvent } from './requests.ts';
import { type Strings, stringsFor } from './strings.ts';
import { percentText } from './time-text.ts';
import { buttonStyles } from './tokens.ts';

/**
 * A mute button, with a slider if there is room and the pointer is precise.
 *
 * @customElement smooth-volume
 * @csspart button - The mute button.
 * @csspart slider - The native range input.
 * @fires smooth-request - With `toggle-mute` or `volume`.
 */
export class SmoothVolume extends LitElement {
  static override styles = [
    buttonStyles,
    css`
      :host { align-items: center; }
      input {
        appearance: none;
        inline-size: 76px;
        block-size: var(--_target);
        margin: 0;
        margin-inline-end: 8px;
        background: none;
        cursor: pointer;
        --_track: linear-gradient(var(--_ink) 0 0) 0 / var(--_level, 100%) 100% no-repeat rgb(255 255 255 / 0.3);
      }
      :host(:dir(rtl)) input { --_track: linear-gradient(var(--_ink) 0 0) 100% / var(--_level, 100%) 100% no-repeat rgb(255 255 255 / 0.3); }
      input::-webkit-slider-runnable-track { block-size: 4px; border-radius: 2px; background: var(--_track); }
      input::-moz-range-track { block-size: 4px; border-radius: 2px; background: var(--_track); }
      input::-webkit-slider-thumb {
        appearance: none;
        inline-size: 12px;
        block-size: 12px;
        margin-block-start: -4px;
        border-radius: 50%;
        background: var(--_ink);
        box-shadow: 0 1px 3px rgb(0 0 0 / 0.5);
      }
      input::-moz-range-thumb { inline-size: 12px; block-size: 12px; border: 0; border-radius: 50%; background: var(--_ink); }
      input:focus-visible { outline: 2px solid var(--_ink); outline-offset: -8px; border-radius: 12px; }
      @media (pointer: coarse) { input { display: none; } }
      @container (inline-size < 36rem) { input { display: none; } }
      @media (forced-colors: active) { input { appearance: auto; } }
    `,
  ];
  /** From 0 to 1. */
  @property({ attribute: false }) accessor volume = 1;
  @property({ type: Boolean, reflect: true }) accessor muted = false;
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');
  @query('input') private accessor slider: HTMLInputElement | null = null;

  override render() {
    const { strings, muted } = this;
    const level = muted ? 0 : this.volume;
    const label = muted ? strings.unmute : strings.mute;
    return html`
      <button part="button" type="button" aria-label=${label} title=${label} aria-keyshortcuts="M" @click=${this.#askMute}>
        ${level === 0 ? mutedIcon : level < 0.5 ? quietIcon : loudIcon}
      </button>
      <input
        part="slider"
        type="range"
        min="0"
        max="1"
        step="0.05"
        aria-label=${strings.volume}
        aria-valuetext=${muted ? strings.muted : percentText(level, strings.language)}
        .value=${String(level)}
        @input=${this.#askVolume}
      />
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('volume') && !changed.has('muted')) return;
    this.slider?.style.setProperty('--_level', `${this.muted ? 0 : this.volume * 100}%`);
  }

  #askMute = () => this.dispatchEvent(new ControlRequestEvent({ type: 'toggle-mute' }));
  #askVolume = () =>
    this.dispatchEvent(new ControlRequestEvent({ type: 'volume', to: Number(this.slider?.value ?? 1) }));
}
