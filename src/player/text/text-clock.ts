/** What happened to the position: it moved on by itself, or somebody sought another. */
export type Move = 'advanced' | 'sought';

/** Events after which there may be something to show, to fire or to fetch. */
const MOVES = ['timeupdate', 'play', 'playing', 'pause', 'ended', 'ratechange', 'progress'] as const;

/**
 * Reports where playback is: at each frame that the page draws while it plays, else with the element's own events, which go on in
 * hidden pages.
 */
export class TextClock {
  readonly #media: HTMLMediaElement;
  readonly #onMove: (move: Move) => void;
  #frame: number | undefined;
  /** Where the seek under way leads, once that was reported. */
  #soughtTo: number | undefined;

  constructor(media: HTMLMediaElement, onMove: (move: Move) => void, signal: AbortSignal) {
    this.#media = media;
    this.#onMove = onMove;
    for (const type of MOVES) media.addEventListener(type, this.#moved, { signal });
    media.addEventListener('seeking', this.#sought, { signal });
    media.addEventListener('seeked', this.#settled, { signal });
    signal.addEventListener('abort', this.#stop, { once: true });
    queueMicrotask(() => signal.aborted || this.#moved());
  }

  #sought = () => {
    const { currentTime } = this.#media;
    if (currentTime === this.#soughtTo) return;
    this.#soughtTo = currentTime;
    this.#onMove('sought');
  };

  #settled = () => {
    this.#soughtTo = undefined;
    this.#moved();
  };

  #moved = () => {
    // A frame may be drawn before the element says that it seeks.
    if (this.#media.seeking) this.#sought();
    else this.#onMove('advanced');
    if (this.#media.paused) this.#stop();
    else this.#frame ??= requestAnimationFrame(this.#drawn);
  };

  #drawn = () => {
    this.#frame = undefined;
    this.#moved();
  };

  #stop = () => {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  };
}
