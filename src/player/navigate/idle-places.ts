import { type Seconds, seconds } from '../../base/time.ts';
import type { Place } from './picture-source.ts';

/** The bar is divided into so many parts at the finest. */
const PARTS = 16;

/** Places worth a picture while nobody asks for one: the neighbours of the one looked at, then a grid over all of the title. */
export function* idlePlaces(
  time: Seconds,
  duration: number,
  placeAt: (time: Seconds) => Place | undefined,
): Generator<Place> {
  const place = placeAt(time);
  if (!place) return;
  const length = place.end - place.start;
  const around = [1, -1, 2, -2].map((by) => place.start + (by + 0.5) * length);
  const grid: number[] = [];
  for (let parts = 2; parts <= PARTS; parts *= 2) {
    for (let i = 1; i < parts; i += 2) grid.push((i / parts) * duration);
  }
  const seen = new Set([place.key]);
  for (const at of [...around, ...(Number.isFinite(duration) ? grid : [])]) {
    const found = at >= 0 ? placeAt(seconds(at)) : undefined;
    if (!found || seen.has(found.key)) continue;
    seen.add(found.key);
    yield found;
  }
}
