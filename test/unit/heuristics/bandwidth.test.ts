import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Bandwidth,
  type BandwidthSample,
  expectedBandwidth,
  learnBandwidth,
  NO_BANDWIDTH,
} from '../../../src/heuristics/bandwidth.ts';

/** Fragments of two seconds' length in time, over a line of so many bits per second. */
const over = (bitsPerSecond: number, count: number): BandwidthSample[] =>
  Array.from({ length: count }, () => ({ bytes: bitsPerSecond / 4, duration: 2 }));
const learn = (samples: readonly BandwidthSample[], known: Bandwidth = NO_BANDWIDTH) =>
  samples.reduce((state, sample) => learnBandwidth(state, sample), known);

test('nothing measured, nothing expected', () => {
  expect(expectedBandwidth(NO_BANDWIDTH)).toBeUndefined();
});

test('a steady line is told from the first sample on', () => {
  for (const count of [1, 2, 10]) expect(expectedBandwidth(learn(over(3e6, count)))).toBeCloseTo(3e6, 0);
});

test('a drop is believed sooner than a rise', () => {
  const dropped = expectedBandwidth(learn(over(1e6, 2), learn(over(8e6, 20)))) ?? 0;
  const risen = expectedBandwidth(learn(over(8e6, 2), learn(over(1e6, 20)))) ?? 0;
  expect(dropped).toBeLessThan(3e6);
  expect(risen).toBeLessThan(4.5e6);
});

test('bodies too small to tell are left out', () => {
  expect(learn([{ bytes: 500, duration: 0.001 }])).toBe(NO_BANDWIDTH);
});

test('an answer from a cache is no sample of the line', () => {
  const known = learn(over(2e6, 5));
  const cached = learn([{ bytes: 500_000, duration: 0.005 }], known);
  expect(expectedBandwidth(cached)).toBe(expectedBandwidth(known));
});

test('a line that stays fast is believed after all', () => {
  const known = learn(over(2e6, 5));
  const fast = learn(
    Array.from({ length: 60 }, () => ({ bytes: 500_000, duration: 0.005 })),
    known,
  );
  expect(expectedBandwidth(fast)).toBeGreaterThan(20e6);
});

test('what is expected lies between the slowest and the fastest sample', () => {
  const sample = fc.record({
    bytes: fc.integer({ min: 4000, max: 1e7 }),
    duration: fc.double({ min: 0.05, max: 60, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), (samples) => {
      const rates = samples.map(({ bytes, duration }) => (bytes * 8) / duration);
      const expected = expectedBandwidth(learn(samples)) ?? Number.NaN;
      expect(expected).toBeGreaterThanOrEqual(Math.min(...rates) * 0.999);
      expect(expected).toBeLessThanOrEqual(Math.max(...rates) * 1.001);
    }),
  );
});
