import { expect, test } from 'vitest';
import { RecentFailures } from '../../../../src/player/delivery/recent-failures.ts';

const failing = (times: number, everyMs: number): RecentFailures => {
  const failures = new RecentFailures();
  for (let i = 0; i < times; i += 1) failures.add('a', 'server', i * everyMs);
  return failures;
};

test('a URL may fail five times in a minute and be asked for again', () => {
  const failures = failing(5, 1000);
  expect(failures.spent('a', 5000)).toBeUndefined();
  expect(failures.freeAt('a', 5000)).toBe(5000);
});

test('after six failures in a minute it is left alone, until the first of them is a minute old', () => {
  const failures = failing(6, 1000);
  expect(failures.spent('a', 6000)).toBe('server');
  expect(failures.freeAt('a', 6000)).toBe(60_000);
  expect(failures.spent('a', 59_999)).toBe('server');
  expect(failures.spent('a', 60_000)).toBeUndefined();
});

test('with reason to hope it may be asked for twice more', () => {
  expect(failing(7, 1000).isHopeless('a', 7000)).toBe(false);
  expect(failing(8, 1000).isHopeless('a', 8000)).toBe(true);
  expect(failing(8, 1000).isHopeless('a', 61_000)).toBe(false);
});

test('other URLs are not affected', () => {
  expect(failing(6, 1000).spent('b', 6000)).toBeUndefined();
});

test('failures far apart never add up', () => {
  expect(failing(100, 15_000).spent('a', 99 * 15_000)).toBeUndefined();
});

test('the last kind of failure counts', () => {
  const failures = failing(5, 1000);
  failures.add('a', 'timeout', 5000);
  expect(failures.spent('a', 5001)).toBe('timeout');
});

test('it remembers a bounded number of URLs, the newest', () => {
  const failures = failing(6, 1);
  for (let i = 0; i < 200; i += 1) failures.add(`other ${i}`, 'server', 10);
  expect(failures.spent('a', 20)).toBeUndefined();
});
