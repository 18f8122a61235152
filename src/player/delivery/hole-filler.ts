import { intersect, normalise, type Ranges, type TimeRange } from '../../base/ranges.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import { STILL } from '../../transmux/bridge.ts';
import type { Feed } from './feed.ts';
import { SEAM } from './feed-cursor.ts';
import { type BridgeKind, type Patch, patchHole } from './patch-hole.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** No picture is shown for less, in seconds: no video has a higher frame rate. */
const SHORTEST = 1 / 120;

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
  /** Seconds for which the browser shows one picture. */
  #longest = STILL;
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
    const patch = this.#patch(hole);
    return patch && this.#fill(patch, hole, signal);
  }

  #patch(hole: TimeRange): Patch | undefined {
    const around = { recent: this.#writer.recent, fillings: this.#fillings, longest: this.#longest };
    return patchHole({ feed: this.#feed, ...around }, hole);
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

  async #fill(patch: Patch, hole: TimeRange, signal: AbortSignal): Promise<Filling> {
    this.#isBusy = true;
    try {
      await this.#insert(patch, hole.start, signal);
      const denser = this.#isTooSparse(patch, hole.start) ? this.#patch(hole) : undefined;
      if (denser) await this.#insert(denser, hole.start, signal);
      const { seconds: lasts, kind } = denser ?? patch;
      const range = { start: hole.start, end: seconds(hole.start + lasts) };
      this.#fillings = normalise([...this.#fillings, range]);
      return { range, kind };
    } finally {
      this.#isBusy = false;
    }
  }

  #insert({ beside, bytes }: Patch, start: Seconds, signal: AbortSignal): Promise<void> {
    return this.#writer.insert(beside.request, beside.protection.track, { start, bytes }, signal);
  }

  /** GStreamer shows a picture for as long as the stream's frame rate says, and no longer: WebKitGTK then has holes between stills. */
  #isTooSparse({ kind, seconds: lasts }: Patch, start: Seconds): boolean {
    if (kind !== 'picture-held') return false;
    const [first] = intersect(this.#feed.buffered, [{ start, end: seconds(start + lasts) }]);
    if (!first || first.end > start + Math.min(lasts, this.#longest) - SEAM) return false;
    this.#longest = Math.max(SHORTEST, first.end - first.start);
    return true;
  }
}
