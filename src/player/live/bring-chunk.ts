import { delay } from '../../base/async.ts';
import { waitAfterMiss } from '../../heuristics/arrival.ts';
import type { Chunk, Stream } from '../../manifest/presentation.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { Held } from '../inventory.ts';
import { isMissing, isServers } from './contact.ts';
import type { LiveStream } from './live-stream.ts';
import { nowInSeconds } from './now.ts';

/** One attempt to get a chunk. */
export interface Attempt {
  readonly askedAt: number;
  /** When it was asked for before, and wasn't there. */
  readonly refusedAt: number | undefined;
}

/** An attempt that was in vain. */
export interface Miss {
  readonly askedAt: number;
  /** How many there were, this one included. */
  readonly count: number;
  /** Whether the fragment isn't on its way any more. */
  readonly isOld: boolean;
}

/** A chunk that is wanted, and what of its title is needed to get it. Seconds. */
export interface Wanted {
  readonly stream: LiveStream;
  readonly chunk: Chunk;
  readonly fetch: (attempt: Attempt) => Promise<Held | undefined>;
  /** It isn't there. */
  readonly missed: (miss: Miss) => void;
  /** Nobody says whether it is there, so many times by now. */
  readonly unanswered: (count: number) => void;
  readonly hasEnded: () => boolean;
  readonly peek: (stream: Stream, chunk: Chunk, signal: AbortSignal) => Promise<FragmentReport | undefined>;
  readonly refresh: (maxAge: number) => Promise<boolean>;
  readonly nextNews: (atMost: number, signal: AbortSignal) => Promise<void>;
}

/** A fragment that is so many chunks older than the newest is not on its way any more. */
const OLD = 3;
/** So many misses are looked into at once; what is still not there then is looked after from time to time. */
const MOST_MISSES = 5;
/** How often a source that has stopped is looked after, in seconds: less often the longer it has. */
const LOOK_AFTER = 1;
const LOOK_AFTER_AT_MOST = 7;
const LOOKS_SO_FAR = 10;
/** Manifests that are looked at before a fragment is asked for again that none has listed. */
const LISTS_FOR_A_TRY = 5;

/** Brings a chunk once it can be had; `gone` when it never will, `dropped` when it is no chunk of the title any more. */
export async function bringChunk(
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Held | 'gone' | 'dropped' | undefined> {
  const { stream, chunk } = wanted;
  let chances = 1;
  let refusedAt: number | undefined;
  for (let count = 0; ; ) {
    if (!(await untilDue(wanted, signal))) return 'dropped';
    const askedAt = nowInSeconds();
    let isMiss = true;
    try {
      return await wanted.fetch({ askedAt, refusedAt });
    } catch (error) {
      isMiss = isMissing(error);
      if (!isMiss && !isServers(error)) throw error;
    }
    count += 1;
    const isOld = nowInSeconds() - stream.dueAt(chunk) > OLD * stream.chunkSeconds;
    if (isMiss) {
      refusedAt = askedAt;
      wanted.missed({ askedAt, count, isOld });
    } else wanted.unanswered(count);
    if (isMiss && isOld && count === 1) continue;
    const wait = isOld ? undefined : waitAfterMiss(count, stream.chunkSeconds);
    if (wait !== undefined) {
      await delay(wait * 1000, signal);
      continue;
    }
    const verdict = await resolve(wanted, count, signal);
    if (verdict === 'overtaken') chances -= 1;
    if (verdict === 'gone' || chances < 0) return 'gone';
  }
}

/** Waits until a chunk should be there; tells whether it still is to come. */
async function untilDue(
  { stream, chunk, hasEnded, nextNews }: Wanted,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    if (!stream.has(chunk)) return false;
    const wait = hasEnded() ? 0 : stream.dueAt(chunk) - nowInSeconds();
    if (wait <= 0) return true;
    await nextNews(Math.min(wait, 1), signal);
  }
}

/** Finds out what is the matter with a chunk that should be there: `overtaken` by later ones, or worth another try. */
async function resolve(
  { stream, chunk, peek, refresh, hasEnded, nextNews }: Wanted,
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
  for (let round = isSoon ? 0 : 1; round <= LISTS_FOR_A_TRY; round += 1) {
    const silence = nowInSeconds() - stream.dueAt(chunk);
    const pause = Math.min(LOOK_AFTER_AT_MOST, Math.max(LOOK_AFTER, silence / LOOKS_SO_FAR));
    if (round > 0) await nextNews(pause, signal);
    const isFresh = await refresh(pause / 2);
    signal.throwIfAborted();
    if (!stream.has(chunk) || startOf(chunk) < stream.lists.start) return 'gone';
    if (!isFresh) continue;
    if (stream.lists.end > endOf(chunk) + half) return 'overtaken';
    if (hasEnded() || stream.lists.end > endOf(chunk) - half) return 'again';
  }
  return 'again';
}
