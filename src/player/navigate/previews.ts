import type { Picture, PictureSize } from './picture-source.ts';

/**
 * Small pictures of places in a title. They belong to the player, which closes those that it needs no more: draw one as soon as it is
 * there. Times are in seconds on the media element's clock.
 */
export interface Previews {
  /** What can be shown at once: the picture of that moment, or one nearby. */
  nearest(time: number): Picture | undefined;
  /**
   * The picture of a moment. Resolves with `undefined` where there is none, and when another moment was asked for meanwhile: the
   * latest wins. Playback comes first, so it may take a while. `width` in pixels; default 160.
   */
  at(time: number, size?: PictureSize): Promise<Picture | undefined>;
  /**
   * The first picture that begins at a moment or after it, as for a chapter. Any number may be asked for: they come one after another,
   * whenever playback leaves room. Resolves with `undefined` where there is none.
   */
  still(time: number): Promise<Picture | undefined>;
  /** Nobody looks any more: nothing is fetched until the next picture is asked for. */
  leave(): void;
}
