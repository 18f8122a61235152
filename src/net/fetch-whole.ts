import { type BytesRequest, fetchBytes } from './fetch-bytes.ts';

export interface WholeResponse {
  readonly bytes: Uint8Array;
  /** After redirects: what fragment URLs are relative to. */
  readonly url: string;
}

/** Fetches a manifest, or a licence, whole. Throws what `fetchBytes` and its body throw. */
export async function fetchWhole(request: BytesRequest, signal: AbortSignal): Promise<WholeResponse> {
  const { body, url } = await fetchBytes(request, signal);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    pieces.push(piece);
    length += piece.byteLength;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return { bytes, url };
}
