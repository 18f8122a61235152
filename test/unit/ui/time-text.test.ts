import { expect, test } from 'vitest';
import { bitrateText, clockText, spokenTime } from '../../../src/ui/time-text.ts';

test.each([
  { name: 'seconds have two digits', seconds: 5.9, like: 65, text: '0:05' },
  { name: 'minutes take the form of the whole', seconds: 65, like: 700, text: '01:05' },
  { name: 'hours show where the whole has them', seconds: 65, like: 3700, text: '0:01:05' },
  { name: 'hours alone', seconds: 3725, like: 3725, text: '1:02:05' },
  { name: 'never below nothing', seconds: -0.04, like: 60, text: '0:00' },
  { name: 'not known', seconds: Number.NaN, like: Number.NaN, text: '–:––' },
])('clock: $name', ({ seconds, like, text }) => {
  expect(clockText(seconds, { like })).toBe(text);
});

test.each([
  { seconds: 0, language: 'en', text: '0 seconds' },
  { seconds: 61, language: 'en', text: '1 minute, 1 second' },
  { seconds: 3600, language: 'en', text: '1 hour' },
  { seconds: 125, language: 'de', text: '2 Minuten, 5 Sekunden' },
  { seconds: Number.NaN, language: 'en', text: '' },
])('spoken in $language: $seconds s', ({ seconds, language, text }) => {
  expect(spokenTime(seconds, language)).toBe(text);
});

test('bitrates change their unit at a million', () => {
  expect([640_400, 999_000, 2_450_000].map((bits) => bitrateText(bits))).toEqual([
    '640 kbit/s',
    '999 kbit/s',
    '2.5 Mbit/s',
  ]);
});
