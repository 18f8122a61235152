import { expect, test } from 'vitest';
import {
  type ExactInteger,
  minus,
  parseInteger,
  parseSafe,
  plus,
  times,
} from '../../../src/manifest/exact-integer.ts';
import fc from '../../support/properties.ts';

const anyWhole = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat().map(BigInt));
const whole = (value: bigint): ExactInteger => parseInteger(String(value)) ?? -1;

test('reads and reckons exactly, and each value has one form', () => {
  fc.assert(
    fc.property(anyWhole, anyWhole, (a, b) => {
      expect(BigInt(whole(a))).toBe(a);
      expect(typeof whole(a)).toBe(a <= Number.MAX_SAFE_INTEGER ? 'number' : 'bigint');
      expect(BigInt(plus(whole(a), whole(b)))).toBe(a + b);
      expect(BigInt(times(whole(a), whole(b)))).toBe(a * b);
      const [small, large] = a < b ? [a, b] : [b, a];
      expect(minus(whole(large), whole(small)) === whole(large - small)).toBe(true);
      expect(minus(plus(whole(a), whole(b)), whole(b)) === whole(a)).toBe(true);
    }),
  );
});

test.each([
  '',
  ' ',
  '-1',
  '+1',
  '1.0',
  '1e9',
  '0x10',
  'NaN',
  'Infinity',
  '1 2',
  '١',
  '18446744073709551616',
  '9'.repeat(1_000_000),
])('no number: %#', (text) => {
  expect(parseInteger(text)).toBeUndefined();
});

test('what a double would round is not safe', () => {
  expect(parseSafe('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  expect(parseSafe('9007199254740992')).toBeUndefined();
  expect(parseSafe(' 007 ')).toBe(7);
});
