import { rescale, type Ticks, type Timescale, ticks } from '../base/time.ts';
import { lastUpTo } from '../manifest/chunk-list.ts';
import type { Chunk, ChunkList, ChunkRun, QualityLevel, Stream } from '../manifest/presentation.ts';
import type { ClipBounds } from './clip-bounds.ts';

type Levels = readonly [QualityLevel, ...QualityLevel[]];

/** One clip's part of a joined stream. */
export interface Part {
  readonly stream: Stream;
  /** The levels that can be played, ascending by bitrate. */
  readonly levels: Levels;
  readonly bounds: ClipBounds;
  /** Its position in ticks of the composite manifest: the length of the clips before. */
  readonly offset: Ticks;
  /** The time before `offset` in which the pictures are decoded that its first ones depend on; see `makeRoomForLeads`. */
  readonly lead?: Ticks;
}

/** The source of a chunk of a joined stream. */
export interface Source {
  readonly part: Part;
  readonly chunk: Chunk;
  /** Whether it is the first of its part, and may begin before the clip. */
  readonly isFirst: boolean;
  /** Whether it is the last of its part, and may end after the clip. */
  readonly isLast: boolean;
}

export interface JoinedStream {
  /** On the composite manifest's clock, from 0. */
  readonly chunks: ChunkList;
  sourceOf(index: number): Source | undefined;
}

/** Less than this fraction of a second isn't worth a request at either end of a clip. */
const TOO_SHORT = 500n;
const BITS_IN_A_KIBIBYTE = 8192;

/** The fraction of a second that the pictures before a clip's beginning take. */
const LEAD = 1000n;

/** Consecutive chunks of a part with equal duration on its own clock. */
interface JoinedRun {
  readonly part: Part;
  readonly extent: Extent;
  /** Index of its first chunk in the joined stream, and in the part's own stream. */
  readonly first: number;
  readonly ownFirst: number;
  readonly count: number;
  readonly ownStart: bigint;
  readonly ownDuration: bigint;
}

/** The chunks of a part's own stream that it uses. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * A clip of video that begins within a chunk needs the pictures before: they are decoded in the last millisecond of the previous
 * clip, which gives it away.
 */
export function makeRoomForLeads(parts: readonly Part[], scale: Timescale): readonly Part[] {
  const leads = parts.map((part) => leadOf(part, scale));
  return parts.map((part, index) => {
    const { begin, end } = part.bounds;
    const next = leads[index + 1] ?? 0n;
    return {
      ...part,
      lead: leads[index] ?? ticks(0),
      bounds: { begin, end: end - next > begin ? ticks(end - next) : end },
    };
  });
}

function leadOf(part: Part, scale: Timescale): Ticks {
  const { stream, bounds } = part;
  const extent = extentOf(part, scale);
  const first = extent && stream.chunks.at(extent.from);
  const lead = ticks(scale / LEAD);
  const isWithin = first && rescale(first.start, stream.timescale, scale) + lead < bounds.begin;
  return isWithin && stream.type === 'video' ? lead : ticks(0);
}

/** The parts one after another; levels are named as in `levels`. `undefined` if a part has no chunk. */
export function joinParts(
  parts: readonly Part[],
  levels: Levels,
  scale: Timescale,
): JoinedStream | undefined {
  const runs: JoinedRun[] = [];
  let length = 0;
  for (const part of parts) {
    const extent = extentOf(part, scale);
    if (!extent) return undefined;
    for (const own of part.stream.chunks.runsFrom(extent.from)) {
      const count = Math.min(own.count, extent.to - own.first);
      if (count <= 0) break;
      const { first: ownFirst, start: ownStart, duration: ownDuration } = own;
      runs.push({ part, extent, first: length, ownFirst, count, ownStart, ownDuration });
      length += count;
    }
  }
  const chunks = new JoinedChunks(runs, levels, scale);
  return { chunks, sourceOf: (index) => chunks.sourceOf(index) };
}

/** Computes chunks on demand: a clip may repeat one thousands of millions of times. */
class JoinedChunks implements ChunkList {
  readonly length: number;
  readonly #runs: readonly JoinedRun[];
  readonly #firsts: readonly number[];
  readonly #starts: readonly bigint[];
  readonly #levels: Levels;
  readonly #scale: Timescale;

  constructor(runs: readonly JoinedRun[], levels: Levels, scale: Timescale) {
    this.#runs = runs;
    this.#levels = levels;
    this.#scale = scale;
    this.#firsts = runs.map(({ first }) => first);
    this.#starts = runs.map((run) => this.#chunkIn(run, 0).start);
    const last = runs.at(-1);
    this.length = last ? last.first + last.count : 0;
  }

  get runs(): readonly ChunkRun[] {
    return [...this.runsFrom(0)];
  }

  get start(): Ticks {
    return this.at(0)?.start ?? ticks(0);
  }

  get end(): Ticks {
    return endOf(this.at(this.length - 1));
  }

