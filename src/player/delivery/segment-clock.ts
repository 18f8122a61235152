import { rescale, type Seconds, seconds, subtractTicks, type Ticks, ticks } from '../../base/time.ts';
import type { Presentation, Stream } from '../../manifest/presentation.ts';

/**
 * The clock of media segments. It starts some whole seconds before the presentation's origin if a stream does, since a
 * segment can't have a negative time; `offset` shifts the buffers back to the media element's clock.
 */
export interface SegmentClock {
  /** For `SourceBuffer.timestampOffset`. */
  readonly offset: Seconds;
  /** 0 of the clock, in a stream's own ticks. */
  zeroOf(stream: Pick<Stream, 'timescale'>): Ticks;
}

type PresentationClock = Pick<Presentation, 'origin' | 'timescale'> & {
  readonly streams: readonly Pick<Stream, 'type' | 'timescale' | 'chunks'>[];
};

export function segmentClockOf({ origin, timescale, streams }: PresentationClock): SegmentClock {
  const media = streams.filter(({ type, chunks }) => type !== 'text' && chunks.length > 0);
  const leads = media.map((stream) => origin - rescale(stream.chunks.start, stream.timescale, timescale));
  const longest = leads.toSorted((a, b) => (a < b ? 1 : -1)).find((lead) => lead > 0n) ?? 0n;
  const wholeSeconds = (longest + timescale - 1n) / timescale;
  return {
    offset: seconds(-Number(wholeSeconds)),
    zeroOf: (stream) =>
      subtractTicks(rescale(origin, timescale, stream.timescale), ticks(wholeSeconds * stream.timescale)),
  };
}
