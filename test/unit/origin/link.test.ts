import { expect, test } from 'vitest';
import { type BandwidthSteps, bitsUntil, Link, momentOf } from '../../../demo/origin/link.ts';
import fc from '../../support/properties.ts';

test.each<{ name: string; steps: BandwidthSteps; moment: number; bits: number }>([
  { name: 'steady', steps: [[1, 8e6]], moment: 2.5, bits: 20e6 },
  {
    name: 'within the first step',
    steps: [
      [10, 1e6],
      [5, 4e6],
    ],
    moment: 4,
    bits: 4e6,
  },
  {
    name: 'within the second',
    steps: [
      [10, 1e6],
      [5, 4e6],
    ],
    moment: 12,
    bits: 18e6,
  },
  {
    name: 'around again',
    steps: [
      [10, 1e6],
      [5, 4e6],
    ],
    moment: 16,
    bits: 31e6,
  },
  {
    name: 'a tunnel',
    steps: [
      [10, 1e6],
      [5, 0],
    ],
    moment: 14,
    bits: 10e6,
  },
])('$name: so many bits have passed', ({ steps, moment, bits }) => {
  expect(bitsUntil(steps, moment)).toBeCloseTo(bits, 0);
});

test('bits wait for the end of a tunnel', () => {
  expect(
    momentOf(
      [
        [10, 1e6],
        [5, 0],
      ],
      10.5e6,
    ),
  ).toBeCloseTo(15.5, 6);
});

test('a line that lets nothing pass never does', () => {
  expect(momentOf([[1, 0]], 1)).toBe(Number.POSITIVE_INFINITY);
});

test('the moment at which bits have passed is one by which so many have', () => {
  const step = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 1e7 }));
  const steps = fc
    .array(step, { minLength: 1, maxLength: 6 })
    .filter((list) => list.some(([, rate]) => rate > 0));
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 1e9 }), (line, bits) => {
      expect(bitsUntil(line, momentOf(line, bits)) / bits).toBeCloseTo(1, 6);
    }),
  );
});

test('pieces of two responses share the line, and what was idle is lost', () => {
  const line = new Link([[1, 8e6]], 100);
  expect(line.send(500_000, 100)).toBeCloseTo(100.5);
  expect(line.send(500_000, 100)).toBeCloseTo(101);
  expect(line.send(1_000_000, 110)).toBeCloseTo(111);
});
