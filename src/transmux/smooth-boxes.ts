import { type Ticks, ticks } from '../base/time.ts';
import type { Box } from '../mp4/box.ts';
import { BoxReader } from '../mp4/reader.ts';

/** A start and a duration on the stream's clock. */
export interface TickSpan {
  readonly start: Ticks;
  readonly duration: Ticks;
}

const TFXD = '6d1d9b0542d544e680e2141daff757b2';
const TFRF = 'd4807ef2ca3946958e5426cb9e46a79f';

/** The fragment's own time, which live origins write. [MS-SSTR] 2.2.4.5, TfxdBox. */
export function readOwnTime(view: DataView, boxes: readonly Box[]): TickSpan | undefined {
  const box = boxes.find(({ uuid }) => uuid === TFXD);
  if (!box) return undefined;
  const reader = new BoxReader(view, box);
  return readSpan(reader, reader.versionAndFlags().version);
}

/** The following fragments, as far as the origin knows them. [MS-SSTR] 2.2.4.6, TfrfBox. */
export function readLookAhead(view: DataView, boxes: readonly Box[]): readonly TickSpan[] {
  const box = boxes.find(({ uuid }) => uuid === TFRF);
  if (!box) return [];
  const reader = new BoxReader(view, box);
  const { version } = reader.versionAndFlags();
  const count = reader.u8();
  return Array.from({ length: count }, () => readSpan(reader, version));
}

/** How many times longer or shorter a fragment may be than listed, and a chunk than the one before it. */
const MOST_UNLIKE = 8n;
const MOST_UNEVEN = 50n;
/** Chunks that are announced this many chunks ahead are on the stream's clock. */
const MOST_AHEAD = 64n;

/**
 * The following fragments on the clock of the manifest, which URLs count on. They are moved if the fragment `own` counts
 * from another epoch than its `chunk`, and dropped if it counts at another rate: what is rounded can't be requested.
 */
export function placeLookAhead(
  spans: readonly TickSpan[],
  own: TickSpan | undefined,
  chunk: TickSpan,
): readonly TickSpan[] {
  const [next] = spans;
  if (!next) return spans;
  const isUnlike = (duration: Ticks, most: bigint) =>
    duration > 0n && (duration > chunk.duration * most || chunk.duration > duration * most);
  if (!own) return isUnlike(next.duration, MOST_UNEVEN) ? [] : spans;
  const shift = chunk.start - own.start;
  const isOnClock = shift <= chunk.duration && shift >= -chunk.duration;
  const distance = next.start - chunk.start;
  if (isOnClock || (distance > 0n && distance <= chunk.duration * MOST_AHEAD)) return spans;
  if (isUnlike(own.duration, MOST_UNLIKE)) return [];
  return spans.map((span) => ({ ...span, start: ticks(span.start + shift) }));
}

/** Version 1 and above: 64 bits each. The time is signed, because audio priming makes it negative. */
function readSpan(reader: BoxReader, version: number): TickSpan {
  return version === 0
    ? { start: ticks(reader.u32()), duration: ticks(reader.u32()) }
    : { start: ticks(reader.i64()), duration: ticks(reader.u64()) };
}
