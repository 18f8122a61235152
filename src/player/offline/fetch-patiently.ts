import { backoffMs, childController, delay, once } from '../../base/async.ts';
import { isSmoothError, type SmoothError } from '../../base/errors.ts';
import { isWorthRetrying, withRetries } from '../../net/retry.ts';

/** What a server that has no such resource says. */
const GONE = new Set([404, 410]);
/** Longest outage that is waited out while the browser is online, in milliseconds. */
const OUTAGE_MS = 120_000;
const PAUSE_MS = 1000;
const MOST_PAUSE_MS = 15_000;
/** Some browsers never fire `online`. */
const OFFLINE_PAUSE_MS = 15_000;

/** How one resource is requested. */
export interface PatientRequest<T> {
  /** In order of preference. */
  readonly hosts: () => readonly string[];
  /** Sends one request; `isRetry`: bypass the HTTP cache, whose response may be what failed. */
  readonly ask: (host: string, isRetry: boolean) => Promise<T>;
  /** To one host, in a row. */
  readonly attempts: number;
  readonly failed: (host: string) => void;
}

/**
 * Sends requests until there is a response: several to each host, and again to all of them during an outage of up to two minutes, or
 * without limit while the browser is offline. `undefined` if every host responds with 404 or 410. Throws the last failure.
 */
export async function fetchPatiently<T>(
  { hosts, ask, attempts, failed }: PatientRequest<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  let spentMs = 0;
  for (let round = 0; ; round++) {
    const failures: SmoothError[] = [];
    for (const host of hosts()) {
      try {
        const attempt = (tried: number) => ask(host, tried + round > 0);
        return await withRetries(attempt, { attempts, shouldRetry: mayPass }, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isSmoothError(error)) throw error;
        failures.push(error);
        failed(host);
      }
    }
    if (failures.every(isGone)) return undefined;
    const last = failures.find(mayPass) ?? failures[0];
    if (!last || !mayPass(last) || spentMs > OUTAGE_MS) throw last;
    spentMs += await pause(round, signal);
  }
}

/** Whether a failure may be temporary. */
const mayPass = (error: SmoothError): boolean =>
  isWorthRetrying(error) || isSmoothError(error, 'fragment-malformed');

const isGone = (error: SmoothError): boolean =>
  isSmoothError(error, 'network-status') && GONE.has(error.details.status);

/** Resolves to the milliseconds that count towards the outage. */
async function pause(round: number, signal: AbortSignal): Promise<number> {
  if (globalThis.navigator?.onLine === false) {
    const waiting = childController(signal);
    const online = once(globalThis as unknown as EventTarget, 'online', waiting.signal);
    try {
      await Promise.race([online, delay(OFFLINE_PAUSE_MS, waiting.signal)]);
    } finally {
      waiting.abort();
      waiting.dispose();
    }
    return 0;
  }
  const ms = PAUSE_MS / 2 + backoffMs(round, Math.random(), PAUSE_MS, MOST_PAUSE_MS);
  await delay(ms, signal);
  return ms;
}
