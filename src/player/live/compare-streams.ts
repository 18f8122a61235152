import { isMain } from '../../manifest/main-stream.ts';
import type { LiveStream } from './live-stream.ts';

/** How much longer than the last one a chunk may be. */
const UNEVEN = 1.1;

/**
 * Streams of one encoder progress together: each is narrowed by the one with the most chunks, and by where another
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
