import type { Seconds } from '../../base/time.ts';
import type { SegmentPieces } from '../../transmux/bridge.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { SegmentProtection } from './stream-encryption.ts';

/** A segment as it was appended, kept while a hole next to it may have to be filled. */
export interface RecentSegment {
  /** Index of the feed's chunk, and its start on the media element's clock. */
  readonly index: number;
  readonly start: Seconds;
  readonly request: FragmentRequest;
  readonly protection: SegmentProtection;
  readonly pieces: SegmentPieces;
}

/** The newest, and those next to a hole: one on either side, for two holes. */
const NEWEST = 2;
const PINNED = 4;

/** Keeps the bytes of a few segments: the newest ones, and those next to a hole in the buffer. */
export class RecentSegments {
  #newest: readonly RecentSegment[] = [];
  #pinned: readonly RecentSegment[] = [];
  /** Indexes of chunks whose segments are kept once they are added. */
  #awaited: readonly number[] = [];

  add(segment: RecentSegment): void {
    const others = this.#newest.filter(({ index }) => index !== segment.index);
    this.#newest = [...others, segment].slice(-NEWEST);
    if (this.#awaited.includes(segment.index)) this.pin(segment.index);
  }

  /** Keeps the segment of a chunk next to a hole: the one that is there, or once it is added. */
  pin(index: number): void {
    const segment = this.of(index);
    this.#awaited = this.#awaited.filter((one) => one !== index);
    if (!segment) this.#awaited = [...this.#awaited, index].slice(-PINNED);
    else {
      const others = this.#pinned.filter((one) => one.index !== index);
      this.#pinned = [...others, segment].slice(-PINNED);
    }
  }

  /** A chunk failed: if it stays unavailable, the picture before it is held, or the one after it is shown early. */
  pinAround(index: number): void {
    this.pin(index - 1);
    this.pin(index + 1);
  }

  get newest(): RecentSegment | undefined {
    return this.#newest.at(-1);
  }

  of(index: number): RecentSegment | undefined {
    return this.#all.find((segment) => segment.index === index);
  }

  /** That of a chunk or, if it is not there, of the first one after it. */
  from(index: number): RecentSegment | undefined {
    return this.#all.filter((segment) => segment.index >= index).sort((a, b) => a.index - b.index)[0];
  }

  get #all(): readonly RecentSegment[] {
    return [...this.#newest, ...this.#pinned];
  }
}
