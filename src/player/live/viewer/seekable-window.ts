import type { LiveInfo } from '../live-info.ts';
import type { LiveStream } from '../live-stream.ts';
import type { LiveStage } from './live-stage.ts';

/** The minimum window in chunks, whatever a manifest says. */
const LEAST_CHUNKS = 2;
/** The part of a window that may disappear during a request, at most one chunk. */
const SLIDES = 0.1;

/** The seekable range: what all streams have now, within the length of the window. */
export function windowOf(streams: readonly LiveStream[], now: number, length: number): LiveInfo['window'] {
  const chunk = Math.max(...streams.map(({ chunkSeconds }) => chunkSeconds));
  const reach = Math.max(length, LEAST_CHUNKS * chunk);
  const end = Math.max(0, Math.min(...streams.map((stream) => stream.availableAt(now))));
  const earliest = end - reach + Math.min(chunk, SLIDES * reach);
  const start = Math.max(0, earliest, ...streams.map((stream) => stream.start));
  return { start: Math.min(start, end), end };
}

/** The same after the event has ended. */
export function wholeOf(streams: readonly LiveStream[]): LiveInfo['window'] {
  return {
    start: Math.max(0, ...streams.map(({ start }) => start)),
    end: Math.max(...streams.map(({ end }) => end)),
  };
}

/** Sets the element's seekable range: a moving window or, after the end, a duration. */
export function showWindow(stage: LiveStage, start: number, end: number, hasEnded: boolean): void {
  const { source } = stage;
  if (source.readyState === 'closed' || !(end > start)) return;
  if (hasEnded) close(stage, end);
  else if ('setLiveSeekableRange' in source && source.duration === Number.POSITIVE_INFINITY) {
    source.setLiveSeekableRange(start, end);
  }
}

/** The event has ended: from now on it is a title with an end. */
function close({ source, feeds }: LiveStage, end: number): void {
  if (source.readyState !== 'open' || Number.isFinite(source.duration)) return;
  const buffers = [...source.sourceBuffers];
  if (buffers.some(({ updating }) => updating)) return;
  const buffered = buffers.map(({ buffered: { length }, buffered }) =>
    length > 0 ? buffered.end(length - 1) : 0,
  );
  source.clearLiveSeekableRange?.();
  source.duration = Math.max(end, ...buffered);
  for (const feed of feeds) feed.wake();
}
