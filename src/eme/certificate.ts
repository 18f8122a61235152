import { bytesFromBase64 } from '../base/bytes.ts';
import type { DrmOptions } from './drm-options.ts';

/** The licence server's certificate, if the app gave one: bytes, base64, or a URL to `fetch`. */
export async function certificateOf(
  { certificate }: DrmOptions,
  fetch: (url: string, signal: AbortSignal) => Promise<Uint8Array>,
  signal: AbortSignal,
): Promise<BufferSource | undefined> {
  if (typeof certificate !== 'string') return certificate;
  const isUrl = /^https?:/i.test(certificate);
  const bytes = isUrl ? await fetch(certificate, signal) : bytesFromBase64(certificate);
  if (!bytes?.length) throw new Error('it is neither bytes, base64 nor an http(s) URL');
  return Uint8Array.from(bytes);
}
