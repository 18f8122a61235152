import { expect, test } from 'vitest';
import { SmoothError } from '../../../src/base/errors.ts';

const URL = 'https://user:secret@host/title.ism/Manifest?token=secret&id=secret';
const WITHOUT = 'https://…@host/title.ism/Manifest?token=…&id=…';

test('what is written to logs holds no query and no credentials, causes included', () => {
  const cause = new SmoothError('network-status', { url: URL, status: 500 });
  const error = new SmoothError('network-failed', { url: URL }, { cause });
  expect(JSON.stringify(error)).not.toContain('secret');
  expect(error.toJSON()).toMatchObject({
    details: { url: WITHOUT },
    cause: { details: { url: WITHOUT, status: 500 } },
  });
  // For the page itself, that has to ask again.
  expect(error.details.url).toBe(URL);
});

test('what has no URL is told as it is', () => {
  const error = new SmoothError('manifest-truncated', { line: 7 }, { cause: new RangeError('far') });
  expect(error.toJSON()).toMatchObject({ details: { line: 7 }, cause: 'RangeError: far' });
});

test.each([
  ['https://host/a.ism/Manifest?secret', 'a value without a name'],
  ['https://host/a.ism/Manifest#secret', 'a fragment'],
  ['https://host/hdnts=exp=1~hmac=secret/a.ism/Manifest', 'a token in the path'],
  ['https://host/a.ism/Manifest?a=1 secret', 'what stands behind a space'],
])('message and log of an error about %s hide the secret: %s', (url) => {
  const causes = [
    new SmoothError('network-failed', { url }),
    new TypeError(`failed to fetch ${url.replace(' ', '%20')}`, {
      cause: new Error(url.replace(' ', '%20')),
    }),
  ];
  for (const cause of causes) {
    const error = new SmoothError(
      'fragment-malformed',
      { box: 'moof', offset: 0, problem: 'none', url },
      { cause },
    );
    expect(error.message).not.toContain('secret');
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(JSON.stringify(error)).toContain('https://host/');
  }
  const told = new SmoothError('media-append', { stream: 'video', problem: `no ${url.replace(' ', '+')}` });
  expect(told.message + JSON.stringify(told)).not.toContain('secret');
});
