import { isMain } from '../../manifest/main-stream.ts';
import type { LiveStream } from './live-stream.ts';

/** A chunk may be so much longer than the last one. */
const UNEVEN = 1.1;

/**
 * Streams of one encoder are at one place: as far as the one that has most tells, and no further than where another
 * would have had more.
 */
export function compareStreams(streams: readonly LiveStream[], now: number): void {
  const media = streams.filter(({ stream }) => isMain(stream));
  const next = ({ reached, chunkSeconds }: LiveStream) => reached + UNEVEN * chunkSeconds;
  const furthest = Math.max(...media.map(({ reached }) => reached));
  const alike = media.filter((stream) => next(stream) > furthest);
  const most = Math.min(...alike.map(next));
  for (const stream of alike) stream.narrow(furthest, most, now);
}
