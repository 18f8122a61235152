import type { RequestHooks, UnauthorizedResponse } from './request-hooks.ts';

const ASK_AGAIN_AFTER_MS = 30_000;

/** Asks the app about a 401 or 403 no more often than this: those in between share its answer. */
export function throttle(
  ask: NonNullable<RequestHooks['refused']>,
  now: () => number = () => performance.now(),
): (response: UnauthorizedResponse) => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve(false);
  return (response) => {
    if (now() - askedAt >= ASK_AGAIN_AFTER_MS) {
      askedAt = now();
      // A hook that throws counts as no answer.
      answer = Promise.resolve(response)
        .then(ask)
        .catch(() => false);
    }
    return answer;
  };
}
