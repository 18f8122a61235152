import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { Previews } from '../../player/navigate/previews.ts';
import { backIcon, checkIcon, nextIcon } from '../late-icons.ts';
import type { MenuItem } from '../menu-item.ts';
import { type ControlRequest, ControlRequestEvent, HoldEvent, type MenuPageId } from '../requests.ts';
import { type Strings, stringsFor } from '../strings.ts';
import type { MenuAction, MenuModel, MenuPage } from './menu-model.ts';
import { placeOf } from './menu-place.ts';
import { menuStyles } from './menu-styles.ts';
import { typeAhead } from './type-ahead.ts';

/** CSS pixels. */
const PICTURE_WIDTH = 96;
/** Characters typed within this time belong together. */
const TYPED_WITHIN_MS = 700;

/**
 * The menu of settings, with a page for each. On small screens it slides in from the lower edge. Loaded when it is first
 * opened.
 *
 * @customElement smooth-menu
 * @csspart menu - The panel.
 * @csspart item - A row of it.
 * @fires smooth-request - With the request of the chosen item.
 * @fires smooth-hold - When the menu opens and closes.
 * @fires close - When it has closed.
 */
export class SmoothMenu extends LitElement {
  static override styles = menuStyles;
  @property({ attribute: false }) accessor model: MenuModel = { pages: [], actions: [] };
  @property({ attribute: false }) accessor strings: Strings = stringsFor('en');
  /** Provides the pictures of items; called when they are shown. */
  @property({ attribute: false }) accessor openPreviews: (() => Promise<Previews>) | undefined;
  @state() private accessor page: MenuPageId = 'settings';
  @state() private accessor previews: Previews | undefined;
  @query('#menu') private accessor menu: HTMLElement | null = null;
  #anchor: HTMLElement | undefined;
  /** The page it was opened at: it leads back no further. */
  #first: MenuPageId = 'settings';
  /** The page before, which the focus returns to. */
  #left: MenuPageId | undefined;
  #isOpen = false;
  #hadFocus = false;
  #typed = { text: '', at: 0 };

  override render() {
    const page = this.model.pages.find(({ id }) => id === this.page);
    return html`
      <div id="menu" part="menu" popover role="menu" aria-label=${page?.label ?? this.strings.settings}
        @toggle=${this.#toggled} @keydown=${this.#key}>
        ${keyed(page?.id, page ? this.#page(page) : this.#root())}
      </div>
    `;
  }

  /** Opens the menu at a page, beside a control. */
  async open(page: MenuPageId, anchor: HTMLElement): Promise<void> {
    this.#anchor = anchor;
    this.#first = this.page = page;
    this.#left = undefined;
    await this.updateComplete;
    if (!this.menu || this.menu.matches(':popover-open')) return;
    const player = (this.getRootNode() as ShadowRoot).host.getBoundingClientRect();
    const place = placeOf(anchor.getBoundingClientRect(), player, {
      width: anchor.ownerDocument.documentElement.clientWidth,
      height: anchor.ownerDocument.documentElement.clientHeight,
    });
    for (const [name, value] of Object.entries(place)) this.menu.style.setProperty(name, value);
    this.menu.showPopover();
    this.#toggled();
    this.#focus();
  }

  /** At once: the browser's `toggle` event comes later, after the menu may have been opened again. */
  close(): void {
    this.menu?.hidePopover();
    this.#toggled();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#toggled();
  }

  protected override willUpdate(): void {
    this.#hadFocus = this.shadowRoot?.activeElement != null;
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get('page' as keyof SmoothMenu);
    // The item that had the focus may be gone, as when another title is loaded.
    const hasLostFocus = this.#hadFocus && this.shadowRoot?.activeElement == null;
    if (this.#isOpen && (before !== undefined || hasLostFocus)) this.#focus();
    if (this.page === 'chapters' && this.openPreviews && !this.previews) void this.#fetchPreviews();
  }

  #root() {
    const { pages, actions } = this.model;
    return html`
      <div class="page root ${this.#left ? '' : 'first'}" role="presentation">
        ${pages.map((page) => this.#entry(page))}
        ${actions.length > 0 ? html`<hr>` : nothing}
        ${actions.map((action) => this.#action(action))}
      </div>
    `;
  }

