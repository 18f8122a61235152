import { html, nothing, type ReactiveController } from 'lit';
import type { Previews } from '../../player/navigate/previews.ts';
import type { MenuPageId } from '../requests.ts';
import type { SmoothVideoElement } from '../smooth-video.ts';
import type { SmoothMenu } from './menu.ts';
import type { MenuModel } from './menu-model.ts';
import type { MenuContext } from './menu-pages.ts';

/** The menu of a player, which is loaded when it is first opened. */
export class MenuLayer implements ReactiveController {
  readonly #host: SmoothVideoElement;
  #modelOf: typeof import('./menu-pages.ts').menuModel | undefined;
  #model: MenuModel = { pages: [], actions: [] };
  /** The page at which the menu was opened; `undefined`: it is closed. */
  #open: MenuPageId | undefined;
  /** The same when the last press began, which has closed it since. */
  #atPress: MenuPageId | undefined;

  constructor(host: SmoothVideoElement) {
    this.#host = host;
    host.addController(this);
    const note = () => {
      this.#atPress = this.#open;
    };
    host.addEventListener('pointerdown', note);
    host.addEventListener('keydown', note);
  }

  hostDisconnected(): void {
    this.#open = undefined;
  }

  get open(): MenuPageId | undefined {
    return this.#open;
  }

  /** `context` is called only after the menu was opened. */
  render(context: () => MenuContext, openPreviews: (() => Promise<Previews>) | undefined) {
    if (!this.#modelOf) return nothing;
    const given = context();
    // While it closes, it stays as it was.
    if (this.#open) this.#model = this.#modelOf(given);
    return html`<smooth-menu exportparts="menu, item" .model=${this.#model} .strings=${given.strings} .openPreviews=${openPreviews}
      @close=${this.#closed}></smooth-menu>`;
  }

  /** Opens the menu at a page, or closes it if it is open there. A press on the button has closed it already. */
  toggle(page: MenuPageId, anchor: HTMLElement): void {
    const wasOpen = this.#open === page || this.#atPress === page;
    this.#atPress = undefined;
    if (wasOpen) this.#element?.close();
    else this.#show(page, anchor).catch(() => {}); // can't be loaded now; the next press tries again
  }

  async #show(page: MenuPageId, anchor: HTMLElement): Promise<void> {
    if (!this.#modelOf) {
      const [{ menuModel }, { defineMenu }] = await Promise.all([
        import('./menu-pages.ts'),
        import('./menu.ts'),
      ]);
      defineMenu();
      this.#modelOf = menuModel;
    }
    this.#open = page;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    await this.#element?.open(page, anchor);
  }

  get #element(): SmoothMenu | null {
    return this.#host.renderRoot.querySelector<SmoothMenu>('smooth-menu');
  }

  #closed = () => {
    this.#open = undefined;
    this.#host.requestUpdate();
  };
}
