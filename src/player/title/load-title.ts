import { inSlices } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import { parseInSteps, toText } from '../../manifest/parse.ts';
import { isPacked, mayBeOdd } from '../../manifest/recognise.ts';
import { appRequest } from '../../net/app-request.ts';
import { fetchWhole, type OnPiece } from '../../net/fetch-whole.ts';
import { withRetries } from '../../net/retry.ts';
import { type Trust, trustIn } from '../../net/trust.ts';
import { manifestUrl } from '../../timeline/fragment-url.ts';
import type { Settings, SmoothSource } from '../options.ts';
import type { EarlyPorts } from './early-fragments.ts';
import { earlyStart } from './early-start.ts';
import { MAX_MANIFEST_BYTES, shouldRetryManifest } from './manifest-retry.ts';
import type { Title } from './title.ts';

/**
 * Fetches and parses a manifest, from the first host that provides one. Throws the errors of the network and the
 * manifest, and those for unsupported titles. With `early`, the first fragments of a long manifest don't wait for its end.
 */
export async function loadTitle(
  source: SmoothSource,
  settings: Settings,
  onRetry: (error: SmoothError) => void,
  signal: AbortSignal,
  cache: RequestCache = 'default',
  early?: EarlyPorts,
): Promise<Title> {
  if (source.clips) return (await irregularTitles()).openClips(source, settings, onRetry, signal, loadTitle);
  const { url: first, alternatives = [], headers } = settings.pathways?.source ?? source;
  if (typeof first !== 'string' || first.trim() === '')
    throw new SmoothError('source-invalid', { url: String(first ?? ''), problem: 'is not a URL' });
  const urls = [first, ...alternatives].map((url) => manifestUrl(url, globalThis.document?.baseURI));
  const trust = trustIn(urls, headers);
  let failure: unknown;
  for (const [index, url] of urls.entries()) {
    const others = [...urls.slice(index + 1), ...urls.slice(0, index)];
    try {
      return await loadFrom(url, others, trust, settings, onRetry, signal, cache, early);
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
  trust: Trust,
  settings: Settings,
  onRetry: (error: SmoothError) => void,
  signal: AbortSignal,
  cache: RequestCache,
  early: EarlyPorts | undefined,
): Promise<Title> {
  const { network, pathways } = settings;
  const load = async (attempt: number): Promise<Title> => {
    const start = early && earlyStart(early, trust, signal);
    try {
      const title = await loadOnce(attempt, start?.onPiece);
      return start?.end(title) ?? title;
    } catch (error) {
      start?.end();
      throw error;
    }
  };
  const loadOnce = async (attempt: number, onPiece: OnPiece | undefined): Promise<Title> => {
    const response = await fetchWhole(
      {
        ...appRequest(url, trust, network),
        maxBytes: MAX_MANIFEST_BYTES,
        cache: attempt > 0 ? 'reload' : cache,
      },
      signal,
      onPiece,
    );
    const { bytes, firstByteMs, bodyMs } = response;
    const transfer = { bytes: bytes.length, firstByteMs, bodyMs };
    const hosts =
      others.length > 0
        ? new (await irregularTitles()).Hosts([response.url, ...others], pathways)
        : undefined;
    const bare = { url: response.url, hosts, trust, transfer, answer: response.headers };
    const text = toText(
      isPacked(bytes) ? await (await import('../../manifest/unpack.ts')).unpack(bytes) : bytes,
    );
    let outcome: unknown;
    try {
      const presentation = await inSlices(parseInSteps(text, response.url), signal);
      if (!mayBeOdd(presentation, text)) return { ...bare, presentation };
      outcome = presentation;
    } catch (error) {
      signal.throwIfAborted();
      outcome = error;
    }
    const { openIrregularTitle } = await irregularTitles();
    return openIrregularTitle({ text, outcome, isAgain: attempt > 0 }, bare, settings, signal);
  };
  return withRetries(load, { attempts: network.attempts, shouldRetry: shouldRetryManifest, onRetry }, signal);
}

/** Needed by few titles. */
const irregularTitles = () => import('./irregular-title.ts');
