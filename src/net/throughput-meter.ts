import type { BytesResponse } from './fetch-bytes.ts';

/** What a response told of the network, and of itself. */
export interface Transfer {
  readonly bytes: number;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
}

/** What the network has carried at a moment. */
export interface Traffic {
  /** On `performance.now()`'s clock. */
  readonly atMs: number;
  /** Received so far, by all requests together. */
  readonly bytes: number;
  /** Bodies that are under way. */
  readonly bodies: number;
}

/** Counts what all requests receive together: sound and picture share one network. */
export class ThroughputMeter {
  #total = 0;
  #bodies = 0;
  readonly #onTraffic: (traffic: Traffic) => void;

  /** `onTraffic` is told when a body begins, when a piece of it came, and when it ended. */
  constructor(onTraffic: (traffic: Traffic) => void = () => {}) {
    this.#onTraffic = onTraffic;
  }

  /** Media bytes received so far. */
  get total(): number {
    return this.#total;
  }

  /**
   * Reads a body to its end, and hands on each piece with what was received by then. Ending it early, by `false` or a
   * throw, closes the connection.
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

  /** Counts what came beside the bodies that are measured: it took its share of the network, but is no measurement by itself. */
  count(bytes: number): void {
    if (this.#bodies === 0) return;
    this.#total += bytes;
    this.tell();
  }

  /** Tells what was received by now, which may be nothing for a while. */
  tell(): void {
    this.#tell(performance.now());
  }

  #tell(atMs: number): void {
    this.#onTraffic({ atMs, bytes: this.#total, bodies: this.#bodies });
  }
}
