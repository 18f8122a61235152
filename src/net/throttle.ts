import type { Refusal, RequestHooks } from './fetch-bytes.ts';

const ASK_AGAIN_AFTER_MS = 30_000;

/** Asks the app about refusals no more often than this: those in between are part of the same, and share its answer. */
export function throttle(
  ask: NonNullable<RequestHooks['refused']>,
  now: () => number = () => performance.now(),
): (refusal: Refusal) => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve(false);
  return (refusal) => {
    if (now() - askedAt >= ASK_AGAIN_AFTER_MS) {
      askedAt = now();
      // A hook that fails has no answer.
      answer = Promise.resolve(refusal)
        .then(ask)
        .catch(() => false);
    }
    return answer;
  };
}
