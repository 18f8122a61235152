import { expect, test } from 'vitest';
import { listAge } from '../../../../../src/player/live/lists/list-age.ts';

const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT';

test.each<{ name: string; headers?: Record<string, string>; age?: number; keptFor: number }>([
  { name: 'nobody says', keptFor: 0 },
  { name: 'none is kept', headers: { 'Cache-Control': 'no-store' }, keptFor: 0 },
  { name: 'for a while', headers: { 'Cache-Control': 'public, max-age=10' }, keptFor: 10 },
  {
    name: 'by caches on the way',
    headers: { 'Cache-Control': 'max-age=0, S-MaxAge=4' },
    keptFor: 4,
  },
  { name: 'in quotes', headers: { 'Cache-Control': 'max-age="3"' }, keptFor: 3 },
  { name: 'so old', headers: { 'Cache-Control': 'max-age=10', Age: '4' }, age: 4, keptFor: 10 },
  { name: 'older than it may be', headers: { 'Cache-Control': 'max-age=1', Age: '9' }, age: 9, keptFor: 9 },
  { name: 'dates', headers: { Date: DATE, Expires: DATE.replace(':37', ':45') }, keptFor: 8 },
  { name: 'one date tells nothing', headers: { Expires: DATE }, keptFor: 0 },
  { name: 'gone already', headers: { Date: DATE, Expires: DATE.replace(':49', ':40') }, keptFor: 0 },
  { name: 'nonsense', headers: { Age: '-1', 'Cache-Control': 'max-age=soon' }, keptFor: 0 },
])('the age of a list: $name', ({ headers, age, keptFor }) => {
  expect(listAge(headers && new Headers(headers))).toEqual({ age, keptFor });
});
