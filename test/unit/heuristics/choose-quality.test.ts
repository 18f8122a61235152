import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { considerAbandoning } from '../../../src/heuristics/abandon.ts';
import {
  type BandwidthModel,
  expectedRate,
  learnBandwidth,
  scaleBandwidth,
} from '../../../src/heuristics/bandwidth-model.ts';
import { chooseQuality } from '../../../src/heuristics/choose-quality.ts';
import { UNKNOWN_SIZES } from '../../../src/heuristics/chunk-sizes.ts';
import type { QualityInput } from '../../../src/heuristics/quality-input.ts';
import { VALUE_TUNING, type ValueTuning } from '../../../src/heuristics/value.ts';
import fc from '../../support/properties.ts';

const [low, middle, high] = [{ bitrate: 500_000 }, { bitrate: 1_500_000 }, { bitrate: 4_000_000 }];

/** A network that delivered each of the rates for a second. */
function measured(rates: readonly [number, ...number[]]): BandwidthModel {
  const [first, ...rest] = rates;
  let bandwidth = learnBandwidth(undefined, { bits: first, duration: 1, at: 0.5 });
  rest.forEach((bits, index) => {
    bandwidth = learnBandwidth(bandwidth, { bits, duration: 1, at: index + 1.5 });
  });
  return bandwidth;
}
const steady = (rate: number) => measured([rate, ...Array.from({ length: 19 }, () => rate)]);

const base: QualityInput = {
  levels: [low, middle, high],
  current: middle,
  estimate: 2e6,
  measured: true,
  bufferAhead: seconds(20),
  bufferGoal: seconds(30),
  chunkDuration: seconds(2),
  bandwidth: steady(2e6),
  now: 20,
  firstByte: 0.05,
  reserved: 0,
  sizes: UNKNOWN_SIZES,
  knownBytes: [],
  plan: undefined,
};
const tall = {
  levels: [{ bitrate: 3e6 }, { bitrate: 9e6 }, { bitrate: 24e6 }],
  current: { bitrate: 24e6 },
} as const;
const unmeasured = { bandwidth: undefined, measured: false };
const start = { ...unmeasured, current: undefined, bufferAhead: seconds(0) };

test.each<{ name: string; when: Partial<QualityInput>; level: { bitrate: number }; reason: string }>([
  { name: 'one level only: that one', when: { levels: [low] }, level: low, reason: 'only' },
  {
    name: 'first fragment: what arrives soon',
    when: { ...start, estimate: 3e6 },
    level: low,
    reason: 'start',
  },
  { name: 'a start value that is high', when: { ...start, estimate: 30e6 }, level: high, reason: 'start' },
  {
    name: 'first fragment on a known network: at once the level it sustains',
    when: { current: undefined, bufferAhead: seconds(0), bandwidth: steady(40e6) },
    level: high,
    reason: 'start',
  },
  { name: 'nothing measured yet: no change', when: unmeasured, level: middle, reason: 'hold' },
  { name: 'fast and full: up', when: { bandwidth: steady(9e6) }, level: high, reason: 'up' },
  {
    name: 'so fast that the fragment costs next to nothing: up, however shallow',
    when: { bandwidth: steady(40e6), bufferAhead: seconds(2) },
    level: high,
    reason: 'up',
  },
  { name: 'enough for this level: hold', when: { bufferAhead: seconds(8) }, level: middle, reason: 'hold' },
  { name: 'a full buffer may be spent', when: { bufferAhead: seconds(28) }, level: high, reason: 'up' },
  {
    name: 'a dip is ridden out while the buffer is deep',
    when: { bandwidth: measured([2e6, 2e6, 2e6, 2e6, 2e6, 2e6, 2e6, 1.2e6]), bufferAhead: seconds(14) },
    level: middle,
    reason: 'hold',
  },
  {
    name: 'slow and shallow: down',
    when: { bandwidth: steady(1e6), bufferAhead: seconds(2.5) },
    level: low,
    reason: 'down',
  },
  {
    name: 'bitrates so high that a stall looks cheap beside them: down all the same',
    when: { ...tall, bandwidth: steady(12e6), bufferAhead: seconds(2) },
    level: tall.levels[1],
    reason: 'down',
  },
  {
    name: 'chunks so short that a stall looks long beside them: down all the same',
    when: { chunkDuration: seconds(1), current: high, bandwidth: steady(2.8e6), bufferAhead: seconds(1) },
    level: middle,
    reason: 'down',
  },
  {
    name: 'the bandwidth is shared: what is left counts',
    when: { bandwidth: steady(2e6), reserved: 1.2e6, bufferAhead: seconds(2.5) },
    level: low,
    reason: 'down',
  },
  {
    name: 'a fragment known to be huge is not requested when that would stall',
    when: { bufferAhead: seconds(4), knownBytes: [125_000, 2_000_000, 3_000_000] },
    level: low,
    reason: 'down',
  },
  {
    name: 'the level before is no longer allowed: the best below it',
    when: { levels: [low, middle], current: high, ...unmeasured },
    level: middle,
    reason: 'hold',
  },
])('$name', ({ when, level, reason }) => {
  expect(chooseQuality({ ...base, ...when })).toMatchObject({ level, reason });
});

