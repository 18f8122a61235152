import { backoffMs, childController, delay } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import type { LicenceMessage } from '../../eme/drm-options.ts';
import type { LicenceServer } from '../../eme/key-systems.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import { askedToWaitMs, isWorthRetrying } from '../../net/retry.ts';
import type { Settings } from '../options.ts';

/** Milliseconds; a request without a response continues while another is sent. */
export interface LicenceLimits {
  readonly firstByte: number;
  readonly whole: number;
  readonly tries: number;
}

export const LICENCE_LIMITS: LicenceLimits = { firstByte: 10_000, whole: 22_000, tries: 3 };
/** Licences have a few KB. */
const MAX_LICENCE_BYTES = 1024 * 1024;

/**
 * Fetches a licence: at most three requests within 22 s, the next one when one failed, as soon as the server allows
 * it, or has no response after 10 s;
 * the first response counts. Throws `drm-licence-refused`, `drm-licence-timeout` or `drm-licence-failed`. `net/retry`
 * isn't used, because there an attempt ends before the next begins, and a response after 15 s would be lost.
 */
export async function exchangeLicence(
  server: LicenceServer,
  { url, headers, body }: LicenceMessage,
  { network }: Settings,
  onRetry: (error: SmoothError) => void,
  outer: AbortSignal,
  limits: LicenceLimits = LICENCE_LIMITS,
): Promise<Uint8Array> {
  const own = childController(outer);
  const { signal } = own;
  const startedAt = performance.now();
  const timeout = () => new SmoothError('network-timeout', { url, phase: 'whole', afterMs: limits.whole });
  const timer = setTimeout(() => own.abort(timeout()), limits.whole);
  const request = {
    url,
    limits: { firstByte: limits.whole, progress: limits.whole, whole: limits.whole },
    maxBytes: MAX_LICENCE_BYTES,
    cache: 'no-store' as const,
    credentials: server.isTrusted ? credentialsOf(network) : ('omit' as const),
    headers,
    isTrusted: server.isTrusted,
    body,
    redirect: 'error' as const,
    hooks: server.isTrusted ? network : { fetch: network.fetch },
    observe: network.observe,
  };
  const attempt = async () => (await fetchWhole(request, signal)).bytes;
  const late: Promise<Uint8Array>[] = [];
  try {
    for (let tried = 1; ; tried += 1) {
      const isLast = tried === limits.tries;
      const running = attempt();
      running.catch(() => {});
      const slow = isLast ? [] : [delay(limits.firstByte, signal).then(() => undefined)];
      try {
        const answer = await Promise.race([Promise.any([running, ...late]), ...slow]);
        if (answer) return answer;
        late.push(running);
        onRetry(new SmoothError('drm-licence-timeout', { url, afterMs: limits.firstByte }));
      } catch (error) {
        signal.throwIfAborted();
        const cause = error instanceof AggregateError ? error.errors[0] : error;
        if (isLast || !isSmoothError(cause) || !isWorthRetrying(cause)) throw cause;
        const waitMs = askedToWaitMs(cause) + backoffMs(tried - 1, Math.random());
        if (performance.now() - startedAt + waitMs >= limits.whole) throw cause;
        onRetry(cause);
        await delay(waitMs, signal);
      }
    }
  } catch (error) {
    outer.throwIfAborted();
    throw asLicenceError(error, url, limits);
  } finally {
    clearTimeout(timer);
    own.abort(new DOMException('The exchange is over', 'AbortError'));
    own.dispose();
  }
}

/** The request for a licence server's certificate. */
export const certificateRequest = (url: string, { network }: Settings) => ({
  url,
  limits: network.timeout,
  maxBytes: MAX_LICENCE_BYTES,
  credentials: credentialsOf(network),
  isTrusted: true,
  hooks: network,
});

/** Licence servers identify viewers by what the app sends: cookies are sent only if the app sends them everywhere. */
const credentialsOf = ({ credentials }: Settings['network']): RequestCredentials =>
  credentials === 'include' ? 'include' : 'omit';

function asLicenceError(cause: unknown, url: string, { whole }: LicenceLimits): SmoothError {
  if (isSmoothError(cause, 'network-timeout')) {
    return new SmoothError('drm-licence-timeout', { url, afterMs: whole }, { cause });
  }
  if (isSmoothError(cause, 'network-unauthorized')) {
    return new SmoothError('drm-licence-refused', { url, status: cause.details.status }, { cause });
  }
  const status = isSmoothError(cause, 'network-status') ? cause.details.status : undefined;
  return new SmoothError('drm-licence-failed', { url, status }, { cause });
}
