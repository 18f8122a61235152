import type { RequestRecord } from '../../net/fetch-bytes.ts';
import type { PathwayUse } from './next-request.ts';

/** The maximum number kept between two calls of `take`. */
const MOST_RECORDS = 500;
/** Shorter bodies reflect buffers on the way rather than the network. In milliseconds. */
const LEAST_MS = 1;

/** What was received from each pathway since the last call of `take`. */
export class PathwayTraffic {
  #records: readonly RequestRecord[] = [];

  add(record: RequestRecord): void {
    this.#records = [...this.#records, record].slice(-MOST_RECORDS);
  }

  /** The pathways that served something, in order of their last use. Requests in progress count the next time. */
  take(idOf: (url: string) => string | undefined): readonly PathwayUse[] {
    const sums = new Map<string, { readonly bytes: number; readonly ms: number }>();
    for (const { url, bytes, totalMs, firstByteMs = 0 } of this.#records) {
      const id = idOf(url);
      if (id === undefined || totalMs === undefined || bytes === 0) continue;
      const { bytes: before, ms } = sums.get(id) ?? { bytes: 0, ms: 0 };
      // Moves it to the end.
      sums.delete(id);
      sums.set(id, { bytes: before + bytes, ms: ms + Math.max(LEAST_MS, totalMs - firstByteMs) });
    }
    this.#records = this.#records.filter(({ totalMs }) => totalMs === undefined);
    return [...sums].map(([id, { bytes, ms }]) => ({ id, throughput: (bytes * 8000) / ms }));
  }
}
