import { clockOffsetOf } from '../live/media-epoch.ts';
import type { PushedFragment } from './pushed-fragment.ts';

/** The name of an event in the archive, and its clock relative to wall clock time. */
export interface EventIdentity {
  readonly name: string;
  /** Milliseconds since 1970 minus those on the streams' clock. */
  readonly clockOffset: number;
  /** Whether the streams' clock counts from an epoch. */
  readonly countsFromEpoch: boolean;
}

/**
 * Names an event after the time of its first fragment. If the encoder counts from a known epoch, that is the fragment's
 * own time, and every origin that receives the same push finds the same name; otherwise it is the time of arrival.
 */
export function identify(
  point: string,
  { time, duration }: Pick<PushedFragment, 'time' | 'duration'>,
  timescale: bigint,
  now: number,
): EventIdentity {
  const end = Number(((time + duration) * 1000n) / timescale);
  const known = clockOffsetOf(time, timescale, now);
  const clockOffset = known ?? Math.round(now - end);
  const begin = new Date(clockOffset + Number((time * 1000n) / timescale));
  const stamp = begin.toISOString().slice(0, 19).replace(/[-:]/g, '');
  const title = point
    .split('/')
    .at(-1)
    ?.replace(/\.isml?$/i, '');
  return { name: `${title}-${stamp}`, clockOffset, countsFromEpoch: known !== undefined };
}
