import { intersect, type Ranges } from '../../base/ranges.ts';
import type { Seconds } from '../../base/time.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';

/** One fragment in the buffer. */
export interface BufferedFragment {
  /** Its chunk's place in the stream. */
  readonly index: number;
  /** The chunk's, on the media element's clock. */
  readonly start: Seconds;
  readonly end: Seconds;
  readonly level: QualityLevel;
  /** Why this level was chosen. */
  readonly reason: string;
  /** Seconds of the chunk that the browser had media for once the fragment was in; samples may fall short of their chunk. */
  readonly covered: number;
}

/** The browser may give less back than it took, by the rounding of its clock. In seconds. */
const ROUNDING = 0.05;

/** Seconds of a span that ranges hold. */
export const coverage = (ranges: Ranges, start: Seconds, end: Seconds): number =>
  start < end ? intersect(ranges, [{ start, end }]).reduce((sum, one) => sum + one.end - one.start, 0) : 0;

/**
 * What a feed has put into its SourceBuffer, by chunk: which quality is on screen at a moment, and what need not be
 * fetched again. Bounded: chunks far from the playhead are forgotten with `keep`.
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

  /** What begins at or after a moment, in order. */
  from(time: number): BufferedFragment[] {
    return [...this.#fragments.values()]
      .filter(({ start }) => start >= time)
      .sort((a, b) => a.index - b.index);
  }

  /** Whether all that was there of a chunk's fragment still is. Browsers remove media of their own accord. */
  has(index: number, buffered: Ranges): boolean {
    const fragment = this.#fragments.get(index);
    if (!fragment) return false;
    const { start, end, covered } = fragment;
    return coverage(buffered, start, end) >= covered - ROUNDING;
  }

  /** Forgets all that lies outside of a span of seconds. */
  keep(start: number, end: number): void {
    for (const fragment of this.#fragments.values()) {
      if (fragment.end < start || fragment.start > end) this.#fragments.delete(fragment.index);
    }
  }

  clear(): void {
    this.#fragments.clear();
  }
}
