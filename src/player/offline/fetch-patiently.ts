import { backoffMs, childController, delay, once } from '../../base/async.ts';
import { isSmoothError, type SmoothError } from '../../base/errors.ts';
import { isWorthRetrying, withRetries } from '../../net/retry.ts';

/** What a server that has no such resource says. */
const GONE = new Set([404, 410]);
/** Everything may fail for so long, in milliseconds, while the browser is online. */
const OUTAGE_MS = 120_000;
const PAUSE_MS = 1000;
const MOST_PAUSE_MS = 15_000;
/** Some browsers never tell that they are online again. */
const OFFLINE_PAUSE_MS = 15_000;

/** How one resource is asked for. */
export interface PatientRequest<T> {
  /** Where to ask, in the order of preference. */
  readonly hosts: () => readonly string[];
  /** Asks once; `isRetry` when what an HTTP cache holds may be what was wrong. */
  readonly ask: (host: string, isRetry: boolean) => Promise<T>;
  /** Of one host, in a row. */
  readonly attempts: number;
  readonly failed: (host: string) => void;
}

/**
 * Asks until there is an answer: each host several times, and all of them again through an outage of two minutes; for as long as it
 * takes while the browser is offline. `undefined` when every host says that it has no such resource. Throws the last failure.
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

/** Whether a failure says nothing of the resource itself. */
const mayPass = (error: SmoothError): boolean =>
  isWorthRetrying(error) || isSmoothError(error, 'fragment-malformed');

const isGone = (error: SmoothError): boolean =>
  isSmoothError(error, 'network-status') && GONE.has(error.details.status);

/** Resolves with the milliseconds that count as an outage. */
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
