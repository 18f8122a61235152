import { waitAfterMiss } from '../../../heuristics/arrival.ts';
import type { Chunk, Stream } from '../../../manifest/presentation.ts';
import type { FragmentReport } from '../../../transmux/fragment-transmuxer.ts';
import type { Feed } from '../../delivery/feed.ts';
import type { LiveStream } from '../live-stream.ts';
import { nowInSeconds } from '../now.ts';

/** What the edge monitor needs from a live title. Seconds. */
export interface EdgeMonitorPorts {
  readonly hasEnded: () => boolean;
  readonly streamOf: (feed: Feed) => LiveStream;
  /** Whether no chunk of a feed is being fetched, which would show what follows. */
  readonly isIdle: (feed: Feed) => boolean;
  /** The `moof` of a fragment, with what it announces. */
  readonly peek: (stream: Stream, chunk: Chunk, signal: AbortSignal) => Promise<FragmentReport | undefined>;
  /** Makes sure that there is a manifest this fresh; returns whether there is. */
  readonly refresh: (maxAge: number) => Promise<boolean>;
  readonly onGrowth: () => void;
  readonly nextUpdate: (atMost: number, signal: AbortSignal) => Promise<void>;
}

/** What was received of a stream so far. */
interface Watch {
  readonly stream: LiveStream;
  /** Consecutive checks that found nothing. */
  misses: number;
  /** Index of the newest chunk whose successors are known. */
  newestLearned: number;
  /** Consecutive chunks that didn't announce what a list did. */
  silent: number;
}

/** How often to check whether there is anything to do, and the minimum frequency, in seconds. */
const LOOK_AGAIN = 0.25;
const LOOK_AT_LEAST = 7;
/** A feed that is this many chunks behind learns nothing new. */
const FAR_CHUNKS = 1.5;
/** This many chunks are queried one by one: a longer chain of look-aheads costs more than one manifest. */
const MOST_LAG_CHUNKS = 20;
/** A server whose chunks failed this often to announce their successors isn't queried any more. */
const MOST_SILENT = 4;

/** Keeps the end of a feed's stream known while no fragment that it fetches announces it. Until aborted. */
export async function monitorEdge(feed: Feed, title: EdgeMonitorPorts, signal: AbortSignal): Promise<void> {
  let watch: Watch | undefined;
  // The first fragments announce by themselves.
  for (let pause = 1; !title.hasEnded(); ) {
    await title.nextUpdate(pause, signal);
    const stream = title.streamOf(feed);
    if (watch?.stream !== stream) watch = { stream, misses: 0, newestLearned: -1, silent: 0 };
    const isAtEnd = feed.position === undefined;
    pause = isAtEnd ? await readList(watch, title) : await followNewest(feed, watch, title, signal);
  }
}

/** Everything known is in the buffer: a list has more. Returns the seconds until the next check. */
async function readList(watch: Watch, title: EdgeMonitorPorts): Promise<number> {
  const { stream, misses } = watch;
  const now = nowInSeconds();
  if (misses === 0 && now < stream.nextListAt) return Math.min(LOOK_AGAIN, stream.nextListAt - now);
  const before = stream.chunks.length;
  const isFresh = await title.refresh(stream.chunkSeconds / 4);
  const grew = stream.chunks.length > before;
  if (isFresh && !grew && misses === 0) stream.missedList(nowInSeconds());
  watch.misses = grew ? 0 : misses + 1;
  const often = Math.min(LOOK_AT_LEAST / 2, (stream.chunkSeconds * misses) / 4);
  return grew ? 0 : (waitAfterMiss(misses + 1, stream.chunkSeconds) ?? often);
}

/** Playback is far behind, or paused: the newest available chunk is queried for its successors, without its media. */
async function followNewest(
  feed: Feed,
  watch: Watch,
  title: EdgeMonitorPorts,
  signal: AbortSignal,
): Promise<number> {
  const { stream } = watch;
  const newest = stream.newestAt(nowInSeconds());
  if (!newest || newest.index <= watch.newestLearned) return LOOK_AGAIN;
  const lag = stream.timeline.startOf(newest) - (feed.position ?? Number.POSITIVE_INFINITY);
  const isFarBehind = lag > FAR_CHUNKS * stream.chunkSeconds || (lag >= 0 && title.isIdle(feed));
  if (!isFarBehind) return LOOK_AGAIN;
  const hasLearned = await learnWhatFollows(newest, watch, title, signal);
  if (hasLearned) watch.newestLearned = newest.index;
  watch.misses = hasLearned ? 0 : watch.misses + 1;
  if (hasLearned) return 0;
  const { misses } = watch;
  return waitAfterMiss(misses, stream.chunkSeconds) ?? Math.min(LOOK_AT_LEAST, stream.chunkSeconds * misses);
}

/** Whether the successors of a chunk were found: from its fragment, or else from a list. */
async function learnWhatFollows(
  chunk: Chunk,
  watch: Watch,
  title: EdgeMonitorPorts,
  signal: AbortSignal,
): Promise<boolean> {
  const { stream } = watch;
  const canPeek = watch.silent < MOST_SILENT && stream.lagAt(nowInSeconds()) < MOST_LAG_CHUNKS;
  if (canPeek) {
    const { lookAhead = [], tfxd } = (await title.peek(stream.stream, chunk, signal)) ?? {};
    if (stream.announce(chunk.index, lookAhead, nowInSeconds(), tfxd) > 0) {
      watch.silent = 0;
      title.onGrowth();
      return true;
    }
  }
  const before = stream.chunks.length;
  const isFresh = await title.refresh(stream.chunkSeconds);
  const grew = stream.chunks.length > before;
  if (grew && canPeek) watch.silent += 1;
  if (isFresh && !grew) stream.noteSilence(nowInSeconds());
  return grew;
}
