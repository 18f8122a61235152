import { type Seconds, seconds } from '../../base/time.ts';
import type { Place } from './picture-source.ts';

/** The finest division of the bar for idle fetching. */
const PARTS = 16;

/** Positions worth fetching while no preview is requested: the neighbours of the last one, then a grid over the whole title. */
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