/** Around 2 Mbit/s, but never the same for long. */
const restless = measured([
  ...([3e6, 1e6, 3.5e6, 0.6e6, 2.5e6, 3e6, 0.9e6, 2e6, 3.8e6, 1.1e6] as const),
  ...([2e6, 0.7e6, 3e6, 2e6, 1e6, 3e6, 2.2e6, 1.6e6, 2.4e6, 2e6] as const),
]);

test.each<{ name: string; bufferAhead: number; without: Partial<ValueTuning>; level: { bitrate: number } }>([
  { name: 'a thin buffer costs', bufferAhead: 2, without: { thinPrice: 0 }, level: low },
  { name: 'a stall costs by itself', bufferAhead: 2, without: { stallBase: 0 }, level: low },
  {
    name: 'a download can be given up',
    bufferAhead: 24,
    without: { giveUpAfter: Number.POSITIVE_INFINITY },
    level: high,
  },
])('on a network that varies, $name: another choice than without', ({ bufferAhead, without, level }) => {
  const input = { ...base, bandwidth: restless, bufferAhead: seconds(bufferAhead) };
  expect(chooseQuality(input).level).toBe(level);
  expect(chooseQuality(input, { ...VALUE_TUNING, ...without }).level).toBe(middle);
  expect(chooseQuality({ ...input, bandwidth: steady(2e6) }).level).toBe(middle);
});

test('a ladder of low bitrates on a fast network plays at its best from the second fragment on', () => {
  const levels = [{ bitrate: 57_019 }, { bitrate: 91_797 }] as const;
  const input = { ...base, levels, current: levels[0], bandwidth: measured([30e6]), now: 1.5 };
  for (const bufferAhead of [2, 4, 8, 20].map(seconds))
    expect(chooseQuality({ ...input, bufferAhead })).toMatchObject({ level: levels[1], reason: 'up' });
});

test('what a fast network brings in time is not given up, though hardly anything is left, as after a seek to the end of a chunk', () => {
  const levels = [
    { bitrate: 57_000 },
    { bitrate: 92_000 },
    { bitrate: 146_000 },
    { bitrate: 208_000 },
  ] as const;
  const [, , , best] = levels;
  const input = {
    ...base,
    levels,
    current: best,
    bandwidth: steady(40e6),
    bufferAhead: seconds(0.26),
    firstByte: 0.03,
  };
  expect(chooseQuality(input)).toMatchObject({ level: best, reason: 'hold' });
});

const rate = fc.double({ min: 1e4, max: 1e8, noNaN: true });
const level = fc.record({ bitrate: fc.integer({ min: 1, max: 1e8 }) });
const inputs = fc.record({
  levels: fc
    .array(level, { minLength: 1, maxLength: 10 })
    .map((levels) => levels.sort((a, b) => a.bitrate - b.bitrate)),
  current: fc.option(level, { nil: undefined }),
  estimate: fc.double({ min: 0, max: 1e9, noNaN: true }),
  bandwidth: fc.option(
    fc.tuple(rate, rate, rate).map((rates) => measured(rates)),
    { nil: undefined },
  ),
  now: fc.double({ min: 0, max: 1000, noNaN: true }),
  firstByte: fc.double({ min: 0, max: 10, noNaN: true }),
  reserved: fc.double({ min: 0, max: 1e7, noNaN: true }),
  bufferAhead: fc.double({ min: 0, max: 100, noNaN: true }).map(seconds),
  bufferGoal: fc.double({ min: 0, max: 100, noNaN: true }).map(seconds),
  chunkDuration: fc.double({ min: 0.1, max: 20, noNaN: true }).map(seconds),
});

const littleBuffer = { bufferAhead: seconds(1.1) };

