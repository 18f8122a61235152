import { type SeekableSpan, seekableOf } from './seekable-span.ts';

/** Seconds into a key frame, so that rounding doesn't leave it. */
export const INTO_FRAME = 0.01;

/** One way to move through a title fast, or backward. */
export interface TrickMode {
  /** Seconds on the media element's clock. */
  readonly position: number;
  /** The position that the mode itself sought; any other seek is somebody else's. */
  readonly soughtTo?: number | undefined;
  /** Continues at another rate, from the current position. */
  setRate(rate: number): void;
  /** Ends it at the picture on screen, or at a time; the element stays paused. Resolves when its own picture is shown. */
  stop(at?: number): Promise<void>;
  /** Ends it for another mode, which takes over the position. */
  release(): Promise<void>;
}

/** The reports of a mode. */
export interface TrickReport {
  /** The position changes; may be called as often as it does. */
  readonly moved: () => void;
  /** It can't show anything, or the browser blocks playback. */
  readonly failed: () => void;
  /** It reached an end of the seekable range. */
  readonly atEdge: (edge: keyof SeekableSpan) => void;
}

/** A clock that runs at a rate, within the seekable range. */
export class TrickClock {
  readonly #media: HTMLMediaElement;
  #from: number;
  #at = performance.now();
  #rate: number;

  constructor(media: HTMLMediaElement, from: number, rate: number) {
    this.#media = media;
    this.#from = from;
    this.#rate = rate;
  }

  get rate(): number {
    return this.#rate;
  }

  get position(): number {
    const { start, end } = seekableOf(this.#media);
    return Math.min(end, Math.max(start, this.#unbounded));
  }

  /** The end of the seekable range that it has reached. */
  get edge(): keyof SeekableSpan | undefined {
    const { start, end } = seekableOf(this.#media);
    if (this.#rate > 0 && this.#unbounded >= end) return 'end';
    return this.#rate < 0 && this.#unbounded <= start ? 'start' : undefined;
  }

  setRate(rate: number): void {
    this.#from = this.position;
    this.#at = performance.now();
    this.#rate = rate;
  }

  /** Stands still while the page is hidden. */
  pause(): void {
    this.#from = this.position;
    this.#at = Number.POSITIVE_INFINITY;
  }

  resume(): void {
    this.#at = performance.now();
  }

  get #unbounded(): number {
    return this.#from + this.#rate * Math.max(0, (performance.now() - this.#at) / 1000);
  }
}
