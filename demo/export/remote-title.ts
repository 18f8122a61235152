import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmoothError } from '../../src/base/errors.ts';
import { fragmentUrl, manifestUrl } from '../../src/timeline/fragment-url.ts';
import { boxesIn } from '../origin/boxes.ts';
import type { FragmentPlace, SmoothTitle } from '../origin/formats/smooth-title.ts';
import type { ErrorResponse } from '../origin/live/live-title.ts';
import type { Resource } from '../origin/resource.ts';

export interface RemoteOptions {
  /** Sent to the title's own host only. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly signal: AbortSignal;
}

const MAX_MANIFEST = 16 * 1024 * 1024;
const MAX_FRAGMENT = 64 * 1024 * 1024;
/** Milliseconds for a complete response. */
const TIME_LIMIT = 60_000;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/** A title on another server. Throws `network-…` if that doesn't respond. */
export function remoteTitle(source: string, options: RemoteOptions): SmoothTitle {
  const asked = manifestUrl(source);
  let base = asked;
  return {
    manifest: async () => {
      const { bytes, url } = await fetchBytes(asked, asked, MAX_MANIFEST, options);
      base = url;
      return resourceOf(bytes, 'text/xml');
    },
    fragment: async ({ stream, level, time }: FragmentPlace): Promise<Resource | ErrorResponse> => {
      const url = fragmentUrl(base, stream, level, time);
      const { bytes } = await fetchBytes(url, asked, MAX_FRAGMENT, options);
      const mdatAt = mdatIn(bytes);
      return { ...resourceOf(bytes, 'video/mp4'), ...(mdatAt !== undefined && { mdatAt }) };
    },
    facts: () => ({}),
  };
}

function resourceOf(bytes: Buffer, contentType: string): Resource {
  const etag = createHash('sha1').update(bytes).digest('base64url').slice(0, 16);
  return { parts: [bytes], contentType, cacheControl: 'no-store', etag };
}

/** The offset of `mdat` in a fragment of one `moof` and one `mdat`; `undefined` if it has another structure. */
function mdatIn(bytes: Buffer): number | undefined {
  const boxes = boxesIn(bytes);
  const last = boxes.at(-1);
  const isPlain = boxes[0]?.type === 'moof' && boxes.filter(({ type }) => type === 'moof').length === 1;
  return isPlain && last?.type === 'mdat' && last.end === bytes.length ? last.at : undefined;
}

async function fetchBytes(url: string, own: string, limit: number, { headers, signal }: RemoteOptions) {
  const isOwn = new URL(url).origin === new URL(own).origin;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, {
        headers: isOwn ? headers.map(([name, value]): [string, string] => [name, value]) : [],
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT)]),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new SmoothError('network-status', { url, status: response.status });
      }
      return { bytes: await readBody(response, url, limit), url: response.url };
    } catch (error) {
      signal.throwIfAborted();
      if (attempt >= ATTEMPTS || !mayHelp(error)) throw asNetworkError(error, url);
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal });
    }
  }
}

/** A retry is useful if there was no response, or the server failed. */
const mayHelp = (error: unknown): boolean =>
  !(error instanceof SmoothError) ||
  (error.code === 'network-status' &&
    ((error as SmoothError<'network-status'>).details.status >= 500 ||
      (error as SmoothError<'network-status'>).details.status === 429));

function asNetworkError(error: unknown, url: string): unknown {
  return error instanceof SmoothError ? error : new SmoothError('network-failed', { url }, { cause: error });
}

async function readBody(response: Response, url: string, limit: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    length += piece.byteLength;
    if (length > limit) throw new SmoothError('network-too-large', { url, limit });
  }
  return Buffer.concat(pieces);
}
