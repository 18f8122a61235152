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
