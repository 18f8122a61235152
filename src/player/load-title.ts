import { isSmoothError, SmoothError } from '../base/errors.ts';
import { parseManifest } from '../manifest/parse.ts';
import type { Presentation } from '../manifest/presentation.ts';
import { fetchWhole } from '../net/fetch-whole.ts';
import { isWorthRetrying, withRetries } from '../net/retry.ts';
import { manifestUrl } from '../timeline/fragment-url.ts';
import type { Settings, SmoothSource } from './options.ts';

/** A manifest as it was loaded: what fragments are fetched from. */
export interface Title {
  readonly presentation: Presentation;
  /** The manifest's URL after redirects. */
  readonly url: string;
  readonly headers: HeadersInit | undefined;
}

/** No real manifest comes near it; see the limits of the parser. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
/** Broken bodies of manifests are asked for once more only: they are seldom chance. */
const TRIES_FOR_BROKEN = 2;

/** Fetches and parses a manifest. Throws the network's and the manifest's errors, and those for what isn't played yet. */
export async function loadTitle(
  source: SmoothSource,
  { network }: Settings,
  onRetry: (error: SmoothError) => void,
  signal: AbortSignal,
): Promise<Title> {
  const url = manifestUrl(source.url, globalThis.document?.baseURI);
  const load = async (attempt: number): Promise<Title> => {
    const response = await fetchWhole(
      {
        url,
        limits: network.timeout,
        maxBytes: MAX_MANIFEST_BYTES,
        cache: attempt > 0 ? 'reload' : 'default',
        credentials: network.credentials,
        headers: source.headers,
        prepare: network.request,
        fetch: network.fetch,
      },
      signal,
    );
    const presentation = parseManifest(response.bytes, response.url);
    return { presentation, url: response.url, headers: source.headers };
  };
  const isWorthIt = (error: SmoothError, tried: number) =>
    isWorthRetrying(error) || (error.category === 'manifest' && error.retryable && tried < TRIES_FOR_BROKEN);
  const title = await withRetries(load, { attempts: network.attempts, isWorthIt, onRetry }, signal);
  if (title.presentation.isLive) throw new SmoothError('live-unsupported', {});
  return title;
}

/** Whatever was thrown, as the one kind of error that leaves the library, and fatal. */
export function asFatal(error: unknown): SmoothError {
  if (!isSmoothError(error)) {
    return new SmoothError('internal', { problem: String(error) }, { fatal: true, cause: error });
  }
  return error.fatal
    ? error
    : new SmoothError(error.code, error.details, { fatal: true, cause: error.cause });
}
