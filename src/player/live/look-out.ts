import { waitAfterMiss } from '../../heuristics/arrival.ts';
import type { Chunk, Stream } from '../../manifest/presentation.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { Feed } from '../feed.ts';
import type { LiveStream } from './live-stream.ts';
import { nowInSeconds } from './now.ts';

/** What of a live title is needed to look out for what is new. Seconds. */
export interface LookedAt {
  readonly hasEnded: () => boolean;
  readonly streamOf: (feed: Feed) => LiveStream;
  /** Whether no chunk of a feed is seen to, by which it would hear of what follows. */
  readonly isIdle: (feed: Feed) => boolean;
  /** The moof of a fragment alone: what it announces. */
  readonly peek: (stream: Stream, chunk: Chunk, signal: AbortSignal) => Promise<FragmentReport | undefined>;
  /** Sees to it that there is a manifest so fresh; tells whether there is. */
  readonly refresh: (maxAge: number) => Promise<boolean>;
  readonly grew: () => void;
  readonly nextNews: (atMost: number, signal: AbortSignal) => Promise<void>;
}

/** What was heard of a stream so far. */
interface Lookout {
  readonly stream: LiveStream;
  /** Looks that found nothing, one after another. */
  misses: number;
  /** Index of the newest chunk that has told what follows it. */
  heard: number;
  /** Chunks that didn't tell what a list did, one after another. */
  silent: number;
}

/** How often it is looked whether there is anything to do, and how often at the least, in seconds. */
const LOOK_AGAIN = 0.25;
const LOOK_AT_LEAST = 7;
/** A feed that is so many chunks behind hears nothing new. */
const FAR_CHUNKS = 1.5;
/** So many are asked after one by one: a chain of look-aheads that is longer costs more than one manifest. */
const MOST_LAG_CHUNKS = 20;
/** A server whose chunks didn't tell so often what follows isn't asked any more. */
const MOST_SILENT = 4;

/** Keeps the end of a feed's stream known while no fragment that it fetches tells of it. Until aborted. */
export async function lookOut(feed: Feed, title: LookedAt, signal: AbortSignal): Promise<void> {
  let lookout: Lookout | undefined;
  // The first fragments tell by themselves.
  for (let pause = 1; !title.hasEnded(); ) {
    await title.nextNews(pause, signal);
    const stream = title.streamOf(feed);
    if (lookout?.stream !== stream) lookout = { stream, misses: 0, heard: -1, silent: 0 };
    const isAtEnd = feed.position === undefined;
    pause = isAtEnd ? await readList(lookout, title) : await hearNewest(feed, lookout, title, signal);
  }
}

/** All that is known is in the buffer: a list tells of more. Gives the seconds until the next look. */
async function readList(lookout: Lookout, title: LookedAt): Promise<number> {
  const { stream, misses } = lookout;
  const now = nowInSeconds();
  if (misses === 0 && now < stream.nextListAt) return Math.min(LOOK_AGAIN, stream.nextListAt - now);
  const before = stream.chunks.length;
  const isFresh = await title.refresh(stream.chunkSeconds / 4);
  const grew = stream.chunks.length > before;
  if (isFresh && !grew && misses === 0) stream.missedList(nowInSeconds());
  lookout.misses = grew ? 0 : misses + 1;
  const often = Math.min(LOOK_AT_LEAST / 2, (stream.chunkSeconds * misses) / 4);
  return grew ? 0 : (waitAfterMiss(misses + 1, stream.chunkSeconds) ?? often);
}

/** The viewer is far behind, or paused: the newest chunk that can be had is asked what follows it, without its media. */
async function hearNewest(
  feed: Feed,
  lookout: Lookout,
  title: LookedAt,
  signal: AbortSignal,
): Promise<number> {
  const { stream } = lookout;
  const newest = stream.newestAt(nowInSeconds());
  if (!newest || newest.index <= lookout.heard) return LOOK_AGAIN;
  const lag = stream.timeline.startOf(newest) - (feed.position ?? Number.POSITIVE_INFINITY);
  const isOutOfHearing = lag > FAR_CHUNKS * stream.chunkSeconds || (lag >= 0 && title.isIdle(feed));
  if (!isOutOfHearing) return LOOK_AGAIN;
  const hasHeard = await hear(newest, lookout, title, signal);
  if (hasHeard) lookout.heard = newest.index;
  lookout.misses = hasHeard ? 0 : lookout.misses + 1;
  if (hasHeard) return 0;
  const { misses } = lookout;
  return waitAfterMiss(misses, stream.chunkSeconds) ?? Math.min(LOOK_AT_LEAST, stream.chunkSeconds * misses);
}

/** Whether anything told what follows a chunk: its fragment, or else a list. */
async function hear(chunk: Chunk, lookout: Lookout, title: LookedAt, signal: AbortSignal): Promise<boolean> {
  const { stream } = lookout;
  const canPeek = lookout.silent < MOST_SILENT && stream.lagAt(nowInSeconds()) < MOST_LAG_CHUNKS;
  if (canPeek) {
    const spans = (await title.peek(stream.stream, chunk, signal))?.lookAhead ?? [];
    if (stream.announce(chunk.index, spans, nowInSeconds()) > 0) {
      lookout.silent = 0;
      title.grew();
      return true;
    }
  }
  const before = stream.chunks.length;
  const isFresh = await title.refresh(stream.chunkSeconds);
  const grew = stream.chunks.length > before;
  if (grew && canPeek) lookout.silent += 1;
  if (isFresh && !grew) stream.heardNothing(nowInSeconds());
  return grew;
}
