import { inSlices } from '../base/async.ts';
import { isSmoothError, SmoothError } from '../base/errors.ts';
import { parseInSteps, toText } from '../manifest/parse.ts';
import type { Presentation } from '../manifest/presentation.ts';
import { mayBeOdd } from '../manifest/recognise.ts';
import { fetchWhole } from '../net/fetch-whole.ts';
import { isWorthRetrying, withRetries } from '../net/retry.ts';
import { manifestUrl } from '../timeline/fragment-url.ts';
import type { FragmentErrand } from './fetch-fragment.ts';
import type { Hosts } from './hosts.ts';
import type { Transfer } from './line.ts';
import type { Settings, SmoothSource } from './options.ts';

/** A manifest as it was loaded: what fragments are fetched from. */
export interface Title {
  readonly presentation: Presentation;
  /** The manifest's URL after redirects. */
  readonly url: string;
  /** What fragments are asked from: that URL, and those of the alternatives, where there are any. */
  readonly hosts: Hosts | undefined;
  readonly headers: HeadersInit | undefined;
  /** How the manifest itself came. */
  readonly transfer: Transfer;
  /** The headers that it came with: how old it may be. */
  readonly answer?: Headers;
  /** Where a fragment really is, in a title that is joined from clips of others. */
  readonly locate?: (errand: FragmentErrand) => FragmentErrand;
}

/** No real manifest comes near it; see the limits of the parser. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
/** Broken bodies of manifests are asked for once more only: they are seldom chance. */
const TRIES_FOR_BROKEN = 2;

/**
 * Fetches and parses a manifest, from the first place that gives one. Throws the network's and the manifest's errors,
 * and those for what isn't played yet.
 */
export async function loadTitle(
  source: SmoothSource,
  settings: Settings,
  onRetry: (error: SmoothError) => void,
  signal: AbortSignal,
  cache: RequestCache = 'default',
): Promise<Title> {
  const urls = [source.url, ...(source.alternatives ?? [])].map((url) =>
    manifestUrl(url, globalThis.document?.baseURI),
  );
  let failure: unknown;
  for (const [index, url] of urls.entries()) {
    const others = [...urls.slice(index + 1), ...urls.slice(0, index)];
    try {
      return await loadFrom(url, others, source, settings, onRetry, signal, cache);
    } catch (error) {
      signal.throwIfAborted();
      if (!isSmoothError(error)) throw error;
      failure ??= error;
      if (index < urls.length - 1) onRetry(error);
    }
  }
  throw failure;
}

async function loadFrom(
  url: string,
  others: readonly string[],
  source: SmoothSource,
  settings: Settings,
  onRetry: (error: SmoothError) => void,
  signal: AbortSignal,
  cache: RequestCache,
): Promise<Title> {
  const { network } = settings;
  const load = async (attempt: number): Promise<Title> => {
    const response = await fetchWhole(
      {
        url,
        limits: network.timeout,
        maxBytes: MAX_MANIFEST_BYTES,
        cache: attempt > 0 ? 'reload' : cache,
        credentials: network.credentials,
        headers: source.headers,
        hooks: network,
        observe: network.observe,
      },
      signal,
    );
    const { bytes, firstByteMs, bodyMs } = response;
    const transfer = { bytes: bytes.length, firstByteMs, bodyMs };
    const hosts = others.length > 0 ? new (await oddTitles()).Hosts([response.url, ...others]) : undefined;
    const bare = { url: response.url, hosts, headers: source.headers, transfer, answer: response.headers };
    const text = toText(bytes);
    let outcome: unknown;
    try {
      const presentation = await inSlices(parseInSteps(text, response.url), signal);
      if (!mayBeOdd(presentation, text)) return { ...bare, presentation };
      outcome = presentation;
    } catch (error) {
      signal.throwIfAborted();
      outcome = error;
    }
    const { openOddTitle } = await oddTitles();
    return openOddTitle({ text, outcome, isAgain: attempt > 0 }, bare, settings, signal);
  };
  const isWorthIt = (error: SmoothError, tried: number) =>
    isWorthRetrying(error) || (error.category === 'manifest' && error.retryable && tried < TRIES_FOR_BROKEN);
  return withRetries(load, { attempts: network.attempts, isWorthIt, onRetry }, signal);
}

/** What few titles need. */
const oddTitles = () => import('./odd-titles.ts');

/** Whatever was thrown, as the one kind of error that leaves the library, and fatal. */
export function asFatal(error: unknown): SmoothError {
  if (!isSmoothError(error)) {
    return new SmoothError('internal', { problem: String(error) }, { fatal: true, cause: error });
  }
  return error.fatal
    ? error
    : new SmoothError(error.code, error.details, { fatal: true, cause: error.cause });
}
