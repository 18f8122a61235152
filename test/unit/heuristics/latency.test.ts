import { describe, expect, test } from 'vitest';
import {
  BACK_OFF,
  backOff,
  defaultTarget,
  followEdge,
  relaxBackOff,
} from '../../../src/heuristics/latency.ts';

test.each([
  { chunk: 2, lookAhead: 2, listed: 0, target: 7.5 },
  { chunk: 1, lookAhead: 2, listed: 0, target: 4 },
  { chunk: 2, lookAhead: 0, listed: 1, target: 5.5 },
  { chunk: 2, lookAhead: 0, listed: 3, target: 9.5 },
  { chunk: 6, lookAhead: 1, listed: 0, target: 16.5 },
  { chunk: 2, lookAhead: 2, listed: 0, delay: 0.2, target: 6.9 },
  { chunk: 2, lookAhead: 2, listed: 0, delay: 1.5, target: 7.5 },
  { chunk: 6, lookAhead: 1, listed: 0, delay: 0.5, target: 14.6 },
])(
  'chunks of $chunk s with $lookAhead ahead, requested $delay s after publication, are played $target s behind',
  ({ target, ...timing }) => {
    expect(defaultTarget(timing)).toBeCloseTo(target);
  },
);

test('stalls move the target away, time brings it back', () => {
  const once = backOff(0, 2, BACK_OFF.wait + BACK_OFF.stall);
  expect(once).toBe(1);
  expect(backOff(100, 2, BACK_OFF.wait)).toBe(8);
  expect(relaxBackOff(once, 1000)).toBe(0);
  expect(relaxBackOff(once, 10)).toBeCloseTo(0.98);
});

describe('at the edge', () => {
  const at = (facts: Partial<Parameters<typeof followEdge>[0]>) =>
    followEdge({ latency: 7.5, target: 7.5, bufferAhead: 3, chunk: 2, rate: 1, hasSettled: true, ...facts });

  test.each([
    { name: 'near the target nothing is done', facts: { latency: 7.65 }, step: { rate: 1, reason: 'near' } },
    { name: 'behind it plays faster', facts: { latency: 9 }, step: { rate: 1.08, reason: 'behind' } },
    { name: 'too near it plays slower', facts: { latency: 6.5 }, step: { rate: 0.95, reason: 'ahead' } },
    {
      name: 'a correction goes on to the target',
      facts: { latency: 7.7, rate: 1.04 },
      step: { rate: 1.02, reason: 'behind' },
    },
    { name: 'and ends there', facts: { latency: 7.55, rate: 1.02 }, step: { rate: 1, reason: 'near' } },
    { name: 'and not beyond', facts: { latency: 7.3, rate: 1.02 }, step: { rate: 1, reason: 'near' } },
    {
      name: 'with little buffer there is no hurry',
      facts: { latency: 9, bufferAhead: 0.4 },
      step: { rate: 1, reason: 'thin' },
    },
  ])('$name', ({ facts, step }) => {
    const found = at(facts);
    expect(found).toEqual({ kind: 'rate', ...step, rate: Math.min(step.rate, 1.05) });
  });

  test('what has just started too near seeks back, what plays does not', () => {
    expect(at({ latency: 5, hasSettled: false })).toEqual({ kind: 'jump' });
    expect(at({ latency: 6, hasSettled: false })).toMatchObject({ kind: 'rate' });
    expect(at({ latency: 5 })).toMatchObject({ kind: 'rate' });
  });

  test('far behind it jumps', () => {
    expect(at({ latency: 13 })).toEqual({ kind: 'jump' });
  });
});
