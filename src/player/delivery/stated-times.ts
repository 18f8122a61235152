import type { Ticks } from '../../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../../manifest/presentation.ts';
import { malformed } from '../../mp4/box.ts';

/**
 * What fragments state of their own times. Many state nothing, or times on a clock of their own; but once a level's
 * fragment has said what was asked for, another that names another chunk's start is that other chunk.
 */
export class StatedTimes {
  readonly #trusted = new Set<QualityLevel>();

  /** Throws `fragment-malformed` for another chunk than the one asked for. */
  check({ chunks }: Stream, level: QualityLevel, chunk: Chunk, stated: Ticks | undefined): void {
    if (stated === undefined) return;
    // All clocks agree on the first chunk that begin with it, and those that stand still.
    if (stated === chunk.start) {
      if (chunk.index > 0) this.#trusted.add(level);
    } else if (this.#trusted.has(level) && chunks.from(stated)?.start === stated)
      throw malformed('moof', 0, `the chunk of ${stated} where that of ${chunk.start} was asked for`);
  }
}
