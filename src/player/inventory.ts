import type { Seconds } from '../base/time.ts';
import type { QualityLevel } from '../manifest/presentation.ts';

/** One fragment in the buffer. */
export interface Held {
  /** Its chunk's place in the stream. */
  readonly index: number;
  readonly start: Seconds;
  readonly end: Seconds;
  readonly level: QualityLevel;
  /** Why this level was chosen. */
  readonly reason: string;
}

/**
 * What a feed has put into its SourceBuffer, by chunk: which quality is on screen at a moment. Bounded:
 * chunks far from the playhead are forgotten with `keep`.
 */
export class Inventory {
  #held = new Map<number, Held>();

  add(held: Held): void {
    this.#held.set(held.index, held);
  }

  at(time: number): Held | undefined {
    for (const held of this.#held.values()) {
      if (held.start <= time && time < held.end) return held;
    }
    return undefined;
  }

  /** What begins at or after a moment, in order. */
  from(time: number): Held[] {
    return [...this.#held.values()].filter(({ start }) => start >= time).sort((a, b) => a.index - b.index);
  }

  has(index: number): boolean {
    return this.#held.has(index);
  }

  /** Forgets all that lies outside of a span of seconds. */
  keep(start: number, end: number): void {
    for (const held of this.#held.values()) {
      if (held.end < start || held.start > end) this.#held.delete(held.index);
    }
  }

  clear(): void {
    this.#held.clear();
  }
}
