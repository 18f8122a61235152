import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Previews } from '../player/navigate/previews.ts';
import { checkIcon } from './icons.ts';
import type { MenuItem } from './menu-item.ts';
import { menuStyles } from './menu-styles.ts';
import { HoldEvent } from './requests.ts';
import { buttonStyles } from './tokens.ts';

/** CSS pixels. */
const PICTURE_WIDTH = 96;

/** A choice was made in a menu. */
export class ChooseEvent extends Event {
  readonly value: string;
  constructor(value: string) {
    super('smooth-choose');
    this.value = value;
  }
}

/**
 * A button that opens a menu with one selected item. On small screens the menu slides in from the lower edge.
 *
 * @customElement smooth-menu-button
 * @csspart button - The native button.
 * @csspart menu - The panel.
 * @csspart item - One choice.
 * @fires smooth-choose - When an item is chosen, with its `value`.
 * @fires smooth-hold - When the menu opens and closes.
 */
export class SmoothMenuButton extends LitElement {
  static override styles = [buttonStyles, menuStyles];
  /** The subject of the choice: the menu's heading and the button's name. */
  @property({ attribute: false }) accessor label = '';
  /** The selected choice, in a word or two, for the button's name and face. */
  @property({ attribute: false }) accessor value = '';
  /** Shows `value` beside the icon, if there is room. */
  @property({ type: Boolean, reflect: true, attribute: 'with-value' }) accessor withValue = false;
  @property({ attribute: false }) accessor icon: TemplateResult | typeof nothing = nothing;
  @property({ attribute: false }) accessor items: readonly MenuItem[] = [];
  /** Whether the feature is turned on; `undefined` if it can't be turned on and off. */
  @property({ attribute: false }) accessor pressed: boolean | undefined = undefined;
  /** Provides the pictures of items; called when the menu is opened. */
  @property({ attribute: false }) accessor openPreviews: (() => Promise<Previews>) | undefined;
  @state() private accessor isOpen = false;
  @state() private accessor previews: Previews | undefined;
  @query('button') private accessor button: HTMLButtonElement | null = null;
  @query('#menu') private accessor menu: HTMLElement | null = null;

  override render() {
    const name = `${this.label}: ${this.value}`;
    return html`
      <button part="button" type="button" popovertarget="menu" aria-haspopup="menu" aria-expanded=${this.isOpen}
        aria-label=${name} aria-pressed=${this.pressed ?? nothing} title=${this.label} @keydown=${this.#keyOnButton}>
        ${this.icon}<bdi class="value">${this.value}</bdi>
      </button>
      <div id="menu" part="menu" popover role="menu" aria-label=${this.label}
        @beforetoggle=${this.#place} @toggle=${this.#toggled} @keydown=${this.#keyInMenu}>
        <div class="heading" role="presentation">${this.label}</div>
        ${this.items.map((item) => this.#item(item))}
      </div>
    `;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.isOpen) this.#toggled();
  }

  #item(item: MenuItem) {
    return html`
      <button class="item" part="item" type="button" role=${item.isAction ? 'menuitem' : 'menuitemradio'} tabindex="-1"
        aria-checked=${item.isAction ? nothing : item.checked} @click=${() => this.#choose(item)}>
        <span class="check">${item.checked ? checkIcon : nothing}</span>
        ${
          this.previews && item.pictureAt !== undefined
            ? html`<smooth-preview still .previews=${this.previews} .time=${item.pictureAt} .width=${PICTURE_WIDTH}></smooth-preview>`
            : nothing
        }
        <span class="label">${item.label}</span>
        ${item.note ? html`<span class="note">${item.note}</span>` : nothing}
      </button>
    `;
  }

  #choose(item: MenuItem) {
    this.menu?.hidePopover();
    this.button?.focus({ preventScroll: true });
    this.dispatchEvent(new ChooseEvent(item.value));
  }

  /** Above the button, towards the middle of the window, before the first frame is shown. */
  #place = (event: ToggleEvent) => {
    const { menu, button } = this;
    if (event.newState !== 'open' || !menu || !button) return;
    const box = button.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const isOnRight = box.left + box.right > width;
    const inset = (space: number) => `${Math.max(8, space - 8)}px`;
    menu.style.setProperty('--_right', isOnRight ? inset(width - box.right) : 'auto');
    menu.style.setProperty('--_left', isOnRight ? 'auto' : inset(box.left));
    const below = innerHeight - box.top + 10;
    menu.style.setProperty('--_bottom', `${Math.max(8, below)}px`);
    menu.style.setProperty('--_room', `${Math.max(160, box.top - 18)}px`);
  };

  #toggled = () => {
    const isOpen = this.isConnected && (this.menu?.matches(':popover-open') ?? false);
    // A menu that is closed and opened again at once fires `toggle` only once: focus moves into it even so.
    if (isOpen) this.#focusChecked();
    if (isOpen === this.isOpen) return;
    this.isOpen = isOpen;
    this.dispatchEvent(new HoldEvent(isOpen));
    if (isOpen) void this.#fetchPreviews();
  };

  #focusChecked() {
    const items = this.#choices();
    (items.find((item) => item.ariaChecked === 'true') ?? items[0])?.focus();
  }

  /** Without previews the items have text only. */
  async #fetchPreviews(): Promise<void> {
    const open = this.openPreviews;
    if (!open || !this.items.some(({ pictureAt }) => pictureAt !== undefined)) return;
    try {
      const [previews, { definePreview }] = await Promise.all([open(), import('./preview.ts')]);
      definePreview();
      this.previews = previews;
    } catch {
      this.previews = undefined;
    }
  }

  #keyOnButton = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    event.stopPropagation();
    this.menu?.showPopover();
  };

  #keyInMenu = (event: KeyboardEvent) => {
    if (event.key === 'Tab') {
      this.menu?.hidePopover();
      this.button?.focus();
      return;
    }
    event.stopPropagation();
    const items = this.#choices();
    const at = items.findIndex((item) => item.matches(':focus'));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    items[next % items.length]?.focus();
  };

  #choices = () => [...this.renderRoot.querySelectorAll<HTMLButtonElement>('.item')];
}
