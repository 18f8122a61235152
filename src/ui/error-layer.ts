import { html, nothing, type ReactiveController } from 'lit';
import type { SmoothError } from '../base/errors.ts';
import type { SmoothErrorView } from './error-view.ts';
import type { SmoothVideoElement } from './smooth-video.ts';
import type { Strings } from './strings.ts';

/** A player whose errors are shown. */
interface FailingHost extends SmoothVideoElement {
  readonly mediaTitle: string;
  readonly errorDocs: string | null;
}

const TAG = 'smooth-error-view';

/** The error view of a player. It is loaded once something plays, because the network may be what fails later. */
export class ErrorLayer implements ReactiveController {
  readonly #host: FailingHost;
  /** The error view gets the focus when it is shown. */
  #isFocusDue = false;

  constructor(host: FailingHost) {
    this.#host = host;
    host.addController(this);
    host.addEventListener('playing', load);
    host.addEventListener('error', () => {
      load();
      // The focused control vanishes.
      this.#isFocusDue = host.matches(':focus-within');
    });
  }

  hostUpdated(): void {
    if (!this.#isFocusDue || !this.#host.renderRoot.querySelector(TAG)) return;
    this.#isFocusDue = false;
    void this.#focus();
  }

  /** Without the view, its content says that playback has failed. */
  render(error: SmoothError | undefined, strings: Strings) {
    if (!error) return nothing;
    const { mediaTitle, errorDocs } = this.#host;
    return html`<slot name="error"><smooth-error-view .error=${error} .strings=${strings} .mediaTitle=${mediaTitle} .docs=${errorDocs}>${strings.failed}</smooth-error-view></slot>`;
  }

  async #focus(): Promise<void> {
    await customElements.whenDefined(TAG);
    const view = this.#host.renderRoot.querySelector<SmoothErrorView>(TAG);
    await view?.updateComplete;
    view?.focus();
  }
}

function load(): void {
  import('./error-view.ts').then(
    ({ defineErrorView }) => defineErrorView(),
    () => {}, // the words remain
  );
}
