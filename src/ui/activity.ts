import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How long after the last user activity the controls fade, in milliseconds. */
const LINGER_MS = 2600;

/** Whether the user is active: a pointer moved, a key was pressed, a menu is open. */
export class Activity implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #recent = false;
  /** Elements in an interaction. One that was removed meanwhile can't end it, and counts no longer. */
  readonly #holders = new Set<Node>();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get active(): boolean {
    return this.#recent || this.held;
  }

  /** Whether an interaction is in progress: an open menu, a drag. */
  get held(): boolean {
    return [...this.#holders].some(({ isConnected }) => isConnected);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#recent = false;
    this.#holders.clear();
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

  hold(held: boolean, by: Node): void {
    if (held) this.#holders.add(by);
    else this.#holders.delete(by);
    this.note();
    this.#host.requestUpdate();
  }
}
