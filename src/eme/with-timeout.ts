/** Waits for a promise that may never settle, up to `ms` milliseconds; rejects with the signal's reason if it is aborted first. */
export function withTimeout<T>(ms: number, promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => reject(signal.reason);
    const timer = setTimeout(() => reject(new Error(`no response after ${ms} ms`)), ms);
    signal.addEventListener('abort', stop, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    promise.finally(settle).catch(() => {});
    promise.then(resolve, reject);
  });
}
