/** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** How long to wait before the n-th retry (from 0): anywhere up to a bound that doubles. `random` in [0, 1). */
export function backoffMs(retry: number, random: number, baseMs = 250, capMs = 4000): number {
  return Math.min(capMs, baseMs * 2 ** retry) * random;
}

/** A gate that loops wait at: `open` lets all through that wait now. */
export class Gate {
  #waiting = new Set<() => void>();

  open(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  /** Resolves at the next `open`, or after `atMostMs`. Rejects when aborted. */
  wait(atMostMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const leave = () => {
        clearTimeout(timer);
        this.#waiting.delete(resume);
        signal.removeEventListener('abort', stop);
      };
      const resume = () => {
        leave();
        resolve();
      };
      const stop = () => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(resume, atMostMs);
      this.#waiting.add(resume);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** Waits for an event, or for one that means that it won't come. Rejects when aborted. */
export function once(target: EventTarget, type: string, signal: AbortSignal): Promise<Event> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onEvent = (event: Event) => {
      signal.removeEventListener('abort', givenUp);
      resolve(event);
    };
    const givenUp = () => {
      target.removeEventListener(type, onEvent);
      reject(signal.reason);
    };
    target.addEventListener(type, onEvent, { once: true });
    signal.addEventListener('abort', givenUp, { once: true });
  });
}

/** A controller that is aborted with its parent, and can be aborted alone. `dispose` lets go of the parent. */
export function childController(parent: AbortSignal): AbortController & { dispose(): void } {
  const child = new AbortController();
  const follow = () => child.abort(parent.reason);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return Object.assign(child, { dispose: () => parent.removeEventListener('abort', follow) });
}

/** Others wait no longer for the thread, in milliseconds. */
const SLICE_MS = 15;

/** Runs steps to their end, and lets others have the thread now and then. */
export async function inSlices<T>(steps: Generator<void, T, void>, signal: AbortSignal): Promise<T> {
  let since = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - since < SLICE_MS) continue;
    await delay(0, signal);
    since = performance.now();
  }
}
