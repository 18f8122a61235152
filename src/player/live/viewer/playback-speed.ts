/** Small changes of an element's playback rate; rates set by the page or the viewer are left alone. */
export class PlaybackSpeed {
  readonly #media: HTMLMediaElement;
  /** The rate set here; 1: none. */
  #rate = 1;

  constructor(media: HTMLMediaElement) {
    this.#media = media;
  }

  get rate(): number {
    return this.#rate;
  }

  set rate(rate: number) {
    if (rate === this.#rate) return;
    this.#media.preservesPitch = true;
    this.#rate = rate;
    this.#media.playbackRate = rate;
  }

  /** Whether nobody else has set a rate. */
  get isFree(): boolean {
    if (this.#media.playbackRate === this.#rate) return true;
    this.#rate = 1;
    return false;
  }

  reset(): void {
    if (this.#rate !== 1 && this.#media.playbackRate === this.#rate) this.#media.playbackRate = 1;
    this.#rate = 1;
  }
}
