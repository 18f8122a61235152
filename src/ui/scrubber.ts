import { PictureCover } from '../player/navigate/picture-cover.ts';
import type { Previews } from '../player/navigate/previews.ts';

/** Shows the preview picture of a dragged knob over the whole player, if available, until the video has it. */
export class Scrubber {
  readonly #cover: PictureCover;
  #previews: Previews | undefined;
  #time = 0;
  #frame: number | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#cover = new PictureCover(canvas);
  }

  /** The knob is dragged to a position that isn't buffered. */
  show(previews: Previews, time: number): void {
    this.#previews = previews;
    this.#time = time;
    this.#frame ??= requestAnimationFrame(this.#draw);
  }

  /** The video seeks to the position: the cover is removed when it gets there. */
  seek(video: HTMLVideoElement): void {
    if (this.#stop()) void this.#cover.uncover(video);
  }

  /** The drag was cancelled, or the title was unloaded. */
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
    // A closed image has no size.
    if (image?.width) this.#cover.show(image);
  };
}
