/**
 * Knows whether it played when the page was frozen, as browsers do to pages that were hidden for long. They pause it and
 * don't play it again: this does. WICG, Page Lifecycle.
 */
export class FrozenPage {
  #hasInterrupted = false;

  constructor(media: HTMLMediaElement, signal: AbortSignal) {
    const frozen = () => {
      this.#hasInterrupted = !media.paused;
    };
    const resumed = () => {
      if (!media.paused) this.#hasInterrupted = false;
      // Where that takes a gesture, it waits for the viewer's.
      else if (this.#hasInterrupted) media.play().catch(() => {});
    };
    const playing = () => {
      this.#hasInterrupted = false;
    };
    document.addEventListener('freeze', frozen, { signal });
    document.addEventListener('resume', resumed, { signal });
    media.addEventListener('playing', playing, { signal });
  }

  /** Whether a pause that is told now was the browser's; it is told late, after the page has woken. */
  get hasInterrupted(): boolean {
    return this.#hasInterrupted;
  }
}
