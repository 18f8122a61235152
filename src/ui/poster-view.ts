import { PictureCover } from '../player/navigate/picture-cover.ts';
import type { SmoothPlayer } from '../player/player.ts';

/** A title that starts by itself needs no poster. */
const BEGINS_WITHIN_MS = 300;

/** An element that plays a title. */
export interface PosterHost {
  readonly video: HTMLVideoElement;
  readonly player: SmoothPlayer;
  readonly clientWidth: number;
}

/** Covers the video with a still of the title until it is played or a seek starts, for `poster="auto"`. */
export async function showAutoPoster(host: PosterHost, canvas: HTMLCanvasElement): Promise<void> {
  const { video, player } = host;
  let isWanted = true;
  const uncover = () => {
    if (isWanted) canvas.hidden = true;
    isWanted = false;
  };
  const ended = new AbortController();
  for (const type of ['playing', 'seeking', 'emptied'])
    video.addEventListener(type, uncover, { once: true, signal: ended.signal });
  await new Promise((resolve) => setTimeout(resolve, BEGINS_WITHIN_MS));
  if (!isWanted || !video.paused || video.autoplay) {
    ended.abort();
    return;
  }
  const { findPoster } = await import('./auto-poster.ts');
  const width = Math.max(160, Math.round(host.clientWidth * Math.min(2, devicePixelRatio || 1)));
  const image = await findPoster(player, video.duration, width, () => isWanted);
  if (!image) return;
  if (isWanted) new PictureCover(canvas).show(image);
  image.close();
}
