import type { Ranges, TimeRange } from '../../base/ranges.ts';
import { seconds } from '../../base/time.ts';
import type { Chunk } from '../../manifest/presentation.ts';
import { stillPicture } from '../../transmux/bridge.ts';
import { silentSegment } from '../../transmux/silent-segment.ts';
import type { Feed } from './feed.ts';
import { SEAM } from './feed-cursor.ts';
import type { RecentSegment, RecentSegments } from './recent-segments.ts';

/** How a hole was filled: with the last key frame, or silence. */
export type BridgeKind = 'picture-held' | 'silence';

/** Media for a hole, from its start on. */
export interface Patch {
  /** The segment whose level and configuration it has. */
  readonly beside: RecentSegment;
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly kind: BridgeKind;
}

/** What is known around a hole. */
interface Surroundings {
  readonly feed: Feed;
  readonly recent: RecentSegments;
  /** Existing fillings. */
  readonly fillings: Ranges;
  /** Seconds for which the browser shows a picture without another. */
  readonly longest: number;
}

/** The maximum length of a filling, in seconds and in pictures: each is a key frame. */
const MOST_SECONDS = 20;
const MOST_PICTURES = 300;

/** Makes media for a hole from its start on, as far as one segment reaches; `undefined` if that isn't possible. */
export function patchHole(around: Surroundings, hole: TimeRange): Patch | undefined {
  return around.feed.type === 'video' ? patchPicture(around, hole) : patchSound(around, hole);
}

function patchPicture(around: Surroundings, { start, end }: TimeRange): Patch | undefined {
  const beside = segmentBefore(around, start) ?? segmentAfter(around, end);
  if (!beside || beside.protection.track) return undefined;
  const timescale = Number(beside.request.stream.timescale);
  const lasts = Math.min(end - start, MOST_SECONDS, MOST_PICTURES * around.longest);
  const ticks = Math.round(lasts * timescale);
  const bytes = stillPicture(beside.pieces, ticksAt(beside, start), ticks, timescale, around.longest);
  return { beside, bytes, seconds: lasts, kind: 'picture-held' };
}

function patchSound(around: Surroundings, { start, end }: TimeRange): Patch | undefined {
  const beside = segmentBefore(around, start) ?? segmentAfter(around, end) ?? around.recent.newest;
  if (!beside) return undefined;
  const { stream, level } = beside.request;
  const lasts = Math.min(end - start, MOST_SECONDS);
  const timescale = Number(stream.timescale);
  const bytes = silentSegment({
    timescale,
    level,
    start: ticksAt(beside, start),
    duration: BigInt(Math.round(lasts * timescale)),
    origin: 0n,
    isProtected: beside.protection.track !== undefined,
  });
  return bytes && { beside, bytes, seconds: lasts, kind: 'silence' };
}

/** The segment whose media ends at a time; after a filling, the one before that. */
function segmentBefore({ feed, recent, fillings }: Surroundings, moment: number): RecentSegment | undefined {
  const filling = fillings.find((range) => Math.abs(range.end - moment) < SEAM);
  const chunk: Chunk | undefined = feed.timeline.chunkAt(seconds((filling?.start ?? moment) - SEAM));
  // Some arrived only in part.
  return chunk && (recent.of(chunk.index) ?? recent.of(chunk.index - 1));
}

function segmentAfter({ feed, recent }: Surroundings, moment: number): RecentSegment | undefined {
  const chunk = feed.timeline.chunkAt(seconds(moment + SEAM));
  return chunk && recent.of(chunk.index);
}

/** A time on the clock of a segment. */
function ticksAt({ request, start }: RecentSegment, moment: number): bigint {
  const { chunk, zero, stream } = request;
  const at = chunk.start - zero + BigInt(Math.round((moment - start) * Number(stream.timescale)));
  return at > 0n ? at : 0n;
}
