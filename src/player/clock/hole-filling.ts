import type { Ranges } from '../../base/ranges.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import type { Hole } from '../../heuristics/stall.ts';
import { SEAM } from '../delivery/feed-cursor.ts';
import { type Filling, HoleFiller } from '../delivery/hole-filler.ts';
import type { StreamPipeline } from '../delivery/stream-pipeline.ts';

export interface HoleFillingPorts {
  /** Whether all media is buffered, and the media source was ended. */
  readonly isSourceEnded: () => boolean;
  readonly onFilled: (filling: Filling) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Fills holes, each in its own stream. Loaded with the first picture, or at the first hole before. */
export class HoleFilling {
  readonly #pipelines: readonly StreamPipeline[];
  readonly #fillers: ReadonlyMap<Hole['type'], HoleFiller>;
  readonly #ports: HoleFillingPorts;

  constructor(pipelines: readonly StreamPipeline[], ports: HoleFillingPorts) {
    this.#pipelines = pipelines;
    this.#ports = ports;
    this.#fillers = new Map(
      pipelines.map(({ feed, delivery }) => [feed.type, new HoleFiller(feed, delivery.loader.writer)]),
    );
  }

  /** What was put into a stream's holes, in seconds. */
  fillingsOf(type: Hole['type']): Ranges {
    return this.#fillers.get(type)?.fillings ?? [];
  }

  /** Media was appended where a filling may have been. */
  forget(type: Hole['type'], start: Seconds, end: Seconds): void {
    this.#fillers.get(type)?.forget(start, end);
  }

  /** `false` if one of the holes can't be filled. */
  fill(holes: readonly Hole[], signal: AbortSignal): boolean {
    return holes
      .filter((hole) => !this.#isPastEnd(hole))
      .map(({ type, start, end }) => {
        const filler = this.#fillers.get(type);
        if (!filler || filler.isBusy) return filler !== undefined;
        const filling = filler.fill({ start, end }, signal);
        filling?.then(this.#ports.onFilled, this.#ports.onFailed);
        return filling !== undefined;
      })
      .every(Boolean);
  }

  /** After the last media of a stream, once all have been fetched, browsers play the others to their end by themselves. */
  #isPastEnd({ type, start, end }: Hole): boolean {
    const feed = this.#pipelines.find((pipeline) => pipeline.feed.type === type)?.feed;
    const isLast =
      feed?.timeline.chunkAt(seconds(end + SEAM)) === undefined &&
      feed?.buffered.every((range) => range.start < start);
    return isLast === true && this.#ports.isSourceEnded();
  }
}
