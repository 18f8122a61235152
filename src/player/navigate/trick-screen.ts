import { delay, once } from '../../base/async.ts';

/** The picture stays covered no longer than this after a seek. */
const UNCOVER_MS = 1000;

/** A canvas over the picture. */
export class TrickScreen {
  readonly #canvas: HTMLCanvasElement;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Lines that are worth drawing. A canvas that is hidden has no size; the element under it has. */
  linesOver(media: HTMLMediaElement): number {
    return Math.max(144, Math.round(media.clientHeight * Math.min(2, globalThis.devicePixelRatio || 1)));
  }

  /** Draws a picture, which lies over the video from the first one on. */
  show(image: ImageBitmap): void {
    const canvas = this.#canvas;
    if (canvas.width !== image.width) canvas.width = image.width;
    if (canvas.height !== image.height) canvas.height = image.height;
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    canvas.hidden = false;
  }

  /** Lets the video be seen again, once it shows the place that it seeks. */
  async uncover(media: HTMLMediaElement): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      const shown = new Promise((resolve) => {
        if ('requestVideoFrameCallback' in media)
          (media as HTMLVideoElement).requestVideoFrameCallback(resolve);
      });
      await Promise.race([
        media.seeking ? once(media, 'seeked', signal).then(() => shown) : shown,
        delay(UNCOVER_MS, signal),
      ]);
    } finally {
      waiting.abort();
      this.#canvas.hidden = true;
    }
  }
}
