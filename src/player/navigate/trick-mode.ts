import { type SeekableSpan, seekableOf } from './seekable-span.ts';

/** Seconds into a key frame: no rounding leaves it. */
export const INTO_FRAME = 0.01;

/** One way to go through a title fast, or backward. */
export interface TrickMode {
  /** Seconds on the media element's clock. */
  readonly position: number;
  /** Where the mode itself has sent the element; whatever else is sought is somebody's wish. */
  readonly soughtTo?: number | undefined;
  /** Goes on at another rate, from where it is. */
  setRate(rate: number): void;
  /** Ends it at the picture that is seen, or at a moment; the element stays paused. Resolves once its own picture is there. */
  stop(at?: number): Promise<void>;
  /** Ends it for another mode, which takes care of the position. */
  release(): Promise<void>;
}

/** How a mode tells of itself. */
export interface TrickReport {
  /** The position goes on; may be told as often as it does. */
  readonly moved: () => void;
  /** It can show nothing, or the browser refuses to play. */
  readonly failed: () => void;
  /** It came to an end of what can be sought. */
  readonly atEdge: (edge: keyof SeekableSpan) => void;
}

/** A clock that runs at a rate, within what can be sought. */
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

  /** The end of what can be sought that it has come to. */
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

  /** Stands still while it isn't asked to run: nobody looks at a hidden page. */
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