test.each<{ name: string; when: Partial<QualityInput>; reason?: string }>([
  { name: 'more bandwidth than the highest level takes', when: {}, reason: 'hold' },
  { name: 'the same, from the lowest level', when: { current: low }, reason: 'up' },
  { name: 'the same, without any level before', when: { current: undefined }, reason: 'start' },
  { name: 'hardly more of it', when: { bandwidth: steady(5e6) } },
  { name: 'half as much of it', when: { bandwidth: steady(10e6) }, reason: 'hold' },
  { name: 'that, and little in the buffer', when: { ...littleBuffer, bandwidth: steady(10e6) } },
  { name: 'far more bandwidth', when: { ...littleBuffer, bandwidth: steady(50e6) }, reason: 'hold' },
  {
    name: 'far more bandwidth, and hardly anything in the buffer',
    when: { bufferAhead: seconds(0.9), bandwidth: steady(50e6) },
  },
  { name: 'another stream that takes the rest', when: { reserved: 12e6 } },
])('the highest level is chosen without a plan only when that is certain: $name', ({ when, reason }) => {
  const choice = chooseQuality({ ...base, current: high, bandwidth: steady(20e6), ...when });
  expect(choice.plan === undefined).toBe(reason !== undefined);
  if (reason) expect(choice).toMatchObject({ level: high, reason });
});

test('values are not solved again while the network stays the same, and are when it changes', () => {
  let { plan } = chooseQuality(base);
  const again = (bandwidth: BandwidthModel) => {
    const before = plan?.values.table;
    plan = chooseQuality({ ...base, bandwidth, plan }).plan;
    return plan?.values.table !== before;
  };
  const solved = Array.from({ length: 30 }, () => again(steady(2e6)));
  expect([solved[0], solved.at(-1)]).toEqual([true, false]);
  expect(again(steady(1e6))).toBe(true);
});

test('always gives one of the levels, and a reason', () => {
  fc.assert(
    fc.property(inputs, ({ levels, ...input }) => {
      const [first, ...rest] = levels;
      if (!first) return;
      const { level, reason, plan } = chooseQuality({ ...base, ...input, levels: [first, ...rest] });
      expect(levels).toContain(level);
      expect(reason).not.toBe('');
      expect(plan?.values.table.every((value) => Number.isFinite(value)) ?? true).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("a page's own estimate counts as if it had been measured", () => {
  const when = { ...base, bufferAhead: seconds(4) };
  expect(chooseQuality({ ...when, bandwidth: steady(2e6) }).level).toBe(middle);
  expect(chooseQuality({ ...when, bandwidth: steady(2e6), correction: 10 }).level).toBe(high);
  expect(chooseQuality({ ...when, bandwidth: steady(2e6), correction: 0.2 }).level).toBe(low);
  expect(expectedRate(scaleBandwidth(steady(2e6), 3))).toBeCloseTo(6e6, -6);
});

test('a plan for other levels does no harm', () => {
  const { plan } = chooseQuality({ ...base, levels: [low, high] });
  expect(chooseQuality({ ...base, bufferAhead: seconds(8), plan })).toMatchObject({ level: middle });
});

test('a recorded session replays to the same choices', () => {
  const rates = Array.from({ length: 40 }, (_, index) => 2e6 * (1 + 0.8 * Math.sin(index * index)));
  const replay = () => {
    let bandwidth: BandwidthModel | undefined;
    let input = base;
    return rates.map((bits, index) => {
      bandwidth = learnBandwidth(bandwidth, { bits, duration: 1, at: index * 2 });
      const bufferAhead = seconds(5 + (index % 20));
      const facts = { estimate: expectedRate(bandwidth), now: index * 2 + 1, bufferAhead };
      const { level, reason, plan } = chooseQuality({ ...input, ...facts, bandwidth });
      input = { ...input, current: level, plan };
      return { level, reason };
    });
  };
  const first = replay();
  expect(replay()).toEqual(first);
  expect(new Set(first.map(({ level }) => level)).size).toBeGreaterThan(1);
});

/** The highest level was requested at 5 Mbit/s. */
const plan = chooseQuality({ ...base, bandwidth: steady(5e6) }).plan;
const broken = measured([5e6, 5e6, 5e6, 5e6, 3e5, 2e5, 2e5]);
const download = {
  ...base,
  current: high,
  level: 2,
  received: 100_000,
  expected: 1_000_000,
  bandwidth: broken,
};

test.each([
  { name: 'slower than the buffer lasts: a lower level', when: { bufferAhead: seconds(4) }, to: 0 },
  { name: 'the buffer lasts: go on', when: { bandwidth: steady(5e6) }, to: undefined },
  {
    name: 'nearly complete: go on',
    when: { received: 990_000, bufferAhead: seconds(1) },
    to: undefined,
  },
  {
    name: 'no other would be smaller: go on',
    when: { bufferAhead: seconds(4), knownBytes: [950_000, 960_000, 1_000_000] },
    to: undefined,
  },
  { name: 'already the lowest: go on', when: { level: 0, bufferAhead: seconds(1) }, to: undefined },
])('abandon: $name', ({ when, to }) => {
  if (!plan) throw new Error('there is no plan');
  expect(considerAbandoning({ ...download, plan, ...when })).toBe(to);
});
