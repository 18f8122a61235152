import { expect, test } from 'vitest';
import {
  type BandwidthModel,
  expectedRate,
  forecastBandwidth,
  learnBandwidth,
  type ThroughputSample,
} from '../../../src/heuristics/bandwidth-model.ts';
import {
  addResponse,
  beginSpan,
  cutSample,
  endSpan,
  leastRate,
} from '../../../src/heuristics/throughput-samples.ts';
import fc from '../../support/properties.ts';

/** One second of receiving at each rate, from a moment on. */
const seconds = (rates: readonly number[], from = 0): ThroughputSample[] =>
  rates.map((bits, index) => ({ bits, duration: 1, at: from + index + 0.5 }));
const learn = (samples: readonly ThroughputSample[], known?: BandwidthModel) =>
  samples.reduce<BandwidthModel | undefined>((model, sample) => learnBandwidth(model, sample), known);
const rateAfter = (samples: readonly ThroughputSample[]) => {
  const model = learn(samples);
  return model ? expectedRate(model) : Number.NaN;
};
const steady = (rate: number, count: number) => Array.from({ length: count }, () => rate);
const sum = (shares: Float64Array) => shares.reduce((total, share) => total + share, 0);

/** How far the logarithms of a forecast's rates lie from their mean. */
const spreadOf = (belief: Float64Array) => {
  const mean = belief.reduce((total, share, place) => total + share * place, 0);
  return Math.sqrt(belief.reduce((total, share, place) => total + share * (place - mean) ** 2, 0));
};

test.each([
  { name: 'one second is enough', rates: [3e6], from: 2.2e6, to: 3.8e6 },
  { name: 'a steady network', rates: steady(3e6, 20), from: 2.8e6, to: 3.2e6 },
  { name: 'a drop is believed in two seconds', rates: [...steady(8e6, 20), 1e6, 1e6], from: 0.8e6, to: 2e6 },
  { name: 'so is a rise', rates: [...steady(1e6, 20), 8e6, 8e6], from: 4e6, to: 9e6 },
])('expected rate: $name', ({ rates, from, to }) => {
  expect(rateAfter(seconds(rates))).toBeGreaterThan(from);
  expect(rateAfter(seconds(rates))).toBeLessThan(to);
});

test('a steady network is trusted more than a variable one, and both less the further ahead', () => {
  const calm = learn(seconds(steady(3e6, 60)));
  const variable = learn(seconds(Array.from({ length: 60 }, (_, index) => (index % 7 < 3 ? 1e6 : 5e6))));
  if (!calm || !variable) throw new Error('no model');
  const spread = (model: BandwidthModel, ahead: number) =>
    spreadOf(forecastBandwidth(model, ahead, 2).belief);
  expect(spread(calm, 2)).toBeLessThan(spread(variable, 2));
  expect(spread(calm, 1)).toBeLessThan(spread(calm, 30));
});

test('a response from a cache is no sample of the network', () => {
  const known = learn(seconds(steady(2e6, 5)));
  const cached = learn([{ bits: 4e6, duration: 0.005, at: 6 }], known);
  expect(known && cached && expectedRate(cached)).toBe(known && expectedRate(known));
});

test('an outage says nothing about the rates that follow', () => {
  const rates = [...Array(20).fill(4e6), ...Array(40).fill(100), 4e6, 4e6];
  let model: BandwidthModel | undefined;
  rates.forEach((bits, index) => {
    model = learnBandwidth(model, { bits, duration: 1, at: index + 0.5 });
  });
  if (!model) throw new Error('nothing was learnt');
  expect(expectedRate(model)).toBeGreaterThan(3e6);
  expect(Math.exp(model.mean)).toBeGreaterThan(2e6);
});

test('a network that stays fast is believed after all', () => {
  const burst = Array.from({ length: 30 }, (_, index) => ({ bits: 4e6, duration: 0.02, at: 6 + index }));
  const after = learn(burst, learn(seconds(steady(2e6, 5))));
  expect(after && expectedRate(after)).toBeGreaterThan(20e6);
});

test.each([
  { name: 'at least as fast as that is believed at once', least: 24e6, fast: true },
  { name: 'that may be as slow as before is not', least: 1e6, fast: false },
  { name: 'of which nothing more is known is not', least: undefined, fast: false },
])('a burst on a network $name', ({ least, fast }) => {
  const before = learn(seconds(steady(2e6, 5)));
  const after = learn([{ bits: 4e6, duration: 0.02, at: 6, least }], before);
  expect(after && Math.exp(after.mean) > 3e6).toBe(fast);
  expect(after?.skipped).toBe(fast ? 0 : 1);
});