  #entry({ id, icon, label, value }: MenuPage) {
    return html`
      <button class="item" part="item" type="button" role="menuitem" aria-haspopup="menu" value=${id}
        @click=${() => this.#go(id)}>
        ${icon}<span class="label">${label}</span><bdi class="note">${value}</bdi><span class="next">${nextIcon}</span>
      </button>
    `;
  }

  #action({ icon, label, request, keys }: MenuAction) {
    return html`
      <button class="item" part="item" type="button" role="menuitem" aria-keyshortcuts=${keys ?? nothing}
        @click=${() => this.#choose(request)}>
        ${icon}<span class="label">${label}</span>${keys ? html`<span class="note" aria-hidden="true">${keys}</span>` : nothing}
      </button>
    `;
  }

  #page(page: MenuPage) {
    return html`
      <div class="page ${page.id === this.#first ? 'first' : ''}" role="presentation">
        ${
          page.id === this.#first
            ? html`<div class="heading" role="presentation">${page.label}</div>`
            : html`<button class="item back" part="item" type="button" role="menuitem"
                aria-label="${this.strings.back}: ${page.label}" @click=${this.#back}>
                <span class="before">${backIcon}</span><span class="label">${page.label}</span></button>`
        }
        ${page.items.map((item) => this.#item(item, page))}
      </div>
    `;
  }

  #item(item: MenuItem, page: MenuPage) {
    return html`
      ${item.isAction ? html`<hr>` : nothing}
      <button class="item choice" part="item" type="button" role=${item.isAction ? 'menuitem' : 'menuitemradio'}
        aria-checked=${item.isAction ? nothing : item.checked} @click=${() => this.#choose(page.request(item.value))}>
        <span class="check">${item.checked ? checkIcon : nothing}</span>
        ${
          this.previews && item.pictureAt !== undefined
            ? html`<smooth-preview still .previews=${this.previews} .time=${item.pictureAt} .width=${PICTURE_WIDTH}></smooth-preview>`
            : nothing
        }
        <bdi class="label">${item.label}</bdi>
        ${item.note ? html`<span class="note">${item.note}</span>` : nothing}
      </button>
    `;
  }

  #go(page: MenuPageId): void {
    this.#left = this.page;
    this.page = page;
  }

  #back = () => this.#go('settings');

  #choose(request: ControlRequest): void {
    this.close();
    this.#anchor?.focus({ preventScroll: true });
    this.dispatchEvent(new ControlRequestEvent(request));
  }

  #toggled = () => {
    const isOpen = this.isConnected && (this.menu?.matches(':popover-open') ?? false);
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.dispatchEvent(new HoldEvent(isOpen));
    if (!isOpen) this.dispatchEvent(new Event('close'));
  };

  /** The entry that was left, the selected item, or else the first. */
  #focus(): void {
    const items = this.#rows();
    const left = items.find(({ value }) => value !== '' && value === this.#left);
    const target = left ?? items.find((item) => item.ariaChecked === 'true') ?? items[0];
    target?.focus();
  }

  /** Without previews the items have text only. */
  async #fetchPreviews(): Promise<void> {
    const open = this.openPreviews;
    this.openPreviews = undefined;
    try {
      const [previews, { definePreview }] = await Promise.all([open?.(), import('../preview.ts')]);
      definePreview();
      this.previews = previews;
    } catch {
      this.previews = undefined;
    }
  }

  #key = (event: KeyboardEvent) => {
    const isBack = this.page !== this.#first;
    if (event.key === 'Tab' || (event.key === 'Escape' && !isBack)) {
      this.close();
      this.#anchor?.focus();
      if (event.key === 'Tab') return;
      event.preventDefault();
    }
    event.stopPropagation();
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isRtl = this.menu?.matches(':dir(rtl)') ?? false;
    const [inward, outward] = isRtl ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const items = this.#rows();
    const at = items.findIndex((item) => item.matches(':focus'));
    if (isBack && (event.key === outward || event.key === 'Escape')) this.#back();
    else if (event.key === inward) {
      const page = items[at]?.value;
      if (page) this.#go(page as MenuPageId);
    } else if (!this.#move(event.key, items, at)) return;
    event.preventDefault();
  };

  /** Moves the focus; whether the key did. */
  #move(key: string, items: readonly HTMLButtonElement[], at: number): boolean {
    const keys = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
    const next = key in keys ? Reflect.get(keys, key) : this.#typedTo(key, items, at);
    if (typeof next !== 'number') return false;
    items[next % items.length]?.focus();
    return true;
  }

  #typedTo(key: string, items: readonly HTMLButtonElement[], at: number): number | undefined {
    const now = performance.now();
    const before = now - this.#typed.at < TYPED_WITHIN_MS ? this.#typed.text : '';
    // A space alone activates the item.
    if ([...key].length !== 1 || (key === ' ' && before === '')) return undefined;
    this.#typed = { text: before + key, at: now };
    const labels = items.map((item) => item.querySelector('.label')?.textContent ?? '');
    return typeAhead(labels, at, this.#typed.text) ?? at;
  }

  #rows = () => [...this.renderRoot.querySelectorAll<HTMLButtonElement>('.item')];
}

/** A second copy of the library on the page doesn't replace the first. */
export function defineMenu(): void {
  if (!customElements.get('smooth-menu')) customElements.define('smooth-menu', SmoothMenu);
}
