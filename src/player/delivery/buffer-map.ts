import { intersect, type Ranges } from '../../base/ranges.ts';
import type { Seconds } from '../../base/time.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';

/** A fragment in the buffer. */
export interface BufferedFragment {
  /** Index of its chunk in the stream. */
  readonly index: number;
  /** Start of the chunk on the media element's clock. */
  readonly start: Seconds;
  readonly end: Seconds;
  readonly level: QualityLevel;
  /** Why this level was chosen. */
  readonly reason: string;
  /** Seconds of the chunk that the browser had media for once the fragment was appended; samples may fall short of their chunk. */
  readonly covered: number;
}

/** The browser may report less than was appended, because its clock is rounded. In seconds. */
const ROUNDING = 0.05;

/** Seconds of a span that ranges cover. */
export const coverage = (ranges: Ranges, start: Seconds, end: Seconds): number =>
  start < end ? intersect(ranges, [{ start, end }]).reduce((sum, one) => sum + one.end - one.start, 0) : 0;

/**
 * What a feed has put into its SourceBuffer, by chunk: which quality is on screen at a time, and what need not be
 * fetched again. Bounded: `keep` drops chunks far from the playhead.
 */
export class BufferMap {
  #fragments = new Map<number, BufferedFragment>();

  get isEmpty(): boolean {
    return this.#fragments.size === 0;
  }

  add(fragment: BufferedFragment): void {
    this.#fragments.set(fragment.index, fragment);
  }

  at(time: number): BufferedFragment | undefined {
    for (const fragment of this.#fragments.values()) {
      if (fragment.start <= time && time < fragment.end) return fragment;
    }
    return undefined;
  }

  /** Fragments that begin at or after a time, in order. */
  from(time: number): BufferedFragment[] {
    return [...this.#fragments.values()]
      .filter(({ start }) => start >= time)
      .sort((a, b) => a.index - b.index);
  }

  /** Whether a chunk's fragment is still completely in the buffer. Browsers remove media on their own. */
  has(index: number, buffered: Ranges): boolean {
    const fragment = this.#fragments.get(index);
    if (!fragment) return false;
    const { start, end, covered } = fragment;
    return coverage(buffered, start, end) >= covered - ROUNDING;
  }

  /** Drops everything outside of a span of seconds. */
  keep(start: number, end: number): void {
    for (const fragment of this.#fragments.values()) {
      if (fragment.end < start || fragment.start > end) this.#fragments.delete(fragment.index);
    }
  }

  clear(): void {
    this.#fragments.clear();
  }
}
