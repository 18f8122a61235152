import { delay } from '../../../base/async.ts';
import { waitAfterMiss } from '../../../heuristics/arrival.ts';
import { isAbsent } from '../../../heuristics/failure.ts';
import type { Chunk, Stream } from '../../../manifest/presentation.ts';
import type { FragmentReport } from '../../../transmux/fragment-transmuxer.ts';
import type { Delivered } from '../../delivery/delivered.ts';
import type { LiveStream } from '../live-stream.ts';
import { nowInSeconds } from '../now.ts';

/** One request for a chunk. Seconds. */
export interface LiveRequest {
  readonly requestedAt: number;
  /** When it was requested before, and was not published yet. */
  readonly notPublishedAt: number | undefined;
}

/** A request that came too early, or too late. */
export interface Miss {
  readonly requestedAt: number;
  /** How many there were, this one included. */
  readonly count: number;
  /** Whether the fragment should have been published long ago. */
  readonly isOld: boolean;
}

/** What is needed from the title to fetch a chunk. */
export interface ChunkSource {
  readonly stream: LiveStream;
  readonly chunk: Chunk;
  readonly fetch: (request: LiveRequest) => Promise<Delivered>;
  /** Returns whether to request it at once from another host. */
  readonly onMiss: (miss: Miss) => boolean;
  /** The servers fail, this many times by now: it is unknown whether the fragment exists. */
  readonly onUnanswered: (count: number) => void;
  readonly hasEnded: () => boolean;
  readonly peek: (stream: Stream, chunk: Chunk, signal: AbortSignal) => Promise<FragmentReport | undefined>;
  readonly refresh: (maxAge: number) => Promise<boolean>;
  readonly nextUpdate: (atMost: number, signal: AbortSignal) => Promise<void>;
}

/** A fragment that is this many chunks older than the newest is not going to appear. */
const OLD = 3;
/** This many misses are followed up at once; what is still missing then is checked from time to time. */
const MOST_MISSES = 5;
/** How often a stopped source is checked, in seconds: less often the longer it has stopped. */
const CHECK_AFTER = 1;
const CHECK_AFTER_AT_MOST = 7;
const CHECKS_SO_FAR = 10;
/** Manifests to check before a fragment that none of them lists is requested again. */
const LISTS_PER_TRY = 5;

/** Delivers a chunk once it is published; `unavailable` when it never will be, `passed` when it has left the title. */
export async function fetchWhenAvailable(source: ChunkSource, signal: AbortSignal): Promise<Delivered> {
  const { stream, chunk } = source;
  let chances = 1;
  let notPublishedAt: number | undefined;
  for (let count = 0; ; ) {
    if (!(await untilDue(source, signal))) return { kind: 'passed' };
    const requestedAt = nowInSeconds();
    const delivered = await source.fetch({ requestedAt, notPublishedAt });
    if (delivered.kind !== 'unavailable') return delivered;
    count += 1;
    const isMiss = isAbsent(delivered.failure.kind);
    const isOld = nowInSeconds() - stream.dueAt(chunk) > OLD * stream.chunkSeconds;
    if (isMiss) {
      notPublishedAt = requestedAt;
      if (source.onMiss({ requestedAt, count, isOld })) {
        count -= 1;
        continue;
      }
    } else source.onUnanswered(count);
    if (isMiss && isOld && count === 1) continue;
    const wait = isOld ? undefined : waitAfterMiss(count, stream.chunkSeconds);
    if (wait !== undefined) {
      await delay(wait * 1000, signal);
      continue;
    }
    const verdict = await investigate(source, count, signal);
    if (verdict === 'overtaken') chances -= 1;
    if (verdict === 'gone' || chances < 0) return delivered;
  }
}

/** Waits until a chunk should be published; returns whether it is still part of the title. */
async function untilDue(
  { stream, chunk, hasEnded, nextUpdate }: ChunkSource,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    if (!stream.has(chunk)) return false;
    const wait = hasEnded() ? 0 : stream.dueAt(chunk) - nowInSeconds();
    if (wait <= 0) return true;
    await nextUpdate(Math.min(wait, 1), signal);
  }
}

/** Finds out why a chunk that is due is missing: `overtaken` by later ones, `gone`, or worth another request. */
async function investigate(
  { stream, chunk, peek, refresh, hasEnded, nextUpdate }: ChunkSource,
  misses: number,
  signal: AbortSignal,
): Promise<'again' | 'overtaken' | 'gone'> {
  const { startOf, endOf } = stream.timeline;
  const next = stream.chunks.at(chunk.index + 1);
  const isSoon = misses < MOST_MISSES;
  if (next && isSoon && nowInSeconds() >= stream.dueAt(next)) {
    const later = await peek(stream.stream, next, signal);
    if (later) return 'gone';
  }
  const half = stream.chunkSeconds / 2;
  for (let round = isSoon ? 0 : 1; round <= LISTS_PER_TRY; round += 1) {
    const silence = nowInSeconds() - stream.dueAt(chunk);
    const pause = Math.min(CHECK_AFTER_AT_MOST, Math.max(CHECK_AFTER, silence / CHECKS_SO_FAR));
    if (round > 0) await nextUpdate(pause, signal);
    const isFresh = await refresh(pause / 2);
    signal.throwIfAborted();
    if (!stream.has(chunk) || startOf(chunk) < stream.lists.start) return 'gone';
    if (!isFresh) continue;
    if (stream.lists.end > endOf(chunk) + half) return 'overtaken';
    if (hasEnded() || stream.lists.end > endOf(chunk) - half) return 'again';
  }
  return 'again';
}
