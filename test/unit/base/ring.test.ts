import { expect, test } from 'vitest';
import { Ring } from '../../../src/base/ring.ts';

test('keeps the newest, and no more than its cap', () => {
  const ring = new Ring<number>(5);
  for (let i = 0; i < 50; i += 1) ring.add(i);
  expect(ring.entries).toEqual([45, 46, 47, 48, 49]);
  expect(ring.last).toBe(49);
});
