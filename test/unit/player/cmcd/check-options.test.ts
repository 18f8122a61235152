import { expect, test } from 'vitest';
import type { SmoothError } from '../../../../src/index.ts';
import { checkOptions } from '../../../../src/player/cmcd/check-options.ts';
import type { CmcdOptions } from '../../../../src/player/cmcd/cmcd-options.ts';

const check = (options: object) => {
  const problems: string[] = [];
  const warn = ({ details }: SmoothError) => problems.push((details as { option: string }).option);
  return { ...checkOptions(options as CmcdOptions, warn), problems };
};

test('by default requests tell in their query, under a name that is new each time', () => {
  const [one, two] = [check({}), check({})];
  expect(one).toMatchObject({
    mode: 'query',
    version: 1,
    contentId: undefined,
    url: undefined,
    intervalMs: 30_000,
  });
  expect(one.problems).toEqual([]);
  expect(one.isWanted('br')).toBe(true);
  expect(one.sessionId).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(two.sessionId).not.toBe(one.sessionId);
});

test('what the app gives holds', () => {
  const given = {
    mode: 'event',
    sessionId: 's',
    contentId: 'c',
    url: 'https://h/x',
    interval: 5,
    keys: ['br'],
  };
  const checked = check(given);
  expect(checked).toMatchObject({
    mode: 'event',
    sessionId: 's',
    contentId: 'c',
    url: 'https://h/x',
    intervalMs: 5000,
  });
  expect([checked.isWanted('br'), checked.isWanted('bl')]).toEqual([true, false]);
  expect(checked.problems).toEqual([]);
});

test.each<[options: object, problem: string]>([
  [{ mode: 'json' }, 'cmcd.mode'],
  [{ version: 3 }, 'cmcd.version'],
  [{ sessionId: 'x'.repeat(65) }, 'cmcd.sessionId'],
  [{ contentId: 7 }, 'cmcd.contentId'],
  [{ interval: 0 }, 'cmcd.interval'],
  [{ mode: 'event' }, 'cmcd.url'],
  [{ url: 'https://' }, 'cmcd.url'],
  [{ url: 'data:,x' }, 'cmcd.url'],
  [{ keys: 'br' }, 'cmcd.keys'],
  [{ keys: ['br', 'cdn'] }, 'cmcd.keys'],
  [{ contentID: 'x' }, 'cmcd.contentID'],
])('%j is told, and the default holds', (options, problem) => {
  const checked = check(options);
  expect(checked.problems).toEqual([problem]);
  expect(checked.url).toBeUndefined();
  expect(checked.intervalMs).toBe(30_000);
});

test('an interval that is longer than timers can wait is as long as they can', () => {
  const { intervalMs, problems } = check({ interval: Number.POSITIVE_INFINITY });
  expect([intervalMs, problems]).toEqual([2 ** 31 - 1, []]);
});
