/** The longest delay of a timer, in milliseconds. With a longer one it fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after `ms` milliseconds. Rejects with the signal's reason if it is aborted first. */
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

/** The delay before the n-th retry (from 0): random, up to a bound that doubles with each retry. `random` in [0, 1). */
export function backoffMs(retry: number, random: number, baseMs = 250, capMs = 4000): number {
  return Math.min(capMs, baseMs * 2 ** retry) * random;
}

/** A gate that loops wait at: `open` resumes all that are waiting. */
export class Gate {
  #waiting = new Set<() => void>();

  open(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resume of waiting) resume();
  }

  /** Resolves at the next `open`, or after `atMostMs` milliseconds. Rejects when aborted. */
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

/** Waits for an event, or for one that means that it will never fire. Rejects when aborted. */
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

/** Waits for what may never settle; rejects when aborted. What settles later, or fails, is ignored then. */
export function unlessAborted<T>(pending: T | PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const settle = () => signal.removeEventListener('abort', stop);
    Promise.resolve(pending).then(resolve, reject).finally(settle);
  });
}

/** A controller that is aborted with its parent, and can be aborted separately. `dispose` removes the listener from the parent. */
export function childController(parent: AbortSignal): AbortController & { dispose(): void } {
  const child = new AbortController();
  const follow = () => child.abort(parent.reason);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return Object.assign(child, { dispose: () => parent.removeEventListener('abort', follow) });
}

/** The longest time to block the thread, in milliseconds. */
const SLICE_MS = 15;

/** Runs steps to their end, and yields the thread regularly. */
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
