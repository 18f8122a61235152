import type { BytesResponse } from './fetch-bytes.ts';

/** Timing of a response, and its size. */
export interface Transfer {
  readonly bytes: number;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
}

/** What the network has delivered at a time. */
export interface Traffic {
  /** On `performance.now()`'s clock. */
  readonly atMs: number;
  /** Bytes received so far by all requests. */
  readonly bytes: number;
  /** Number of bodies in progress. */
  readonly bodies: number;
  /** The response whose body begins now: when it was requested, on the same clock. */
  readonly begins?: { readonly requestedAtMs: number } | undefined;
}

/** Counts what all requests receive together, because audio and video share one network. */
export class ThroughputMeter {
  readonly #bodies = new Set<BytesResponse>();
  /** Bytes of bodies that have ended, and others that were counted. */
  #ended = 0;
  readonly #onTraffic: (traffic: Traffic) => void;

  /** `onTraffic` is called when a body begins, when a piece of it is passed on, when it ends, and on request. */
  constructor(onTraffic: (traffic: Traffic) => void = () => {}) {
    this.#onTraffic = onTraffic;
  }

  /** Media bytes received so far. */
  get total(): number {
    let total = this.#ended;
    for (const { received } of this.#bodies) total += received;
    return total;
  }

  /**
   * Reads a body to its end, and passes on each piece. Ending it early, by `false` or a throw, closes the connection.
   */
  async measure(response: BytesResponse, take: (piece: Uint8Array) => boolean): Promise<Transfer> {
    const { body, requestedAt, answeredAt } = response;
    this.#bodies.add(response);
    this.#report(answeredAt, { requestedAtMs: requestedAt });
    try {
      for await (const piece of body) {
        this.report();
        if (!take(piece)) break;
      }
    } finally {
      this.#bodies.delete(response);
      this.#ended += response.received;
      this.report();
    }
    return {
      bytes: response.received,
      firstByteMs: answeredAt - requestedAt,
      bodyMs: performance.now() - answeredAt,
    };
  }

  /**
   * Counts bytes that arrive in addition to the measured bodies: they take a share of the bandwidth, but are not a
   * measurement by themselves.
   */
  count(bytes: number): void {
    if (this.#bodies.size === 0) return;
    this.#ended += bytes;
    this.report();
  }

  /** Reports what was received so far, which may be nothing for a while. */
  report(): void {
    this.#report(performance.now());
  }

  #report(atMs: number, begins?: Traffic['begins']): void {
    this.#onTraffic({ atMs, bytes: this.total, bodies: this.#bodies.size, begins });
  }
}
