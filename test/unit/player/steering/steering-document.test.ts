import { describe, expect, test } from 'vitest';
import { readSteeringDocument } from '../../../../src/player/steering/steering-document.ts';

const read = (json: unknown) => readSteeringDocument(JSON.stringify(json));
const LEAST = { VERSION: 1, 'PATHWAY-PRIORITY': ['b', 'a'] };

test('reads what DASH and HLS have in common', () => {
  const clone = {
    ID: 'x',
    'BASE-ID': 'a',
    'URI-REPLACEMENT': { HOST: 'x.example:81', PARAMS: { k: 'v', n: 1 } },
  };
  expect(read({ ...LEAST, TTL: 60, 'RELOAD-URI': '/next', 'PATHWAY-CLONES': [clone] })).toEqual({
    ttl: 60,
    reload: '/next',
    priority: ['b', 'a'],
    clones: [{ id: 'x', base: 'a', host: 'x.example:81', params: [['k', 'v']] }],
  });
});

test('takes the list under the name that DASH had for it', () => {
  expect(read({ VERSION: 1, 'SERVICE-LOCATION-PRIORITY': ['b'] })?.priority).toEqual(['b']);
});

describe('the time to live', () => {
  test.each([
    [undefined, 300],
    [0, 300],
    [-5, 300],
    ['60', 300],
    [0.01, 1],
    [1e9, 86_400],
    [10, 10],
  ])('%j is %d seconds', (TTL, seconds) => {
    expect(read({ ...LEAST, TTL })?.ttl).toBe(seconds);
  });
});

test.each([
  ['no JSON', '<html>'],
  ['a list', '[]'],
  ['nothing', 'null'],
  ['another version', JSON.stringify({ ...LEAST, VERSION: 2 })],
  ['no order', JSON.stringify({ VERSION: 1 })],
])('%s is no steering manifest', (_, text) => {
  expect(readSteeringDocument(text)).toBeUndefined();
});

test('what is no name is no pathway', () => {
  expect(read({ VERSION: 1, 'PATHWAY-PRIORITY': [1, null, '', 'a', {}] })?.priority).toEqual(['a']);
});

describe('a copy', () => {
  const clonesOf = (clone: unknown) => read({ ...LEAST, 'PATHWAY-CLONES': [clone] })?.clones.length;
  const replaced = (HOST: unknown) => ({ ID: 'x', 'BASE-ID': 'a', 'URI-REPLACEMENT': { HOST } });
  test.each(['x.example', 'x.example:81', '127.0.0.1:8000', '[::1]:80', undefined])(
    'may be on %s',
    (host) => {
      expect(clonesOf(replaced(host))).toBe(1);
    },
  );
  test.each(['user@x', 'x/y', 'x?y', 'https://x', 'x y', 'x\\y', '', 5, 'x:y'])(
    'may not be on %j',
    (host) => {
      expect(clonesOf(replaced(host))).toBe(0);
    },
  );
  test.each([null, 'x', {}, { ID: 'x' }, { ID: 'x', 'BASE-ID': 'a' }])('is none: %j', (clone) => {
    expect(clonesOf(clone)).toBe(0);
  });
});
