import type { PathwayOrder } from '../steering/pathway-order.ts';

/** How long a failed host is avoided: a minute, doubled each time, up to five. */
const AVOIDED_MS = 60_000;
const AVOIDED_AT_MOST_MS = 300_000;
/** A host that lacks so many fragments of a stream in a row that others have is a failed one. */
const LACKED = 2;

interface Trouble {
  readonly failures: number;
  readonly avoidedUntil: number;
}

/** The hosts of a title, as their manifests' URLs, in order of preference. */
export class Hosts {
  readonly #urls: readonly string[];
  readonly #pathways: PathwayOrder | undefined;
  readonly #troubles = new Map<string, Trouble>();
  /** Until when hosts are passed over. */
  readonly #passedOver = new Map<string, number>();
  /** Fragments in a row that a host lacked, by stream and host. */
  readonly #lacked = new Map<string, number>();

  /** In order of preference, the one that served the manifest first; `pathways` may override the order. */
  constructor(urls: readonly string[], pathways?: PathwayOrder) {
    this.#urls = [...new Set(urls)];
    this.#pathways = pathways;
  }

  /** All of them; those that failed recently are last, first among them the one that is avoided for the shortest time. */
  inOrder(now: number): readonly string[] {
    const avoidedUntil = (url: string) => {
      const until = Math.max(this.#troubles.get(url)?.avoidedUntil ?? 0, this.#passedOver.get(url) ?? 0);
      return until > now ? until : 0;
    };
    const urls = this.#pathways?.order(this.#urls) ?? this.#urls;
    return urls.toSorted((a, b) => avoidedUntil(a) - avoidedUntil(b));
  }

  /** Others are asked first for a moment; that says nothing about the host. */
  passOver(url: string, until: number): void {
    this.#passedOver.set(url, until);
  }

  failed(url: string, now: number): void {
    const before = this.#troubles.get(url);
    // A failure while it is avoided anyway was a last resort, or is one failure seen by several streams.
    if (before && before.avoidedUntil > now) return;
    const failures = (before?.failures ?? 0) + 1;
    const avoidedMs = Math.min(AVOIDED_MS * 2 ** (failures - 1), AVOIDED_AT_MOST_MS);
    this.#troubles.set(url, { failures, avoidedUntil: now + avoidedMs });
  }

  /** The response may belong to a request sent before the failure: while a host is avoided, that is not enough to trust it again. */
  served(url: string, now: number): void {
    if ((this.#troubles.get(url)?.avoidedUntil ?? now) <= now) this.#troubles.delete(url);
  }

  /** One host served a fragment of a stream, perhaps after `others` had failed to. */
  servedAfter(others: readonly string[], url: string, stream: string, now: number): void {
    for (const other of new Set(others)) {
      const count = (this.#lacked.get(`${stream} ${other}`) ?? 0) + 1;
      this.#lacked.set(`${stream} ${other}`, count);
      if (count >= LACKED && other !== url) this.failed(other, now);
    }
    this.#lacked.delete(`${stream} ${url}`);
  }
}
