import { join } from '../base/bytes.ts';
import { type BytesRequest, fetchBytes } from './fetch-bytes.ts';

export interface WholeResponse {
  readonly bytes: Uint8Array;
  /** URL after redirects, which fragment URLs are relative to. */
  readonly url: string;
  readonly headers: Headers;
  /** From the request to the headers, and from there to the body's end. */
  readonly firstByteMs: number;
  readonly bodyMs: number;
}

/** Fetches a complete manifest or licence. Throws the errors of `fetchBytes` and its body. */
export async function fetchWhole(request: BytesRequest, signal: AbortSignal): Promise<WholeResponse> {
  const { body, url, headers, requestedAt, answeredAt } = await fetchBytes(request, signal);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  const endedAt = performance.now();
  return {
    bytes: join(pieces),
    url,
    headers,
    firstByteMs: answeredAt - requestedAt,
    bodyMs: endedAt - answeredAt,
  };
}