test('whatever was measured, a forecast is finite and its shares add up to one', () => {
  const sample = fc.record({
    bits: fc.double({ min: 0, max: 1e10, noNaN: true }),
    duration: fc.double({ min: 0, max: 100, noNaN: true }),
    at: fc.double({ min: 0, max: 1000, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), (samples) => {
      const model = learn(samples);
      if (!model) return;
      const { belief, usual, taps, jump, noise, typical } = forecastBandwidth(model, 3, 2);
      for (const shares of [belief, usual]) expect(sum(shares)).toBeCloseTo(1, 5);
      expect(sum(taps) + jump).toBeCloseTo(1, 5);
      expect(noise).toBeGreaterThan(0);
      expect(Number.isFinite(typical) && Number.isFinite(expectedRate(model))).toBe(true);
    }),
  );
});

test('samples end after a second of receiving, and lose no byte', () => {
  const begin = { from: 10, bytes: 500 };
  expect(cutSample(begin, { from: 10.9, bytes: 900 })).toEqual({ span: begin });
  expect(cutSample(begin, { from: 11.5, bytes: 2000 })).toEqual({
    span: { from: 11.5, bytes: 2000, continues: true },
    sample: { bits: 12_000, duration: 1.5, at: 10.75 },
  });
});

test.each([
  { name: 'the rest is a sample', now: { from: 10.5, bytes: 20_500 }, bits: 160_000 },
  { name: 'a moment says nothing', now: { from: 10.001, bytes: 20_500 }, bits: undefined },
  { name: 'few bytes say nothing', now: { from: 10.1, bytes: 1500 }, bits: undefined },
  { name: 'few bytes that took long are a sample', now: { from: 10.5, bytes: 1500 }, bits: 8000 },
  { name: 'so are few at the end of many', continues: true, now: { from: 10.1, bytes: 1500 }, bits: 8000 },
  { name: 'a short silence says nothing', now: { from: 10.3, bytes: 500 }, bits: undefined },
  { name: 'a long silence is an outage', now: { from: 10.8, bytes: 500 }, bits: 0 },
])('at the end of a download: $name', ({ now, bits, continues = false }) => {
  expect(endSpan({ from: 10, bytes: 500, continues }, now).sample?.bits).toBe(bits);
});

test('downloads that are too small for a sample make one together', () => {
  let remainder: ReturnType<typeof endSpan>['remainder'];
  const bits = [1, 2, 3, 4].map((from) => {
    const end = endSpan(beginSpan({ from, bytes: 0 }, remainder), { from: from + 0.01, bytes: 5000 });
    remainder = end.remainder;
    return end.sample?.bits;
  });
  expect(bits).toEqual([undefined, undefined, undefined, 160_000]);
  expect(remainder).toBeUndefined();
});

const USUAL = 0.04;

test.each([
  { name: 'counts from the request', requests: [[9.9, 0.05]], least: 1_600_000 },
  {
    name: 'of two counts from the first',
    requests: [
      [9.9, 0.05],
      [9.8, 0.2],
    ],
    least: 800_000,
  },
  {
    name: 'may come from a cache that is faster than the network',
    requests: [[9.9, 0.015]],
    least: undefined,
  },
  {
    name: 'may come in part from a cache',
    requests: [
      [9.9, 0.05],
      [9.99, 0.002],
    ],
    least: undefined,
  },
  { name: 'has no request', requests: [], least: undefined },
])('the least rate of what $name', ({ requests, least }) => {
  let span: Parameters<typeof addResponse>[0] = { from: 9.95, bytes: 500 };
  for (const [requestedAt = 0, firstByte = 0] of requests)
    span = addResponse(span, { requestedAt, firstByte, bytes: 500 });
  const rate = leastRate(span, { from: 10, bytes: 20_500 }, USUAL);
  if (least === undefined) expect(rate).toBeUndefined();
  else expect(rate).toBeCloseTo(least, 0);
});

test('few bytes, and the rest after a sample, say nothing about the least rate', () => {
  const response = { requestedAt: 9.9, firstByte: 0.05, bytes: 500 };
  const span = addResponse({ from: 9.95, bytes: 500 }, response);
  expect(leastRate(span, { from: 10, bytes: 1500 }, USUAL)).toBeUndefined();
  const { span: rest } = cutSample(span, { from: 11, bytes: 90_000 });
  expect(leastRate(addResponse(rest, response), { from: 11.1, bytes: 190_000 }, USUAL)).toBeUndefined();
});
