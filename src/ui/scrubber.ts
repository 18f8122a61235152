import { PictureCover } from '../player/navigate/picture-cover.ts';
import type { Previews } from '../player/navigate/previews.ts';

/** Shows the picture under a dragged knob on all of the player, as far as there is one, until the video has it. */
export class Scrubber {
  readonly #cover: PictureCover;
  #previews: Previews | undefined;
  #time = 0;
  #frame: number | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#cover = new PictureCover(canvas);
  }

  /** The knob is dragged to a place that isn't in the buffer. */
  show(previews: Previews, time: number): void {
    this.#previews = previews;
    this.#time = time;
    this.#frame ??= requestAnimationFrame(this.#draw);
  }

  /** The video is told to show the place: it is seen once it does. */
  seek(video: HTMLVideoElement): void {
    if (this.#stop()) void this.#cover.uncover(video);
  }

  /** The drag was given up, or the title went. */
  end(): void {
    if (this.#stop()) this.#cover.hide();
  }

  /** Whether there was anything to stop. */
  #stop(): boolean {
    if (this.#frame === undefined) return false;
    cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    return true;
  }

  #draw = () => {
    this.#frame = requestAnimationFrame(this.#draw);
    const image = this.#previews?.nearest(this.#time)?.image;
    // One that was closed meanwhile has no size.
    if (image?.width) this.#cover.show(image);
  };
}
