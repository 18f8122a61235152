import { expect, test } from 'vitest';
import { bodyNeed } from '../../../../src/player/delivery/body-need.ts';

const MEGABIT = 1_000_000;

test.each([
  { name: 'an empty buffer', ahead: 0, need: 'each' },
  { name: 'some seconds in the buffer', ahead: 5, need: 'pieces' },
  { name: 'a comfortable buffer', ahead: 20, need: 'whole' },
] as const)('with $name, a body that takes a while is needed: $need', ({ ahead, need }) => {
  expect(bodyNeed({ bits: MEGABIT, estimate: 10 * MEGABIT }, () => ahead)()).toBe(need);
  expect(bodyNeed({ bits: MEGABIT, estimate: undefined }, () => ahead)()).toBe(need);
});

test('what is expected to arrive at once is read as a whole, until it is late', () => {
  let now = 5000;
  const need = bodyNeed(
    { bits: 5 * MEGABIT, estimate: 100 * MEGABIT },
    () => 0,
    () => now,
  );
  expect(need()).toBe('whole');
  now += 100;
  expect(need()).toBe('whole');
  now += 100;
  expect(need()).toBe('each');
});
