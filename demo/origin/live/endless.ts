import type { ManifestChunk } from '../client-manifest.ts';
import { largest, smallest } from './bigints.ts';

/** A part of a stream's endless content. Times are its ticks since content began. */
export interface EndlessChunk {
  readonly start: bigint;
  readonly end: bigint;
  /** Number of the round, from 0. */
  readonly round: number;
  /** Index of the source's chunk. */
  readonly index: number;
  /** Number of chunks of the stream before it. */
  readonly ordinal: number;
  /** For audio that is cut between any two frames: the first one on the endless grid, and how many. */
  readonly frames?: { readonly first: bigint; readonly count: number };
}

/** A stream's content, repeated endlessly. */
export interface Endless {
  readonly longest: bigint;
  /** All chunks that begin at a time or later, in order. */
  from(time: bigint): Generator<EndlessChunk, never>;
}

/** The chunks unchanged, repeated. `round` is the total length, `offset` the position of the first one in it. */
export function endlessChunks(
  chunks: readonly [ManifestChunk, ...ManifestChunk[]],
  roundLength: (rounds: bigint) => bigint,
  offset: bigint,
): Endless {
  const [{ time: first }] = chunks;
  const places = chunks.map(({ time, duration }) => ({ at: time - first, duration }));
  // What extends beyond the round is omitted in each.
  const perRound = places.filter(({ at }) => at < roundLength(1n)).length;
  return {
    longest: longestOf(chunks),
    *from(time) {
      for (let round = roundAt(time, roundLength); ; round += 1) {
        const begin = roundLength(BigInt(round)) + offset;
        const limit = roundLength(BigInt(round + 1)) + offset;
        for (let index = firstFrom(places, time - begin); index < places.length; index += 1) {
          const { at, duration } = places[index] ?? { at: 0n, duration: 0n };
          const start = begin + at;
          if (start >= limit) break;
          const end = smallest(start + duration, [limit]);
          const ordinal = round * perRound + index + 1;
          if (start >= time) yield { start, end, round, index, ordinal };
        }
      }
    },
  };
}

/**
 * Audio of equal frames on one continuous grid. Each round has the number of frames that brings it closest to the
 * video's next round, so that the two are never a frame apart.
 */
export function endlessFrames(
  { counts, ticks, frames }: FrameGrid,
  roundLength: (rounds: bigint) => bigint,
  offset: bigint,
): Endless {
  const startOf = (frame: bigint) => (frame * ticks * 2n + frames) / (frames * 2n);
  const firstOf = (round: number) => {
    const at = (roundLength(BigInt(round)) + offset) * frames;
    return (at + ticks - 1n) / ticks;
  };
  const begins: bigint[] = [];
  let before = 0n;
  for (const count of counts) {
    begins.push(before);
    before += BigInt(count);
  }
  const places = begins.map((begin) => ({ at: startOf(begin) }));
  const longest = BigInt(Math.max(...counts) + 1);
  const perRound = begins.filter((begin) => begin < firstOf(1) - firstOf(0)).length;
  return {
    longest: startOf(longest) + 1n,
    *from(time) {
      for (let round = roundAt(time, roundLength); ; round += 1) {
        const base = firstOf(round);
        const limit = firstOf(round + 1) - base;
        for (let index = firstFrom(places, time - startOf(base)); index < begins.length; index += 1) {
          const begin = begins[index] ?? 0n;
          if (begin >= limit) break;
          const next = begins[index + 1];
          const until = next === undefined || next > limit ? limit : next;
          const start = startOf(base + begin);
          const chunk = {
            start,
            end: startOf(base + until),
            round,
            index,
            ordinal: round * perRound + index + 1,
            frames: { first: begin, count: Number(until - begin) },
          };
          if (start >= time) yield chunk;
        }
      }
    },
  };
}

/** Frames of a source's audio: how many in each chunk, each `ticks / frames` long. */
export interface FrameGrid {
  readonly counts: readonly number[];
  readonly ticks: bigint;
  readonly frames: bigint;
}

/** One round early: content of a round may begin slightly before it, by rounding or by its offset. */
function roundAt(time: bigint, roundLength: (rounds: bigint) => bigint): number {
  const length = roundLength(1n);
  return time <= length ? 0 : Number(time / length) - 1;
}

/** The first position at a time or later, or one or two before it. */
function firstFrom(places: readonly { readonly at: bigint }[], time: bigint): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.at ?? 0n) < time) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 2);
}

const longestOf = (chunks: readonly ManifestChunk[]) =>
  largest(
    1n,
    chunks.map(({ duration }) => duration),
  );
