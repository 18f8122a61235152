import type { SessionContext } from '../session-context.ts';
import type { Navigation } from './navigation.ts';

/** Navigation in a title: nothing is loaded before it is needed. Owned by a session. */
export class LazyNavigation {
  readonly #context: SessionContext;
  readonly #signal: AbortSignal;
  #loading: Promise<Navigation> | undefined;
  #navigation: Navigation | undefined;

  constructor(context: SessionContext, signal: AbortSignal) {
    this.#context = context;
    this.#signal = signal;
  }

  /** Available once loaded. */
  get current(): Navigation | undefined {
    return this.#navigation;
  }

  /** At once if it is loaded, so that calls take effect in order. */
  async playTrick(rate: number): Promise<void> {
    const navigation = this.#navigation ?? (await this.load());
    await navigation.trick.play(rate);
  }

  /** Ends trick play, also one that waits for this code to be loaded. */
  async endTrick(how: 'play' | 'pause'): Promise<void> {
    const navigation = this.#navigation ?? (await this.#loading?.catch(() => undefined));
    await navigation?.trick.end(how);
  }

  /** Rejects if a chunk of the library can't be fetched; another call tries again. */
  load(): Promise<Navigation> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<Navigation> {
    const { openNavigation } = await import('./navigation.ts');
    this.#signal.throwIfAborted();
    this.#navigation = openNavigation(this.#context, this.#signal);
    return this.#navigation;
  }
}