  at(index: number): Chunk | undefined {
    const run = this.#runAt(index);
    return run && this.#chunkIn(run, index - run.first);
  }

  sourceOf(index: number): Source | undefined {
    const run = this.#runAt(index);
    return run && sourceIn(run, index - run.first);
  }

  from(time: Ticks): Chunk | undefined {
    const run = this.#runs[lastUpTo(this.#starts, time)];
    if (!run) return this.at(0);
    const { bounds, offset, stream } = run.part;
    // Positions are rounded down to the joined clock: the last tick that is no later there.
    const ticksBefore = (time - offset + bounds.begin + 1n) * stream.timescale;
    const latest = (ticksBefore + this.#scale - 1n) / this.#scale - 1n;
    const step = Number((latest - run.ownStart) / run.ownDuration);
    const found = this.#chunkIn(run, Math.max(0, Math.min(run.count - 1, step)));
    return endOf(found) > time ? found : this.at(found.index + 1);
  }

  *runsFrom(index: number): Generator<ChunkRun> {
    for (const run of this.#runs.slice(Math.max(0, lastUpTo(this.#firsts, index)))) {
      const step = Math.max(0, index - run.first);
      if (step >= run.count) continue;
      const { index: first, start, duration } = this.#chunkIn(run, step);
      yield { first, start, duration, count: run.count - step };
    }
  }

  sizeHint(index: number, levelIndex: number): number | undefined {
    const source = this.sourceOf(index);
    const level = this.#levels.find((one) => one.index === levelIndex);
    return source && level && sizeOf(source.chunk, source.part, this.#levels, level);
  }

  *[Symbol.iterator](): Generator<Chunk> {
    for (const run of this.#runs) {
      for (let step = 0; step < run.count; step++) yield this.#chunkIn(run, step);
    }
  }

  #runAt(index: number): JoinedRun | undefined {
    return index >= 0 && index < this.length ? this.#runs[lastUpTo(this.#firsts, index)] : undefined;
  }

  #chunkIn(run: JoinedRun, step: number): Chunk {
    const { start, end } = place(sourceIn(run, step), this.#scale);
    return { index: run.first + step, start: ticks(start), duration: ticks(end - start) };
  }
}

function sourceIn({ part, extent, ownFirst, ownStart, ownDuration }: JoinedRun, step: number): Source {
  const index = ownFirst + step;
  const start = ticks(ownStart + ownDuration * BigInt(step));
  return {
    part,
    chunk: { index, start, duration: ticks(ownDuration) },
    isFirst: index === extent.from,
    isLast: index + 1 === extent.to,
  };
}

/** The chunks of a part's own stream that lie within its clip. */
function extentOf({ stream, bounds }: Part, scale: Timescale): Extent | undefined {
  const { chunks, timescale } = stream;
  const begin = rescale(bounds.begin, scale, timescale);
  const end = ticks(rescale(bounds.end, scale, timescale) - timescale / TOO_SHORT);
  const first = chunks.from(begin);
  if (!first || first.start >= end) return undefined;
  const behind = chunks.from(end);
  const to = behind ? behind.index + (behind.start < end ? 1 : 0) : chunks.length;
  const hasHardlyAny = first.start + first.duration - begin < timescale / TOO_SHORT;
  const isSpare = to - first.index > 1 && hasHardlyAny;
  return { from: isSpare ? first.index + 1 : first.index, to };
}

const endOf = (chunk: Chunk | undefined): Ticks => ticks(chunk ? chunk.start + chunk.duration : 0n);

/** The time span of a chunk among the clips; in the first clip it may begin before 0. */
function place(
  { part: { stream, bounds, offset, lead = ticks(0) }, chunk, isFirst, isLast }: Source,
  scale: Timescale,
): { readonly start: bigint; readonly end: bigint } {
  const toJoined = (time: bigint) => offset + rescale(ticks(time), stream.timescale, scale) - bounds.begin;
  const start = toJoined(chunk.start);
  const end = toJoined(chunk.start + chunk.duration);
  const clipEnd = offset + bounds.end - bounds.begin;
  const earliest = offset > lead ? offset - lead : offset;
  return {
    start: isFirst && (offset > 0n || lead > 0n) && start < earliest ? earliest : start,
    end: isLast && end > clipEnd ? clipEnd : end,
  };
}

/** The level of a part that corresponds to one of the joined stream: of the same bitrate, otherwise of the same rank, otherwise the nearest. */
export function levelFor(part: Levels, whole: Levels, level: QualityLevel): QualityLevel {
  const same = part.find(({ bitrate }) => bitrate === level.bitrate);
  if (same) return same;
  const ofRank = part.length === whole.length ? part[whole.indexOf(level)] : undefined;
  const distance = ({ bitrate }: QualityLevel) => Math.abs(Math.log((bitrate || 1) / (level.bitrate || 1)));
  return ofRank ?? part.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}

/** As hinted, or scaled by the bitrate if that differs from the level's. In KiB. */
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
