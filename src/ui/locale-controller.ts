import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { requestLocale } from './locale.ts';
import { pageLanguage } from './page-language.ts';
import { localeChanges } from './texts.ts';

/** Knows the language of an element's texts, has them loaded, and updates the element when they have arrived. */
export class LocaleController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    localeChanges.addEventListener('change', this.#changed);
  }

  hostDisconnected(): void {
    localeChanges.removeEventListener('change', this.#changed);
  }

  get language(): string {
    const language = pageLanguage(this.#host);
    void requestLocale(language);
    return language;
  }

  #changed = () => this.#host.requestUpdate();
}
