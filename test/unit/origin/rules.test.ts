import { expect, test } from 'vitest';
import { readRule } from '../../../demo/origin/read-rule.ts';
import { isMatch, type RequestFacts, type RuleMatch, Rules } from '../../../demo/origin/rules.ts';

const fragment: RequestFacts = {
  path: '/presentations/Film.ism/QualityLevels(500000)/Fragments(video=20000000)',
  stream: 'video',
  bitrate: 500_000,
  time: '20000000',
};

test.each<{ name: string; match: RuleMatch; is: boolean }>([
  { name: 'nothing asked: all', match: {}, is: true },
  { name: 'part of the path, in any case', match: { url: 'film.ISM' }, is: true },
  { name: 'another path', match: { url: 'other.ism' }, is: false },
  { name: 'stream and time', match: { stream: 'video', time: '20000000' }, is: true },
  { name: 'another stream', match: { stream: 'audio' }, is: false },
  { name: 'another bitrate', match: { bitrate: 1 }, is: false },
])('$name', ({ match, is }) => {
  expect(isMatch(match, fragment)).toBe(is);
});

test('a rule is about the n-th match and so many from there on', () => {
  const rules = new Rules();
  rules.add({ match: { stream: 'video', from: 2, count: 2 }, effect: { type: 'status', status: 503 } });
  const met = Array.from({ length: 5 }, () => rules.take(fragment).length);
  expect(met).toEqual([0, 1, 1, 0, 0]);
  expect(rules.take({ path: '/other' })).toEqual([]);
  expect(rules.active[0]?.matched).toBe(5);
});

test('rules go one by one, or all at once', () => {
  const rules = new Rules();
  const effect = { type: 'silence' } as const;
  const first = rules.add({ effect });
  rules.add({ effect });
  rules.remove(first.id);
  expect(rules.active.map(({ id }) => id)).toEqual([2]);
  rules.clear();
  expect(rules.active).toEqual([]);
});

test.each([undefined, null, 'x', {}, { effect: null }, { effect: {} }, { effect: { type: 'magic' } }])(
  '%j is no rule, and a sentence says why',
  (value) => {
    expect(readRule(value)).toMatch(/^(a rule|an effect)/);
  },
);

test.each<{ rule: unknown; wrong: string }>([
  { rule: { effect: { type: 'bandwidth' } }, wrong: 'steps' },
  { rule: { effect: { type: 'bandwidth', steps: [[0, 1e6]] } }, wrong: 'steps' },
  { rule: { effect: { type: 'status', status: 9999 } }, wrong: 'status' },
  { rule: { effect: { type: 'cut', afterShare: 2 } }, wrong: 'afterShare' },
  { rule: { effect: { type: 'latency', ms: 5, seconds: 1 } }, wrong: 'seconds' },
  { rule: { effect: { type: 'silence' }, match: { bitrate: 'high' } }, wrong: 'bitrate' },
])('$rule is no rule because of $wrong', ({ rule, wrong }) => {
  expect(readRule(rule)).toBe(`${wrong} is missing or invalid`);
});

test.each<unknown>([
  {
    effect: {
      type: 'bandwidth',
      steps: [
        [10, 5e6],
        [2, 0],
      ],
    },
  },
  {
    effect: { type: 'status', status: 503, headers: { 'Retry-After': '2' } },
    match: { stream: 'video', count: 2 },
  },
  { effect: { type: 'cut', afterShare: 0.5, withLength: false }, match: {} },
  { effect: { type: 'alter', box: 'moof', seed: 7 }, match: { time: '0', bitrate: 100 } },
])('%j is a rule', (rule) => {
  expect(readRule(rule)).toBe(rule);
});
