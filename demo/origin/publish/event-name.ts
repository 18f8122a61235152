import { clockOffsetOf } from '../live/media-epoch.ts';
import type { PushedFragment } from './pushed-fragment.ts';

/** How an event is called in the archive, and how its clock stands to the wall's. */
export interface EventIdentity {
  readonly name: string;
  /** Milliseconds since 1970 minus those on the streams' clock. */
  readonly clockOffset: number;
}

/**
 * Names an event after the moment of its first fragment. Where the encoder counts from a known epoch, the moment is in the
 * fragment's own time, and every origin that takes the same push finds the same name; else it is when the fragment came.
 */
export function identify(
  point: string,
  { time, duration }: Pick<PushedFragment, 'time' | 'duration'>,
  timescale: bigint,
  now: number,
): EventIdentity {
  const end = Number(((time + duration) * 1000n) / timescale);
  const clockOffset = clockOffsetOf(time, timescale, now) ?? Math.round(now - end);
  const begin = new Date(clockOffset + Number((time * 1000n) / timescale));
  const stamp = begin.toISOString().slice(0, 19).replace(/[-:]/g, '');
  const title = point
    .split('/')
    .at(-1)
    ?.replace(/\.isml?$/i, '');
  return { name: `${title}-${stamp}`, clockOffset };
}
