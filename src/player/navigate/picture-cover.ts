import { delay, once } from '../../base/async.ts';

/** The video stays covered no longer than this after a seek. */
const UNCOVER_MS = 1000;

/** A canvas over the video: shows something else there until the video itself can be seen again. */
export class PictureCover {
  readonly #canvas: HTMLCanvasElement;
  #uncovering: AbortController | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Draws a picture; from the first one on, the canvas covers the video. */
  show(image: ImageBitmap): void {
    this.#uncovering?.abort();
    const canvas = this.#canvas;
    if (canvas.width !== image.width) canvas.width = image.width;
    if (canvas.height !== image.height) canvas.height = image.height;
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    canvas.hidden = false;
  }

  hide(): void {
    this.#uncovering?.abort();
    this.#canvas.hidden = true;
  }

  /** Uncovers the video once it shows the position of its seek; what is shown meanwhile stays. */
  async uncover(media: HTMLMediaElement): Promise<void> {
    this.#uncovering?.abort();
    const uncovering = new AbortController();
    this.#uncovering = uncovering;
    const { signal } = uncovering;
    const shown = new Promise((resolve) => {
      if ('requestVideoFrameCallback' in media)
        (media as HTMLVideoElement).requestVideoFrameCallback(resolve);
    });
    const isThere = media.seeking ? once(media, 'seeked', signal).then(() => shown) : shown;
    await Promise.race([isThere, delay(UNCOVER_MS, signal)]).catch(() => {});
    if (!signal.aborted) this.hide();
  }
}
