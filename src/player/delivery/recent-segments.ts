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

/** The newest, and those next to a hole. */
const NEWEST = 2;
const PINNED = 3;

/** Keeps the bytes of a few segments: the newest ones, and those before a hole in the buffer. */
export class RecentSegments {
  #newest: readonly RecentSegment[] = [];
  #pinned: readonly RecentSegment[] = [];

  add(segment: RecentSegment): void {
    const others = this.#newest.filter(({ index }) => index !== segment.index);
    this.#newest = [...others, segment].slice(-NEWEST);
  }

  /** Keeps the segment of a chunk, if it is there: a hole begins after it. */
  pin(index: number): void {
    const segment = this.of(index);
    if (!segment || this.#pinned.includes(segment)) return;
    this.#pinned = [...this.#pinned, segment].slice(-PINNED);
  }

  unpin(index: number): void {
    this.#pinned = this.#pinned.filter((segment) => segment.index !== index);
  }

  get newest(): RecentSegment | undefined {
    return this.#newest.at(-1);
  }

  of(index: number): RecentSegment | undefined {
    return [...this.#newest, ...this.#pinned].find((segment) => segment.index === index);
  }
}
