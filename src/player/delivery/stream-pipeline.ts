import type { Seconds } from '../../base/time.ts';
import type { AttachedSource } from '../../mse/media-source.ts';
import { BufferQueue } from '../../mse/source-buffer.ts';
import { timelineOf } from '../../timeline/timeline.ts';
import { mimeTypeOf, type PlayableStream } from '../select-streams.ts';
import { Delivery } from './delivery.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { Feed, type FeedPorts } from './feed.ts';
import { SEAM } from './feed-cursor.ts';

/** Everything between the chunks of one stream and its SourceBuffer. */
export interface StreamPipeline {
  readonly feed: Feed;
  readonly delivery: Delivery;
}

/** What the playback adds to the delivery of each chunk. */
export interface PipelinePorts extends Omit<FeedPorts, 'deliver' | 'improve'> {
  /** Delivers a chunk when it is due. */
  readonly deliver: (
    pipeline: StreamPipeline,
    ...args: Parameters<FeedPorts['deliver']>
  ) => ReturnType<FeedPorts['deliver']>;
}

/** Creates the pipeline of a stream, with its own SourceBuffer. */
export function createPipeline(
  playable: PlayableStream,
  source: AttachedSource,
  startAt: Seconds,
  context: DeliveryContext,
  ports: PipelinePorts,
  signal: AbortSignal,
): StreamPipeline {
  const { type, stream, levels } = playable;
  const buffer = new BufferQueue(source, mimeTypeOf(type, levels[0]), type, signal);
  const setOffset = (to: SourceBuffer) => {
    to.timestampOffset = context.clock.offset;
  };
  buffer.adjust(setOffset).catch(() => {});
  const timeline = timelineOf(stream, context.title.presentation);
  const feed: Feed = new Feed(playable, timeline, buffer, startAt, {
    ...ports,
    deliver: (...args) => ports.deliver(pipeline, ...args),
    improve: (_, improvement, until) => delivery.improve(improvement, until),
  });
  const delivery: Delivery = new Delivery(feed, {
    ...context,
    onFragment: (of, fragment, fetched) => {
      pinBeforeHole(of, fragment.index, delivery, context.isLive);
      context.onFragment(of, fragment, fetched);
    },
  });
  const pipeline = { feed, delivery };
  return pipeline;
}

/** Keeps the bytes of a segment before a hole of the stream itself. */
function pinBeforeHole(
  { timeline, playable }: Feed,
  index: number,
  delivery: Delivery,
  isLive: boolean,
): void {
  const chunk = playable.stream.chunks.at(index);
  const next = chunk && timeline.next(chunk);
  if (!chunk || (!next && isLive)) return;
  if (!next || timeline.startOf(next) > timeline.endOf(chunk) + SEAM)
    delivery.loader.writer.recent.pin(index);
}
