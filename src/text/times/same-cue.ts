import type { CueImage, Region } from '../cue.ts';
import type { DocumentCue } from '../ttml/paragraph.ts';

/** What two cues must have in common to be the same one: text or image, and position. */
export const identityOf = ({ text, region, image }: Pick<DocumentCue, 'text' | 'region' | 'image'>): string =>
  `${placeOf(region)}|${image ? hashOf(image) : ''}|${text}`;

const places = new WeakMap<Region, string>();
const hashes = new WeakMap<CueImage, string>();

/** Without the region's id, which is local to its document. */
function placeOf(region: Region): string {
  const known = places.get(region);
  if (known !== undefined) return known;
  const { left, top, width, height, displayAlign, writingMode } = region;
  const place = [left, top, width, height, displayAlign, writingMode].join(' ');
  places.set(region, place);
  return place;
}

/** FNV-1a of the bytes. */
function hashOf(image: CueImage): string {
  const known = hashes.get(image);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (const byte of image.data) hash = Math.imul(hash ^ byte, 0x01000193);
  const text = `${image.data.length}:${hash >>> 0}`;
  hashes.set(image, text);
  return text;
}
