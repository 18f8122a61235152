import type { Picture, PictureSize } from './picture-source.ts';

/**
 * Small pictures of positions in a title. They belong to the player, which closes those that it no longer needs: draw
 * one as soon as it is available. Times are in seconds on the media element's clock.
 */
export interface Previews {
  /** What can be shown at once: the picture of that time, or a nearby one. */
  nearest(time: number): Picture | undefined;
  /**
   * The picture of a time. Resolves with `undefined` if there is none, and if another time was requested meanwhile: the
   * latest wins. Playback has priority, so it may take a while. `width` in pixels; default 160.
   */
  at(time: number, size?: PictureSize): Promise<Picture | undefined>;
  /**
   * The first picture that begins at a time or after it, for a chapter for example. Any number may be requested: they
   * are fetched one after another, when playback leaves room. Resolves with `undefined` if there is none.
   */
  still(time: number): Promise<Picture | undefined>;
  /** No preview is needed: nothing is fetched until the next picture is requested. */
  leave(): void;
}
