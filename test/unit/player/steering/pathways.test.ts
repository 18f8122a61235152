import { describe, expect, test } from 'vitest';
import {
  inPriority,
  namePathways,
  type Pathway,
  pathwayOf,
  withClones,
  withParams,
} from '../../../../src/player/steering/pathways.ts';

const [A, B, C] = [
  'https://a.example/t.ism/Manifest',
  'https://b.example/t.ism/Manifest',
  'https://c.example:8443/x/t.ism/Manifest?v=1',
] as const;
const idsOf = (pathways: readonly Pathway[]) => pathways.map(({ id }) => id);

describe('the names of pathways', () => {
  test('are those that the app gave, or else their hosts', () => {
    const names = new Map([['second', B]]);
    expect(namePathways([A, B, C], names)).toEqual([
      { id: 'a.example', url: A },
      { id: 'second', url: B },
      { id: 'c.example:8443', url: C },
    ]);
  });

  test('may be given to URLs that are no alternatives: they become some', () => {
    const names = new Map([
      ['third', C],
      ['first', A],
    ]);
    expect(idsOf(namePathways([A, A, B], names))).toEqual(['first', 'b.example', 'third']);
  });
});

describe('the order of pathways', () => {
  const pathways = namePathways([A, B, C], new Map(Object.entries({ a: A, b: B, c: C })));
  test.each<[priority: string[], order: string]>([
    [[], 'a b c'],
    [['c', 'b', 'a'], 'c b a'],
    [['b'], 'b a c'],
    [['x', 'c', 'y'], 'c a b'],
    [['b', 'b', 'a'], 'b a c'],
  ])('%j gives %s', (priority, order) => {
    expect(idsOf(inPriority(pathways, priority)).join(' ')).toBe(order);
  });
});

describe('copies of pathways', () => {
  const pathways = namePathways([A, C], new Map(Object.entries({ a: A, c: C })));
  const clone = { id: 'x', base: 'a', host: 'x.example', params: [] };

  test('have another host and more parameters, and are else as what they are made of', () => {
    const all = withClones(pathways, [
      clone,
      { id: 'y', base: 'c', host: 'y.example:444', params: [['k', 'a b&c']] },
    ]);
    expect(all.slice(2)).toEqual([
      { id: 'x', url: 'https://x.example/t.ism/Manifest', params: [] },
      { id: 'y', url: 'https://y.example:444/x/t.ism/Manifest?v=1&k=a%20b%26c', params: [['k', 'a b&c']] },
    ]);
  });

  test('may be made of copies, and take over their parameters', () => {
    const all = withClones(pathways, [
      { ...clone, params: [['k', '1']] },
      { id: 'y', base: 'x', host: undefined, params: [['l', '2']] },
    ]);
    expect(all.at(-1)).toEqual({
      id: 'y',
      url: 'https://x.example/t.ism/Manifest?k=1&l=2',
      params: [
        ['k', '1'],
        ['l', '2'],
      ],
    });
  });

  test('of what is not there, and under names that are taken, are ignored', () => {
    expect(
      withClones(pathways, [
        { ...clone, base: 'z' },
        { ...clone, id: 'c' },
      ]),
    ).toEqual(pathways);
  });
});

test.each<[url: string, params: [string, string][], expected: string]>([
  ['https://h/p', [], 'https://h/p'],
  ['https://h/p', [['a', '1']], 'https://h/p?a=1'],
  ['https://h/p?sig=%2Fx+y==&a=0', [['a', '1']], 'https://h/p?sig=%2Fx+y==&a=1'],
  ['https://h/p?%61=0&b', [['a', '&=']], 'https://h/p?b&a=%26%3D'],
  ['https://h/p?%zz=1', [['a', '1']], 'https://h/p?%zz=1&a=1'],
])('%s with %j is %s', (url, params, expected) => {
  expect(withParams(url, params)).toBe(expected);
});

test('a request belongs to the pathway in whose folder it is', () => {
  const pathways = namePathways(
    ['https://h/one/t.ism/Manifest?x=/a/b/', 'https://h/two/t.ism/Manifest'],
    new Map(Object.entries({ two: 'https://h/two/t.ism/Manifest' })),
  );
  expect(pathwayOf('https://h/two/t.ism/QualityLevels(1)/Fragments(v=0)', pathways)?.id).toBe('two');
  expect(pathwayOf('https://h/one/t.ism/Manifest', pathways)?.id).toBe('h');
  expect(pathwayOf('https://h/three/t.ism/Manifest', pathways)).toBeUndefined();
});
