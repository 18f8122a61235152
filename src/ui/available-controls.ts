import type { OptionalControl } from './bar-fit.ts';
import type { SmoothVideoElement } from './smooth-video.ts';
import { chaptersOf } from './text/chapters.ts';
import type { TimeFormat } from './time-format.ts';

/** The optional controls that make sense for a title, in this browser, and that the page hasn't hidden. */
export function availableControls(
  element: SmoothVideoElement,
  { range }: TimeFormat,
): ReadonlySet<OptionalControl> {
  const { player } = element;
  const all: Readonly<Record<OptionalControl, boolean>> = {
    captions: player.textTracks.some(({ isForced }) => !isForced),
    skip: range.start < range.end,
    trick: player.qualities.length > 0,
    pip: document.pictureInPictureEnabled && !element.disablePictureInPicture,
    chapters: chaptersOf(player).length > 1,
  };
  const style = getComputedStyle(element);
  const isHidden = (name: string) => style.getPropertyValue(`--smooth-${name}-display`).trim() === 'none';
  return new Set((Object.keys(all) as OptionalControl[]).filter((name) => all[name] && !isHidden(name)));
}
