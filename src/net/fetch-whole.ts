import { type BytesRequest, fetchBytes } from './fetch-bytes.ts';

export interface WholeResponse {
  readonly bytes: Uint8Array;
  /** After redirects: what fragment URLs are relative to. */
  readonly url: string;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
}

/** Fetches a manifest, or a licence, whole. Throws what `fetchBytes` and its body throw. */
export async function fetchWhole(request: BytesRequest, signal: AbortSignal): Promise<WholeResponse> {
  const { body, url, requestedAt, answeredAt } = await fetchBytes(request, signal);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    pieces.push(piece);
    length += piece.byteLength;
  }
  const endedAt = performance.now();
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return { bytes, url, firstByteMs: answeredAt - requestedAt, bodyMs: endedAt - answeredAt };
}
