import { join } from '../base/bytes.ts';
import { type BytesRequest, type BytesResponse, fetchBytes } from './fetch-bytes.ts';

export interface WholeResponse {
  readonly bytes: Uint8Array;
  /** URL after redirects, which fragment URLs are relative to. */
  readonly url: string;
  readonly headers: Headers;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
}

/** Called with what has arrived of a body, after each piece; the pieces are the same list each time. */
export type OnPiece = (pieces: readonly Uint8Array[], response: BytesResponse) => void;

/** Fetches a complete manifest or licence. Throws the errors of `fetchBytes` and its body. */
export async function fetchWhole(
  request: BytesRequest,
  signal: AbortSignal,
  onPiece?: OnPiece,
): Promise<WholeResponse> {
  const response = await fetchBytes(request, signal);
  const { body, url, headers, requestedAt, answeredAt } = response;
  const pieces: Uint8Array[] = [];
  for await (const piece of body) {
    pieces.push(piece);
    onPiece?.(pieces, response);
  }
  const endedAt = performance.now();
  return {
    bytes: join(pieces),
    url,
    headers,
    firstByteMs: answeredAt - requestedAt,
    bodyMs: endedAt - answeredAt,
  };
}
