import { rescale, subtractTicks, type Ticks, type Timescale, ticks } from '../base/time.ts';
import { isMain } from './main-stream.ts';
import type { Stream } from './presentation.ts';

/** The player doesn't wait for streams that begin further apart than this, in seconds. */
const MAX_START_DISTANCE = 10n;

/** The start and end of playback, on the presentation's clock. */
export interface Extent {
  readonly start: Ticks;
  readonly end: Ticks;
}

/** `undefined` if there is no chunk of audio or video. */
export function extentOf(streams: readonly Stream[], scale: Timescale): Extent | undefined {
  const main = streams.filter(isMain);
  const startOf = (stream: Stream) => rescale(stream.chunks.start, stream.timescale, scale);
  const endOf = (stream: Stream) => rescale(stream.chunks.end, stream.timescale, scale);
  if (main.length === 0) return undefined;
  const starts = main.map(startOf);
  const picture = main.find(({ type }) => type === 'video');
  return {
    start: firstPlayable(picture && startOf(picture), earliest(starts), scale),
    end: latest(main.map(endOf)),
  };
}

/**
 * The start of the video, even if its audio begins later: what is before the origin is dropped, and for video that
 * would be everything up to the next key frame. Audio that begins much sooner is a part of its own.
 */
function firstPlayable(picture: Ticks | undefined, first: Ticks, scale: Timescale): Ticks {
  if (picture === undefined) return first;
  return subtractTicks(picture, first) <= MAX_START_DISTANCE * scale ? picture : first;
}

const ascending = (times: readonly Ticks[]): Ticks[] =>
  [...times].sort((a, b) => Number(a > b) - Number(a < b));
const earliest = (times: readonly Ticks[]): Ticks => ascending(times)[0] ?? ticks(0);
const latest = (times: readonly Ticks[]): Ticks => ascending(times).at(-1) ?? ticks(0);
