import { backoffMs, delay } from '../base/async.ts';
import { isSmoothError, type SmoothError } from '../base/errors.ts';

/** Statuses that tell of a passing trouble; others are an answer. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether asking the same URL again may help. */
export function isWorthRetrying(error: SmoothError): boolean {
  if (isSmoothError(error, 'network-status')) return PASSING.has(error.details.status);
  return (
    isSmoothError(error, 'network-failed') ||
    isSmoothError(error, 'network-truncated') ||
    isSmoothError(error, 'network-timeout')
  );
}

/** A server that names a longer time than this is not waited for so long. */
const LONGEST_WAIT_MS = 30_000;

/** What the server itself wants to be waited for. */
function askedToWaitMs(error: SmoothError): number {
  if (!isSmoothError(error, 'network-status')) return 0;
  return Math.min(error.details.retryAfterMs ?? 0, LONGEST_WAIT_MS);
}

export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number;
  readonly isWorthIt: (error: SmoothError, tried: number) => boolean;
  /** Told of each failure that is tried again. */
  readonly onRetry?: (error: SmoothError, attempt: number) => void;
}

/** Runs `attempt` until it succeeds, as often as the policy allows; throws the last failure. `attempt` is told its number, from 0. */
export async function withRetries<T>(
  attempt: (attempt: number) => Promise<T>,
  { attempts, isWorthIt, onRetry }: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt(tried - 1);
    } catch (error) {
      signal.throwIfAborted();
      if (!isSmoothError(error) || tried >= attempts || !isWorthIt(error, tried)) throw error;
      onRetry?.(error, tried);
      await delay(askedToWaitMs(error) + backoffMs(tried - 1, Math.random()), signal);
    }
  }
}
