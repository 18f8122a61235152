import { type Seconds, seconds } from '../../base/time.ts';
import { bufferGoal } from '../../heuristics/buffer-goal.ts';
import type { Settings } from '../options.ts';

/** Seconds: enough for the picture at the playhead. */
const ONE_PICTURE = seconds(0.1);

/** How far the buffer is to be filled. */
export class BufferTarget {
  /** Nothing is fetched (`all`), or nothing beyond what is on screen (`ahead`), while nothing is played. */
  rest: 'none' | 'all' | 'ahead' = 'none';
  readonly #media: HTMLMediaElement;
  #hasBeenPlayed: boolean;
  #squeeze = 1;

  constructor(media: HTMLMediaElement) {
    this.#media = media;
    this.#hasBeenPlayed = !media.paused || media.autoplay;
  }

  onPlay(): void {
    this.#hasBeenPlayed = true;
  }

  /** The browser holds less than the goal. */
  squeeze(): void {
    this.#squeeze = Math.max(0.2, this.#squeeze * 0.7);
  }

  /** Whether nothing is to be fetched now. */
  get isHeld(): boolean {
    return this.#preloads('none') || this.rest === 'all';
  }

  /** Seconds ahead of the playhead; `bitrate` is that of all levels in use. */
  goal({ buffer }: Settings, bitrate: number): Seconds {
    if (this.#preloads('metadata') || this.rest === 'ahead') return ONE_PICTURE;
    return bufferGoal({ wanted: buffer.ahead, bitrate, squeeze: this.#squeeze });
  }

  /** Whether the page asked for no more than this before the first play. Browsers report a `preload` even if none was set. */
  #preloads(wish: 'none' | 'metadata'): boolean {
    return !this.#hasBeenPlayed && this.#media.getAttribute('preload') === wish;
  }
}
