import { expect, test } from 'vitest';
import { SmoothError } from '../../../src/base/errors.ts';
import { plain, revive } from '../../../src/doctor/plain.ts';
import { redactText } from '../../../src/doctor/redact-text.ts';

test.each([
  ['https://user:secret@host/a.ism/Manifest', 'https://…@host/a.ism/Manifest'],
  ['https://host/a.ism/Manifest?token=secret&b=2', 'https://host/a.ism/Manifest?token=…&b=…'],
  ['https://host/a.ism/Manifest?secret', 'https://host/a.ism/Manifest?…'],
  ['https://host/a.ism/Manifest#access_token=secret', 'https://host/a.ism/Manifest#…'],
  ['no answer from https://host/a?sig=secret after 3 s', 'no answer from https://host/a?sig=… after 3 s'],
  [
    'https://host/hdnts=exp=1~acl=/*~hmac=secret/a.ism/Manifest',
    'https://host/hdnts=…~acl=…/*~hmac=…/a.ism/Manifest',
  ],
  ['https://host/token=secret;x/a.ism', 'https://host/token=…;x/a.ism'],
  ['https://host/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.secret/a.ism', 'https://host/…/a.ism'],
  ['https://host/0123456789abcdef0123456789abcdef/a.ism', 'https://host/…/a.ism'],
  ['https://host/aZ3kQ9-bT7xR2mVfLq8WnY5cJd0EgHs1/a.ism', 'https://host/…/a.ism'],
  [
    'QualityLevels({bitrate})/Fragments(v={start time})?t=secret',
    'QualityLevels({bitrate})/Fragments(v={start time})?t=…',
  ],
])('%s loses its secrets', (text, redacted) => {
  expect(redactText(text)).toBe(redacted);
});

test.each([
  'https://host:8080/Some_Title_1080p/some_title.ism/QualityLevels(300000,camera=1)/Fragments(video=0)',
  'https://host/380ca505-2c67-4085-8377-0df861c91f64/title.ism/Manifest',
  'a text with a question? Yes',
])('%s stays as it is', (text) => {
  expect(redactText(text)).toBe(text.replace('? Yes', '? Yes'));
});

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
