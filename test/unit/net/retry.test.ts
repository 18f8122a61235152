import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SmoothError } from '../../../src/base/errors.ts';
import { isWorthRetrying, type RetryPolicy, withRetries } from '../../../src/net/retry.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { signal: never } = new AbortController();
const status = (code: number) => new SmoothError('network-status', { url: 'http://host/x', status: code });
const policy: RetryPolicy = { attempts: 3, shouldRetry: isWorthRetrying };

/** Fails with each error in turn, then succeeds. */
function failing(...errors: readonly unknown[]) {
  const attempts: number[] = [];
  const run = async (attempt: number) => {
    attempts.push(attempt);
    if (attempt < errors.length) throw errors[attempt];
    return 'done';
  };
  return { attempts, run };
}

test.each([
  { error: status(503), worth: true },
  { error: status(429), worth: true },
  { error: status(404), worth: false },
  { error: status(403), worth: false },
  { error: new SmoothError('network-failed', { url: '' }), worth: true },
  { error: new SmoothError('network-truncated', { url: '', received: 1, expected: 2 }), worth: true },
  { error: new SmoothError('network-too-large', { url: '', limit: 1 }), worth: false },
])('$error.message: worth another try: $worth', ({ error, worth }) => {
  expect(isWorthRetrying(error)).toBe(worth);
});

test('a passing failure is tried again until it has passed', async () => {
  const { attempts, run } = failing(status(503), status(502));
  const retried: number[] = [];
  const outcome = withRetries(run, { ...policy, onRetry: (_, attempt) => retried.push(attempt) }, never);
  await vi.runAllTimersAsync();
  expect(await outcome).toBe('done');
  expect([attempts, retried]).toEqual([
    [0, 1, 2],
    [1, 2],
  ]);
});

test('tries are counted, and the last failure is the one that is told', async () => {
  const { attempts, run } = failing(status(503), status(502), status(500), status(503));
  const outcome = expect(withRetries(run, policy, never)).rejects.toThrow('HTTP 500');
  await vi.runAllTimersAsync();
  await outcome;
  expect(attempts).toEqual([0, 1, 2]);
});

test('an answer is not asked for again, nor is a fault of our own', async () => {
  for (const error of [status(404), new TypeError('bug')]) {
    const { attempts, run } = failing(error);
    await expect(withRetries(run, policy, never)).rejects.toBe(error);
    expect(attempts).toEqual([0]);
  }
});

test('aborted while it waits for the next try, it rejects with the reason', async () => {
  const controller = new AbortController();
  const { attempts, run } = failing(status(503), status(503));
  const outcome = expect(withRetries(run, policy, controller.signal)).rejects.toThrow('enough');
  await vi.advanceTimersByTimeAsync(0);
  controller.abort(new Error('enough'));
  await outcome;
  expect(attempts).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  { name: 'as long as it wishes', retryAfterMs: 5000, silentMs: 5000 },
  { name: 'half a minute at most', retryAfterMs: 3_600_000, silentMs: 30_000 },
])('a server that asks to be left alone is: $name', async ({ retryAfterMs, silentMs }) => {
  const busy = new SmoothError('network-status', { url: 'http://host/x', status: 429, retryAfterMs });
  const { attempts, run } = failing(busy);
  const outcome = withRetries(run, policy, never);
  await vi.advanceTimersByTimeAsync(silentMs - 1);
  expect(attempts).toEqual([0]);
  await vi.advanceTimersByTimeAsync(251);
  expect(attempts).toEqual([0, 1]);
  expect(await outcome).toBe('done');
});
