import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How long after the last user activity the controls fade, in milliseconds. */
const LINGER_MS = 2600;

/** Whether the user is active: a pointer moved, a key was pressed, a menu is open. */
export class Activity implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #recent = false;
  #holds = 0;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get active(): boolean {
    return this.#recent || this.#holds > 0;
  }

  /** Whether an interaction is in progress: an open menu, a drag. */
  get held(): boolean {
    return this.#holds > 0;
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#recent = false;
    this.#holds = 0;
  }

  note(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), LINGER_MS);
    if (this.#recent) return;
    this.#recent = true;
    this.#host.requestUpdate();
  }

  end(): void {
    clearTimeout(this.#timer);
    if (!this.#recent) return;
    this.#recent = false;
    this.#host.requestUpdate();
  }

  hold(held: boolean): void {
    this.#holds = Math.max(0, this.#holds + (held ? 1 : -1));
    this.note();
    this.#host.requestUpdate();
  }
}
