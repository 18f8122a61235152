import { css, html, LitElement } from 'lit';
import { property, query } from 'lit/decorators.js';
import { HoldEvent } from '../requests.ts';
import { percentText } from '../time-text.ts';
import { captionStyles } from './caption-style.ts';
import { CAPTION_SETTINGS, type CaptionStyle } from './caption-style-values.ts';
import { type StyleStrings, styleStringsFor } from './style-strings.ts';

type Name = keyof CaptionStyle;
const NAMES = Object.keys(CAPTION_SETTINGS) as Name[];

/**
 * The dialog for the viewer's caption style. The captions on the picture show each change at once. 47 CFR 79.103 and EN
 * 301 549, 7.1.4.
 *
 * @customElement smooth-caption-style
 * @csspart dialog - The panel.
 */
export class SmoothCaptionStyle extends LitElement {
  static override styles = css`
    *, ::before, ::after { box-sizing: border-box; }
    dialog {
      position: absolute;
      inset: clamp(8px, 2cqi, 24px) clamp(8px, 2cqi, 24px) auto auto;
      inline-size: min(680px, 100% - 16px);
      max-block-size: min(max(180px, 100% - 210px), 100% - 16px);
      margin: 0;
      padding: 14px 16px 0;
      border: 0;
      border-radius: 16px;
      overflow: auto;
      overscroll-behavior: contain;
      scrollbar-width: thin;
      scrollbar-color: currentColor transparent;
      color: var(--_panel-ink);
      background: var(--_panel);
      box-shadow: 0 0 0 1px var(--_panel-edge), 0 12px 40px rgb(0 0 0 / 0.28);
      backdrop-filter: blur(22px) saturate(1.6);
      font: 500 14px/1.3 var(--_font);
      z-index: 3;
    }
    h2 { margin: 0 0 10px; font-size: 15px; }
    .settings { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr)); gap: 7px 20px; }
    label { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr); gap: 12px; align-items: center; }
    /* Some browsers draw a select of their own style on their own background. */
    select {
      appearance: none;
      font: inherit;
      inline-size: 100%;
      min-block-size: 32px;
      padding-inline: 8px 24px;
      border: 1px solid var(--_panel-edge);
      border-radius: 8px;
      color: inherit;
      background: var(--_panel-hover);
    }
    .select { position: relative; }
    .select::after {
      content: '';
      position: absolute;
      inset-block-start: calc(50% - 5px);
      inset-inline-end: 11px;
      inline-size: 6px;
      block-size: 6px;
      border: solid currentColor;
      border-width: 0 1.5px 1.5px 0;
      rotate: 45deg;
      pointer-events: none;
    }
    select option { color: #16191f; background: #fff; }
    select:focus-visible, button:focus-visible { outline: 2px solid var(--_panel-accent); outline-offset: 1px; }
    .buttons {
      display: flex;
      justify-content: flex-end;
      gap: 8px;
      margin: 6px -16px 0;
      padding: 8px 16px 12px;
      background: var(--_panel);
    }
    @container (inline-size >= 560px) { .buttons { position: sticky; inset-block-end: 0; } }
    button {
      all: unset;
      box-sizing: border-box;
      min-block-size: 36px;
      padding-inline: 14px;
      border-radius: 10px;
      display: inline-grid;
      place-items: center;
      cursor: pointer;
      background: var(--_panel-hover);
    }
    button.done { color: #fff; background: #0b62d6; }
    @media (pointer: coarse) { select, button { min-block-size: 44px; } }
    @media (forced-colors: active) {
      dialog { border: 1px solid CanvasText; }
      button { border: 1px solid ButtonText; }
    }
  `;

  @property({ attribute: false }) accessor language = 'en';
  /** Whether the style is stored. */
  @property({ attribute: false }) accessor isKept = true;
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;
  #listening: AbortController | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    captionStyles.addEventListener('change', () => this.requestUpdate(), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listening?.abort();
  }

  override render() {
    const strings = styleStringsFor(this.language);
    return html`
      <dialog part="dialog" aria-label=${strings.title} @keydown=${this.#key} @close=${this.#closed}>
        <h2>${strings.title}</h2>
        <div class="settings">${NAMES.map((name) => this.#setting(name, strings))}</div>
        <div class="buttons">
          <button type="button" class="reset" @click=${this.#reset}>${strings.reset}</button>
          <button type="button" class="done" @click=${this.close}>${strings.done}</button>
        </div>
      </dialog>
    `;
  }

  /** Opens it beside the captions on the picture, not as a modal dialog over the page. */
  open(): void {
    if (!this.dialog || this.dialog.open) return;
    this.dialog.show();
    this.renderRoot.querySelector<HTMLElement>('select')?.focus();
    this.dispatchEvent(new HoldEvent(true));
  }

  close = () => this.dialog?.close();

  #closed = () => {
    this.dispatchEvent(new HoldEvent(false));
    this.dispatchEvent(new Event('close'));
  };

  #setting(name: Name, strings: StyleStrings) {
    const values = CAPTION_SETTINGS[name];
    const chosen = captionStyles.style[name];
    return html`
      <label>
        <span>${strings.names[name]}</span>
        <span class="select"><select name=${name} @change=${this.#changed}>
          <option value="" ?selected=${chosen === undefined}>${strings.asAuthored}</option>
          ${values.map(
            (value) =>
              html`<option value=${String(value)} .selected=${value === chosen}>${wordOf(value, strings)}</option>`,
          )}
        </select></span>
      </label>
    `;
  }

  #changed = ({ target }: Event) => {
    if (!(target instanceof HTMLSelectElement)) return;
    const name = target.name as Name;
    const value = (CAPTION_SETTINGS[name] as readonly unknown[]).find((one) => String(one) === target.value);
    const { [name]: _, ...others } = captionStyles.style;
    captionStyles.change(value === undefined ? others : { ...others, [name]: value }, this.isKept);
  };

  #reset = () => {
    captionStyles.change({}, this.isKept);
  };

  #key = (event: KeyboardEvent) => {
    // The player's shortcuts don't apply in the dialog.
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    event.preventDefault();
    this.close();
  };
}

const wordOf = (value: string | number, { values, language }: StyleStrings): string =>
  typeof value === 'number' ? percentText(value, language) : (values[value] ?? value);

/** Registers the element; further calls do nothing. */
export function defineCaptionStyle(): void {
  if (!customElements.get('smooth-caption-style'))
    customElements.define('smooth-caption-style', SmoothCaptionStyle);
}
