import { expect, test } from 'vitest';
import { SmoothError } from '../../../src/base/errors.ts';
import { redactText, redactUrl } from '../../../src/base/redact.ts';
import fc from '../../support/properties.ts';

test.each([
  ['https://user:secret@host/a.ism/Manifest', 'https://…@host/a.ism/Manifest'],
  ['https://host/a.ism/Manifest?token=secret&b=2', 'https://host/a.ism/Manifest?token=…&b=…'],
  ['https://host/a.ism/Manifest?secret', 'https://host/a.ism/Manifest?…'],
  ['https://host/a.ism/Manifest?a=1?secret&secret', 'https://host/a.ism/Manifest?a=…&…'],
  ['https://host/a.ism/Manifest#access_token=secret', 'https://host/a.ism/Manifest#…'],
  ['https://host/a.ism/Manifest#a?secret=secret', 'https://host/a.ism/Manifest#…'],
  ['no answer from https://host/a?sig=secret after 3 s', 'no answer from https://host/a?sig=… after 3 s'],
  [
    'https://host/hdnts=exp=1~acl=/*~hmac=secret/a.ism/Manifest',
    'https://host/hdnts=…~acl=…/*~hmac=…/a.ism/Manifest',
  ],
  ['hdnts=exp=1~hmac=secret/a.ism/Manifest', 'hdnts=…~hmac=…/a.ism/Manifest'],
  ['https://host/token=secret;x/a.ism', 'https://host/token=…;x/a.ism'],
  ['https://host/(S(x)session=secret)/a.ism', 'https://host/(S(x)session=secret)/a.ism'],
  ['https://host/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.secret/a.ism', 'https://host/…/a.ism'],
  ['told eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.secret', 'told …'],
  ['https://host/0123456789abcdef0123456789abcdef/a.ism', 'https://host/…/a.ism'],
  ['https://host/aZ3kQ9-bT7xR2mVfLq8WnY5cJd0EgHs1/a.ism', 'https://host/…/a.ism'],
  ['https://proxy/https://user:secret@host/a?b=secret', 'https://proxy/https://…@host/a?b=…'],
  ['/go?to=https://user:secret@host/', '/go?to=…'],
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
  'StreamIndex[0]/c: 3 of them: t="5" overlaps the chunk before by 20 ticks',
  'mails to somebody@host, issue #5, a=b',
  'a text with a question? Yes',
])('%s stays as it is', (text) => {
  expect(redactText(text)).toBe(text);
});

test('a URL is one, whatever characters it holds', () => {
  expect(redactUrl('https://host/a?b=secret secret "secret')).toBe('https://host/a?b=…');
  expect(redactUrl('https://host/a b#secret secret')).toBe('https://host/a b#…');
});

test('what is redacted stays the same when it is redacted again', () => {
  const piece = fc.constantFrom(
    'https://',
    'h',
    '/',
    '?',
    '#',
    '=',
    '&',
    '@',
    'key',
    'eyJ12345678',
    '.',
    '~',
    ' ',
    '…',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const once = redactText(pieces.join(''));
      expect(redactText(once)).toBe(once);
    }),
  );
});

const MEGABYTE = 1024 * 1024;

// Each took quadratic time.
test.each([
  '?',
  '&',
  '#',
  '/',
  'a.',
  'a-',
  'eyJ-',
  'eyJ12345678.',
  '/key=',
  '=',
  '://',
  '@',
  '//@',
  '~acl=',
  'x?',
  '<',
])('a megabyte of %j is redacted', (piece) => {
  const text = piece.repeat(MEGABYTE / piece.length);
  expect(redactText(text)).toHaveLength(redactText(text).length);
  const error = new SmoothError('network-failed', { url: `https://host/${text}` });
  expect(error.message).toContain('host');
  expect(JSON.stringify(error)).toContain('host');
});
