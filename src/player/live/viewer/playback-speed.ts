/** Small changes of an element's playback rate; rates set by the page or the viewer are left alone. */
export class PlaybackSpeed {
  readonly #media: HTMLMediaElement;
  /** The last rate set here. Who sets another for a while, such as a fast forward, sets this one again after it. */
  #own = 1;

  constructor(media: HTMLMediaElement) {
    this.#media = media;
  }

  /** The rate set here; 1: none. */
  get rate(): number {
    return this.isFree ? this.#media.playbackRate : 1;
  }

  set rate(rate: number) {
    if (rate === this.rate) return;
    this.#media.preservesPitch = true;
    this.#own = rate;
    this.#media.playbackRate = rate;
  }

  /** Whether nobody else has set a rate. */
  get isFree(): boolean {
    const { playbackRate } = this.#media;
    return playbackRate === 1 || playbackRate === this.#own;
  }

  reset(): void {
    if (this.rate !== 1) this.#media.playbackRate = 1;
  }
}
