import { rescale, type Ticks, type Timescale, ticks } from '../base/time.ts';
import { chunkList } from '../manifest/chunk-list.ts';
import type { Chunk, ChunkList, QualityLevel, Stream } from '../manifest/presentation.ts';
import type { ClipBounds } from './clip-bounds.ts';

type Levels = readonly [QualityLevel, ...QualityLevel[]];

/** One clip's part in a stream that is joined from several. */
export interface Part {
  readonly stream: Stream;
  /** Those that can be played, ascending by bitrate. */
  readonly levels: Levels;
  readonly bounds: ClipBounds;
  /** Where it is joined, in ticks of the composite manifest: the length of the clips before. */
  readonly offset: Ticks;
}

/** Where a chunk of a joined stream really is. */
export interface Source {
  readonly part: Part;
  readonly chunk: Chunk;
  /** Whether it is the last of its part, and may go on beyond the clip's end. */
  readonly isLast: boolean;
}

export interface JoinedStream {
  /** On the composite manifest's clock, from 0. */
  readonly chunks: ChunkList;
  sourceOf(index: number): Source | undefined;
}

/** Chunks that one clip may have of a stream: a day of one second each. */
const MOST_CHUNKS = 100_000;
/** What is less than this fraction of a second isn't worth a request at either end of a clip. */
const TOO_SHORT = 500n;
const BITS_IN_A_KIBIBYTE = 8192;

/** The parts one behind another; levels are named as in `levels`. `undefined` when a part has too many chunks, or none. */
export function joinParts(
  parts: readonly Part[],
  levels: Levels,
  scale: Timescale,
): JoinedStream | undefined {
  const columns = {
    firsts: [] as number[],
    starts: [] as bigint[],
    durations: [] as number[],
    counts: [] as number[],
  };
  const sources: Source[] = [];
  const sizes = new Map(levels.map(({ index }) => [index, new Map<number, number>()]));
  for (const part of parts) {
    const chunks = chunksOf(part, scale);
    if (chunks.length === 0) return undefined;
    for (const [at, chunk] of chunks.entries()) {
      const index = sources.length;
      const isLast = at === chunks.length - 1;
      const span = place(chunk, part, at === 0, isLast, scale);
      columns.firsts.push(index);
      columns.starts.push(span.start);
      columns.durations.push(Number(span.end - span.start));
      columns.counts.push(1);
      sources.push({ part, chunk, isLast });
      for (const level of levels) {
        const size = sizeOf(chunk, part, levels, level);
        if (size !== undefined) sizes.get(level.index)?.set(index, size);
      }
    }
  }
  return { chunks: chunkList(columns, sizes), sourceOf: (index) => sources[index] };
}

/** The chunks of a part's own stream that lie within its clip. */
function chunksOf({ stream, bounds, offset }: Part, scale: Timescale): Chunk[] {
  const { chunks, timescale } = stream;
  const begin = rescale(bounds.begin, scale, timescale);
  const end = ticks(rescale(bounds.end, scale, timescale) - timescale / TOO_SHORT);
  const found: Chunk[] = [];
  for (let chunk = chunks.from(begin); chunk && chunk.start < end; chunk = chunks.at(chunk.index + 1)) {
    if (found.length === MOST_CHUNKS) return [];
    found.push(chunk);
  }
  const [first, second] = found;
  const hasHardlyAny = first && first.start + first.duration - begin < timescale / TOO_SHORT;
  // Segments state no time before that of the first clip.
  const before = first ? rescale(ticks(begin - first.start), timescale, scale) : 0n;
  return second && (hasHardlyAny || (offset > 0n && before > offset)) ? found.slice(1) : found;
}

/** What a chunk takes up among the clips; that of the first clip may begin before 0. */
function place(
  chunk: Chunk,
  { stream, bounds, offset }: Part,
  isFirst: boolean,
  isLast: boolean,
  scale: Timescale,
): { readonly start: bigint; readonly end: bigint } {
  const toJoined = (time: bigint) => offset + rescale(ticks(time), stream.timescale, scale) - bounds.begin;
  const start = toJoined(chunk.start);
  const end = toJoined(chunk.start + chunk.duration);
  const clipEnd = offset + bounds.end - bounds.begin;
  return {
    start: isFirst && offset > 0n && start < offset ? offset : start,
    end: isLast && end > clipEnd ? clipEnd : end,
  };
}

/** The level of a part that stands for one of the whole: of the same bitrate, else of the same rank, else the nearest. */
export function levelFor(part: Levels, whole: Levels, level: QualityLevel): QualityLevel {
  const same = part.find(({ bitrate }) => bitrate === level.bitrate);
  if (same) return same;
  const ofRank = part.length === whole.length ? part[whole.indexOf(level)] : undefined;
  const distance = ({ bitrate }: QualityLevel) => Math.abs(Math.log((bitrate || 1) / (level.bitrate || 1)));
  return ofRank ?? part.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}

/** As hinted, or as the bitrate has it where that is another one than the level's. In KiB. */
function sizeOf(
  chunk: Chunk,
  { stream, levels }: Part,
  whole: Levels,
  level: QualityLevel,
): number | undefined {
  const own = levelFor(levels, whole, level);
  const hint = stream.chunks.sizeHint(chunk.index, own.index);
  if (hint !== undefined || own.bitrate === level.bitrate) return hint;
  return (own.bitrate * Number(chunk.duration)) / Number(stream.timescale) / BITS_IN_A_KIBIBYTE;
}
