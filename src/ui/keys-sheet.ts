import { css, html, LitElement } from 'lit';
import { property, query } from 'lit/decorators.js';
import { readTheme } from './attributes.ts';
import { type KeyRow, keyRows } from './key-list.ts';
import { keysStringsFor } from './keys-strings.ts';
import { closeIcon } from './late-icons.ts';
import type { LateHost, LatePart } from './late-part.ts';
import { HoldEvent } from './requests.ts';
import { chaptersOf } from './text/chapters.ts';

const TAG = 'smooth-keys-sheet';

/**
 * A dialog that lists the keyboard shortcuts. It is over the page, and follows the player's theme. Loaded when `?` is
 * first pressed.
 *
 * @customElement smooth-keys-sheet
 * @csspart dialog - The panel.
 */
export class SmoothKeysSheet extends LitElement {
  static override styles = css`
    *, ::before, ::after { box-sizing: border-box; }
    dialog {
      --_back: #16181e; --_front: #f2f4f8; --_quiet: #a9b2c1; --_line: rgb(255 255 255 / 0.16); --_focus: #7db6ff;
      inline-size: min(560px, 100vi - 16px);
      max-block-size: min(720px, 100vb - 16px);
      padding: 0;
      border: 0;
      border-radius: 16px;
      overflow: auto;
      overscroll-behavior: contain;
      scrollbar-width: thin;
      scrollbar-color: var(--_quiet) transparent;
      color: var(--_front);
      background: var(--_back);
      box-shadow: 0 0 0 1px var(--_line), 0 16px 56px rgb(0 0 0 / 0.5);
      font: 500 14px/1.35 var(--_font);
    }
    dialog[data-theme='light'] { --_back: #fff; --_front: #16191f; --_quiet: #545d6b; --_line: rgb(0 0 0 / 0.16); --_focus: #0b62d6; }
    @media (prefers-color-scheme: light) {
      dialog[data-theme='auto'] { --_back: #fff; --_front: #16191f; --_quiet: #545d6b; --_line: rgb(0 0 0 / 0.16); --_focus: #0b62d6; }
    }
    dialog::backdrop { background: rgb(0 0 0 / 0.5); }
    header { position: sticky; inset-block-start: 0; display: flex; align-items: center; gap: 12px; padding: 10px 10px 8px 18px; background: var(--_back); }
    h2 { flex: 1; margin: 0; font-size: 16px; }
    button { all: unset; display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 12px; cursor: pointer; }
    button:focus-visible { outline: 2px solid var(--_focus); outline-offset: -3px; }
    svg { inline-size: 22px; block-size: 22px; }
    dl { margin: 0; padding: 0 18px 16px; }
    div { display: grid; grid-template-columns: minmax(min-content, 1fr) minmax(0, auto); gap: 4px 16px; align-items: center; padding-block: 6px; border-block-start: 1px solid var(--_line); }
    dt { grid-column: 2; grid-row: 1; display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 4px; }
    dd { grid-column: 1; grid-row: 1; margin: 0; overflow-wrap: break-word; }
    /* Where lines break between any two characters. */
    dd:is(:lang(ja), :lang(ko), :lang(zh)) { min-inline-size: 5em; }
    kbd { min-inline-size: 26px; padding: 3px 7px; border: 1px solid var(--_line); border-radius: 6px; color: var(--_quiet); font: 600 12px/1.3 var(--_font); text-align: center; white-space: nowrap; }
    @media (prefers-contrast: more) { dialog { --_line: currentColor; --_quiet: currentColor; } }
    @media (forced-colors: active) { dialog { border: 1px solid CanvasText; } }
  `;
  @property({ attribute: false }) accessor rows: readonly KeyRow[] = [];
  @property({ attribute: false }) accessor language = 'en';
  @property({ attribute: false }) accessor closeLabel = '';
  @property({ attribute: false }) accessor theme = 'auto';
  @query('dialog') private accessor dialog: HTMLDialogElement | null = null;

  override render() {
    const { title } = keysStringsFor(this.language);
    return html`
      <dialog part="dialog" aria-label=${title} data-theme=${this.theme} @keydown=${stop} @close=${this.#closed} @click=${this.#clicked}>
        <header><h2>${title}</h2>
          <button type="button" aria-label=${this.closeLabel} title=${this.closeLabel} @click=${this.close}>${closeIcon}</button></header>
        <dl>${this.rows.map(
          ({ keys, label }) =>
            html`<div><dt dir="ltr" lang="en">${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${label}</dd></div>`,
        )}</dl>
      </dialog>
    `;
  }

  /** Opens it, or closes it if it is open. */
  toggle(): void {
    if (!this.dialog) return;
    if (this.dialog.open) this.close();
    else {
      this.dialog.showModal();
      this.dispatchEvent(new HoldEvent(true));
    }
  }

  close = () => this.dialog?.close();

  #closed = () => this.dispatchEvent(new HoldEvent(false));

  /** Outside of the panel. */
  #clicked = ({ target, clientX: x, clientY: y }: MouseEvent) => {
    if (!(target instanceof HTMLDialogElement)) return;
    const { left, right, top, bottom } = target.getBoundingClientRect();
    if (x < left || x > right || y < top || y > bottom) this.close();
  };
}

/** The player's shortcuts don't apply in the dialog, except the one that closes it. */
function stop(event: KeyboardEvent): void {
  if (event.key !== '?') event.stopPropagation();
}

/** A second copy of the library on the page doesn't replace the first. */
export function defineKeysSheet(): void {
  if (!customElements.get(TAG)) customElements.define(TAG, SmoothKeysSheet);
}

/** Shows the sheet at once, and whenever it is requested again. */
export function open(host: LateHost): LatePart {
  defineKeysSheet();
  const toggle = async () => {
    host.requestUpdate();
    await host.updateComplete;
    const sheet = host.renderRoot.querySelector<SmoothKeysSheet>(TAG);
    await sheet?.updateComplete;
    sheet?.toggle();
  };
  const target: EventTarget = host;
  target.addEventListener('smooth-keys', () => void toggle());
  queueMicrotask(() => void toggle());
  return {
    render: (strings) =>
      html`<smooth-keys-sheet .rows=${keyRows(strings, keysStringsFor(strings.language), chaptersOf(host.player).length > 0)}
        .language=${strings.language} .closeLabel=${strings.close} .theme=${readTheme(host.theme)}></smooth-keys-sheet>`,
  };
}
