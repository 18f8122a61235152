/** What happened to the position: it advanced by itself, or there was a seek. */
export type Move = 'advanced' | 'sought';

/** Events after which there may be something to show, to fire or to fetch. */
const MOVES = ['timeupdate', 'play', 'playing', 'pause', 'ended', 'ratechange', 'progress'] as const;

/** Elements report their position at least every 0.25 s. What is due sooner than this, in seconds, is waited for frame by frame. */
const SOON = 0.4;

export interface TextClockPorts {
  readonly onMove: (move: Move) => void;
  /** Whether the next seconds of media bring other text to the screen, or an event. */
  readonly changesWithin: (span: number) => boolean;
}

/**
 * Reports where playback is: with the element's own events, which go on in hidden pages, and at each frame that the page draws while
 * something is due soon.
 */
export class TextClock {
  readonly #media: HTMLMediaElement;
  readonly #ports: TextClockPorts;
  #frame: number | undefined;
  /** The target of the current seek, once it was reported. */
  #soughtTo: number | undefined;

  constructor(media: HTMLMediaElement, ports: TextClockPorts, signal: AbortSignal) {
    this.#media = media;
    this.#ports = ports;
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
    this.#ports.onMove('sought');
  };

  #settled = () => {
    this.#soughtTo = undefined;
    this.#moved();
  };

  #moved = () => {
    // A frame may be drawn before the element reports the seek.
    if (this.#media.seeking) this.#sought();
    else this.#ports.onMove('advanced');
    const { paused, playbackRate } = this.#media;
    if (paused || !this.#ports.changesWithin(SOON * Math.max(1, playbackRate))) this.#stop();
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
