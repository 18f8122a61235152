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
}

/** Counts what all requests receive together, because audio and video share one network. */
export class ThroughputMeter {
  #total = 0;
  #bodies = 0;
  readonly #onTraffic: (traffic: Traffic) => void;

  /** `onTraffic` is called when a body begins, when a piece of it arrives, and when it ends. */
  constructor(onTraffic: (traffic: Traffic) => void = () => {}) {
    this.#onTraffic = onTraffic;
  }

  /** Media bytes received so far. */
  get total(): number {
    return this.#total;
  }

  /**
   * Reads a body to its end, and passes on each piece with the number of bytes received so far. Ending it early, by
   * `false` or a throw, closes the connection.
   */
  async measure(
    { body, requestedAt, answeredAt }: BytesResponse,
    take: (piece: Uint8Array, received: number) => boolean,
  ): Promise<Transfer> {
    let bytes = 0;
    this.#bodies += 1;
    this.#tell(answeredAt);
    try {
      for await (const piece of body) {
        bytes += piece.byteLength;
        this.#total += piece.byteLength;
        this.tell();
        if (!take(piece, bytes)) break;
      }
    } finally {
      this.#bodies -= 1;
      this.tell();
    }
    return { bytes, firstByteMs: answeredAt - requestedAt, bodyMs: performance.now() - answeredAt };
  }

  /**
   * Counts bytes that arrive in addition to the measured bodies: they take a share of the bandwidth, but are not a
   * measurement by themselves.
   */
  count(bytes: number): void {
    if (this.#bodies === 0) return;
    this.#total += bytes;
    this.tell();
  }

  /** Reports what was received so far, which may be nothing for a while. */
  tell(): void {
    this.#tell(performance.now());
  }

  #tell(atMs: number): void {
    this.#onTraffic({ atMs, bytes: this.#total, bodies: this.#bodies });
  }
}
