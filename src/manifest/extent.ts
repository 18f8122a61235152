import { rescale, subtractTicks, type Ticks, type Timescale, ticks } from '../base/time.ts';
import type { Stream } from './presentation.ts';

/** Streams that begin further apart than this, in seconds, are not waited for. */
const MAX_START_DISTANCE = 10n;

/** Film strips and advertisements: they don't tell when the presentation begins or ends. */
const SIDE_SUBTYPES = new Set(['ZOET', 'ADVT']);

/** The moments, on the presentation's clock, between which it can be played. */
export interface Extent {
  readonly start: Ticks;
  readonly end: Ticks;
}

/** `undefined` when there is no chunk of sound or picture. */
export function extentOf(streams: readonly Stream[], scale: Timescale): Extent | undefined {
  const main = streams.filter(
    ({ type, chunks, subtype = '' }) =>
      type !== 'text' && chunks.length > 0 && !SIDE_SUBTYPES.has(subtype.toUpperCase()),
  );
  const startOf = (stream: Stream) => rescale(stream.chunks.start, stream.timescale, scale);
  const endOf = (stream: Stream) => rescale(stream.chunks.end, stream.timescale, scale);
  if (main.length === 0) return undefined;
  const video = main.filter(({ type }) => type === 'video').slice(0, 1);
  const audio = main.filter(({ type }) => type === 'audio');

  const starts = [video.map(startOf), audio.map(startOf)].filter((list) => list.length > 0).map(earliest);
  const isTogether = subtractTicks(latest(starts), earliest(starts)) <= MAX_START_DISTANCE * scale;
  return { start: isTogether ? latest(starts) : earliest(starts), end: latest(main.map(endOf)) };
}

const ascending = (times: readonly Ticks[]): Ticks[] =>
  [...times].sort((a, b) => Number(a > b) - Number(a < b));
const earliest = (times: readonly Ticks[]): Ticks => ascending(times)[0] ?? ticks(0);
const latest = (times: readonly Ticks[]): Ticks => ascending(times).at(-1) ?? ticks(0);
