import { expect, test, vi } from 'vitest';
import { throttle } from '../../../src/net/throttle.ts';

const refusal = { url: 'https://host/a', status: 403, trusted: true };

test('the app is asked every 30 s at most; refusals in between share its answer', async () => {
  let now = 0;
  const ask = vi.fn(async () => ask.mock.calls.length === 1);
  const throttled = throttle(ask, () => now);
  expect(await Promise.all([throttled(refusal), throttled({ ...refusal, status: 401 })])).toEqual([
    true,
    true,
  ]);
  now = 29_999;
  expect(await throttled(refusal)).toBe(true);
  expect(ask.mock.calls).toEqual([[refusal]]);
  now = 30_000;
  expect(await throttled(refusal)).toBe(false);
  expect(ask).toHaveBeenCalledTimes(2);
});

test('a hook that throws has no answer', async () => {
  const fail = () => {
    throw new Error('no session');
  };
  expect(await throttle(fail)(refusal)).toBe(false);
});
