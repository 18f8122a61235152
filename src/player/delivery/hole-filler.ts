import { normalise, type Ranges, type TimeRange } from '../../base/ranges.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import type { Feed } from './feed.ts';
import { type BridgeKind, type Patch, patchHole } from './patch-hole.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** What was put into a hole. */
export interface Filling {
  readonly range: TimeRange;
  readonly kind: BridgeKind;
}

/**
 * Fills a hole of one stream so that the others can continue: the last picture is held, or there is silence. Remembers
 * what it put in, since that is not media. Owned by a playback, one for each feed.
 */
export class HoleFiller {
  readonly #feed: Feed;
  readonly #writer: SegmentWriter;
  #fillings: Ranges = [];
  #isBusy = false;

  constructor(feed: Feed, writer: SegmentWriter) {
    this.#feed = feed;
    this.#writer = writer;
  }

  /** What was put in, in seconds. */
  get fillings(): Ranges {
    return this.#fillings;
  }

  /** Whether it is just filling a hole. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /**
   * Fills a hole from its start on, as far as one segment reaches; `undefined` if that isn't possible. Rejects if the
   * browser rejects it.
   */
  fill(hole: TimeRange, signal: AbortSignal): Promise<Filling> | undefined {
    const patch = patchHole(
      { feed: this.#feed, recent: this.#writer.recent, fillings: this.#fillings },
      hole,
    );
    return patch && this.#insert(patch, hole.start, signal);
  }

  /** Media was appended where a filling may have been, or the buffer was emptied there. */
  forget(start: Seconds, end: Seconds): void {
    if (this.#fillings.length === 0) return;
    this.#fillings = normalise(
      this.#fillings.flatMap((range) => [
        { start: range.start, end: seconds(Math.min(range.end, start)) },
        { start: seconds(Math.max(range.start, end)), end: range.end },
      ]),
    );
  }

  async #insert(
    { beside, bytes, kind, ...patch }: Patch,
    start: Seconds,
    signal: AbortSignal,
  ): Promise<Filling> {
    this.#isBusy = true;
    try {
      await this.#writer.insert(beside.request, beside.protection.track, bytes, signal);
      const range = { start, end: seconds(start + patch.seconds) };
      this.#fillings = normalise([...this.#fillings, range]);
      return { range, kind };
    } finally {
      this.#isBusy = false;
    }
  }
}
