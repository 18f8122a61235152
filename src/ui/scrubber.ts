import type { Previews } from '../player/navigate/previews.ts';

/** The picture stays covered no longer than this after the last place. */
const UNCOVER_MS = 1000;

/** Shows the picture under a dragged knob on all of the player, as far as there is one, until the video has it. */
export class Scrubber {
  readonly #canvas: HTMLCanvasElement;
  #previews: Previews | undefined;
  #time = 0;
  #frame: number | undefined;
  #uncovering: ReturnType<typeof setTimeout> | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** The knob is dragged to a place that isn't in the buffer. */
  show(previews: Previews, time: number): void {
    clearTimeout(this.#uncovering);
    this.#previews = previews;
    this.#time = time;
    this.#frame ??= requestAnimationFrame(this.#draw);
  }

  /** The video is told to show the place: it is seen once it does. */
  seek(video: HTMLVideoElement): void {
    if (this.#frame === undefined) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    const uncover = () => {
      clearTimeout(this.#uncovering);
      this.#canvas.hidden = true;
    };
    this.#uncovering = setTimeout(uncover, UNCOVER_MS);
    video.addEventListener(
      'seeked',
      () => {
        if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(uncover);
        else uncover();
      },
      { once: true },
    );
  }

  /** The drag was given up, or the title went. */
  end(): void {
    if (this.#frame === undefined) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#canvas.hidden = true;
  }

  #draw = () => {
    this.#frame = requestAnimationFrame(this.#draw);
    const image = this.#previews?.nearest(this.#time)?.image;
    if (!image?.width) return;
    const canvas = this.#canvas;
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    canvas.hidden = false;
  };
}
