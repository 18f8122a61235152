import type { ManifestChunk } from '../client-manifest.ts';
import { largest, smallest } from './bigints.ts';

/** A stretch of a stream's endless content. Times are its ticks since content began. */
export interface EndlessChunk {
  readonly start: bigint;
  readonly end: bigint;
  /** Counts the rounds, from 0. */
  readonly round: number;
  /** The source's chunk. */
  readonly index: number;
  /** How many chunks of the stream were before. */
  readonly ordinal: number;
  /** For sound that is cut between any two frames: the first one on the endless grid, and how many. */
  readonly frames?: { readonly first: bigint; readonly count: number };
}

/** One stream's content over and over, without end. */
export interface Endless {
  readonly longest: bigint;
  /** Every chunk that begins at a time or later, in order. */
  from(time: bigint): Generator<EndlessChunk, never>;
}

/** The chunks as they are, again and again. `round` is the length of all, `offset` where the first one lies in it. */
export function endlessChunks(
  chunks: readonly [ManifestChunk, ...ManifestChunk[]],
  roundLength: (rounds: bigint) => bigint,
  offset: bigint,
): Endless {
  const [{ time: first }] = chunks;
  const places = chunks.map(({ time, duration }) => ({ at: time - first, duration }));
  // What reaches beyond the round is left out in each.
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
 * Sound of equal frames on one grid that never breaks. Each round takes as many frames as bring it nearest to the
 * picture's next round, so that the two are never a frame apart, however long they run.
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

/** Frames of a source's sound: so many in each chunk, each `ticks / frames` long. */
export interface FrameGrid {
  readonly counts: readonly number[];
  readonly ticks: bigint;
  readonly frames: bigint;
}

/** A round early: what lies in a round may begin a little before it, by rounding or by its offset. */
function roundAt(time: bigint, roundLength: (rounds: bigint) => bigint): number {
  const length = roundLength(1n);
  return time <= length ? 0 : Number(time / length) - 1;
}

/** The first place that may lie at a time or later, or one or two before it. */
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
