import type { Ticks } from '../../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../../manifest/presentation.ts';
import { malformed } from '../../mp4/box.ts';

/**
 * Times in fragments. Many have none, or times on another clock; but once a level's fragment had the requested time,
 * another one with the start of another chunk is that other chunk.
 */
export class StatedTimes {
  readonly #trusted = new Set<QualityLevel>();

  /** Throws `fragment-malformed` if it is another chunk than the requested one. */
  check({ chunks }: Stream, level: QualityLevel, chunk: Chunk, stated: Ticks | undefined): void {
    if (stated === undefined) return;
    // All clocks agree on the first chunk if they begin with it, and so do clocks that never advance.
    if (stated === chunk.start) {
      if (chunk.index > 0) this.#trusted.add(level);
    } else if (this.#trusted.has(level) && chunks.from(stated)?.start === stated)
      throw malformed(
        'moof',
        0,
        `the chunk of ${stated} was received where that of ${chunk.start} was requested`,
      );
  }
}
