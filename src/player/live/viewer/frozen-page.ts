/**
 * Remembers whether it was playing when the page was frozen, as browsers do to pages that were hidden for long. They
 * pause it and don't resume it, so this does. WICG, Page Lifecycle.
 */
export class FrozenPage {
  #hasInterrupted = false;

  constructor(media: HTMLMediaElement, signal: AbortSignal) {
    const frozen = () => {
      this.#hasInterrupted = !media.paused;
    };
    const resumed = () => {
      if (!media.paused) this.#hasInterrupted = false;
      // If that requires a user gesture, it waits for one.
      else if (this.#hasInterrupted) media.play().catch(() => {});
    };
    const playing = () => {
      this.#hasInterrupted = false;
    };
    document.addEventListener('freeze', frozen, { signal });
    document.addEventListener('resume', resumed, { signal });
    media.addEventListener('playing', playing, { signal });
  }

  /** Whether a reported pause was the browser's; the event fires late, after the page is resumed. */
  get hasInterrupted(): boolean {
    return this.#hasInterrupted;
  }
}
