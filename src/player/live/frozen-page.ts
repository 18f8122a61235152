/**
 * Knows what was played when the page was frozen, as browsers do to pages that were hidden for long. They pause it and
 * don't play it again: this does. WICG, Page Lifecycle.
 */
export class FrozenPage {
  #hasPaused = false;

  constructor(media: HTMLMediaElement, signal: AbortSignal) {
    const frozen = () => {
      this.#hasPaused = !media.paused;
    };
    const resumed = () => {
      if (!media.paused) this.#hasPaused = false;
      // Where that takes a gesture, it waits for the viewer's.
      else if (this.#hasPaused) media.play().catch(() => {});
    };
    const playing = () => {
      this.#hasPaused = false;
    };
    document.addEventListener('freeze', frozen, { signal });
    document.addEventListener('resume', resumed, { signal });
    media.addEventListener('playing', playing, { signal });
  }

  /** Whether a pause that is told now was the browser's; it is told late, after the page has woken. */
  get hasPaused(): boolean {
    return this.#hasPaused;
  }
}
