import { expect, test, vi } from 'vitest';
import { seldom } from '../../../src/net/seldom.ts';

const refusal = { url: 'https://host/a', status: 403 };

test('the app is asked every 30 s at most; refusals in between share its answer', async () => {
  let now = 0;
  const ask = vi.fn(async () => ask.mock.calls.length === 1);
  const seldomAsked = seldom(ask, () => now);
  expect(await Promise.all([seldomAsked(refusal), seldomAsked({ ...refusal, status: 401 })])).toEqual([
    true,
    true,
  ]);
  now = 29_999;
  expect(await seldomAsked(refusal)).toBe(true);
  expect(ask.mock.calls).toEqual([[refusal]]);
  now = 30_000;
  expect(await seldomAsked(refusal)).toBe(false);
  expect(ask).toHaveBeenCalledTimes(2);
});

test('a hook that throws has no answer', async () => {
  const fail = () => {
    throw new Error('no session');
  };
  expect(await seldom(fail)(refusal)).toBe(false);
});
