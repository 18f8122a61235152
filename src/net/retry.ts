import { backoffMs, delay } from '../base/async.ts';
import { isSmoothError, type SmoothError } from '../base/errors.ts';

/** Statuses of temporary problems; others are final. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether requesting the same URL again may help. */
export function isWorthRetrying(error: SmoothError): boolean {
  if (isSmoothError(error, 'network-status')) return PASSING.has(error.details.status);
  return (
    isSmoothError(error, 'network-failed') ||
    isSmoothError(error, 'network-truncated') ||
    isSmoothError(error, 'network-timeout')
  );
}

/** The longest delay that a server can request. */
const LONGEST_WAIT_MS = 30_000;

/** The delay that the server requests. */
export function askedToWaitMs(error: SmoothError): number {
  if (!isSmoothError(error, 'network-status')) return 0;
  return Math.min(error.details.retryAfterMs ?? 0, LONGEST_WAIT_MS);
}

export interface RetryPolicy {
  /** Total number of attempts. */
  readonly attempts: number;
  readonly shouldRetry: (error: SmoothError, tried: number) => boolean;
  /** Called with each failure that is retried. */
  readonly onRetry?: (error: SmoothError, attempt: number) => void;
}

/** Runs `attempt` until it succeeds, as often as the policy allows; throws the last failure. `attempt` receives its number, from 0. */
export async function withRetries<T>(
  attempt: (attempt: number) => Promise<T>,
  { attempts, shouldRetry, onRetry }: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt(tried - 1);
    } catch (error) {
      signal.throwIfAborted();
      if (!isSmoothError(error) || tried >= attempts || !shouldRetry(error, tried)) throw error;
      onRetry?.(error, tried);
      await delay(askedToWaitMs(error) + backoffMs(tried - 1, Math.random()), signal);
    }
  }
}
