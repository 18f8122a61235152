import type { BytesResponse } from './fetch-bytes.ts';

/** What a response told of the line, and of itself. */
export interface Transfer {
  readonly bytes: number;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
  /** What all transfers on this meter received while this one's body came. */
  readonly lineBytes: number;
}

/** Counts what all requests receive together: sound and picture share one line. */
export class LineMeter {
  #total = 0;

  /** Media bytes received so far. */
  get total(): number {
    return this.#total;
  }

  /** Passes a body on piece by piece and returns its transfer at the end. */
  async *measure(response: BytesResponse): AsyncGenerator<Uint8Array, Transfer, void> {
    const before = this.#total;
    let bytes = 0;
    for await (const piece of response.body) {
      bytes += piece.byteLength;
      this.#total += piece.byteLength;
      yield piece;
    }
    const { requestedAt, answeredAt } = response;
    return {
      bytes,
      firstByteMs: answeredAt - requestedAt,
      bodyMs: performance.now() - answeredAt,
      lineBytes: this.#total - before,
    };
  }
}
