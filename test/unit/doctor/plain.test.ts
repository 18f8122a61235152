import { expect, test } from 'vitest';
import { SmoothError } from '../../../src/base/errors.ts';
import { plain, revive } from '../../../src/doctor/plain.ts';

test('credentials are withheld wherever they lie, their names told', () => {
  const options = {
    network: { request: () => undefined, credentials: 'include' },
    drm: {
      headers: { Authorization: 'Bearer secret' },
      clearKeys: { abcd: 'secret' },
      certificate: 'secret',
    },
    sources: [{ url: 'https://a/b?x=secret', headers: new Headers({ cookie: 'secret' }) }],
  };
  const json = JSON.stringify(plain(options));
  expect(json).not.toContain('secret');
  expect(json).toContain('Authorization');
  expect(json).toContain('"credentials":"include"');
  expect(
    JSON.stringify(plain(new SmoothError('network-status', { url: 'https://a/b?t=secret', status: 403 }))),
  ).toMatch(/^(?!.*secret).*403/);
});

test('numbers come back bit by bit', () => {
  const data = {
    a: 0.1 + 0.2,
    b: [1e-300, Number.POSITIVE_INFINITY, undefined],
    c: Float64Array.of(1 / 3, 5e-324, -0),
  };
  expect(revive(JSON.parse(JSON.stringify(plain(data))))).toEqual(data);
});

test('what refers to itself ends somewhere', () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(JSON.stringify(plain(loop)).length).toBeLessThan(500);
});
