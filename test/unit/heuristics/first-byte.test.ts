import { expect, test } from 'vitest';
import { firstByteWait } from '../../../src/heuristics/first-byte.ts';

test.each([
  { name: 'two seconds at least', expected: 0.05, bufferAhead: 1, wait: 2 },
  { name: 'ten times what is expected', expected: 0.5, bufferAhead: 1, wait: 5 },
  { name: 'half of the buffer', expected: 0.05, bufferAhead: 20, wait: 10 },
])('a first byte is waited for: $name', ({ expected, bufferAhead, wait }) => {
  expect(firstByteWait(expected, bufferAhead)).toBe(wait);
});
