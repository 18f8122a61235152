import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { learnBandwidth } from '../../../src/heuristics/bandwidth-model.ts';
import { chooseFirst } from '../../../src/heuristics/choose-first.ts';
import { chooseQuality } from '../../../src/heuristics/choose-quality.ts';
import { UNKNOWN_SIZES } from '../../../src/heuristics/chunk-sizes.ts';
import type { QualityInput } from '../../../src/heuristics/quality-input.ts';
import fc from '../../support/properties.ts';

const [low, middle, high] = [{ bitrate: 250_000 }, { bitrate: 1_000_000 }, { bitrate: 4_000_000 }];

/** A network that delivered each of the rates, in Mbit/s, for a second. */
const network = (...rates: readonly number[]) =>
  rates.reduce<QualityInput['bandwidth']>(
    (known, mbps, at) => learnBandwidth(known, { bits: mbps * 1e6, duration: 1, at }),
    undefined,
  );
const steady = (mbps: number) => network(...Array.from({ length: 20 }, () => mbps));

const sought: QualityInput = {
  levels: [low, middle, high],
  current: middle,
  estimate: 2e6,
  measured: true,
  bufferAhead: seconds(0),
  awaited: seconds(0),
  bufferGoal: seconds(30),
  chunkDuration: seconds(2),
  bandwidth: steady(20),
  now: 20,
  firstByte: 0.05,
  reserved: 0,
  sizes: UNKNOWN_SIZES,
  knownBytes: [],
  plan: undefined,
};

test.each<{ name: string; when: Partial<QualityInput>; level: { bitrate: number }; reason: string }>([
  { name: 'a fast network: the best', when: { bandwidth: steady(60) }, level: high, reason: 'seek' },
  { name: 'one that carries less at once: what it does', when: {}, level: middle, reason: 'seek' },
  { name: 'a slow network: the lowest', when: { bandwidth: steady(3) }, level: low, reason: 'seek' },
  {
    name: 'one as fast just now, but restless: lower',
    when: { bandwidth: network(...Array.from({ length: 20 }, (_, at) => (at % 2 ? 60 : 4))) },
    level: middle,
    reason: 'seek',
  },
  {
    name: 'a picture late in its chunk: lower',
    when: { bandwidth: steady(60), awaited: seconds(1.8) },
    level: middle,
    reason: 'seek',
  },
  { name: 'audio needs its share', when: { reserved: 15e6 }, level: low, reason: 'seek' },
  {
    name: 'sizes known, and small: the best',
    when: { knownBytes: [20_000, 30_000, 40_000] },
    level: high,
    reason: 'seek',
  },
  {
    name: 'a start with a known network',
    when: { current: undefined, bandwidth: steady(60) },
    level: high,
    reason: 'start',
  },
  {
    name: 'a start without one: what arrives soon',
    when: { current: undefined, bandwidth: undefined, measured: false, estimate: 4e6 },
    level: middle,
    reason: 'start',
  },
  {
    name: 'nothing is awaited nor measured: as before',
    when: { awaited: undefined, measured: false },
    level: middle,
    reason: 'hold',
  },
  {
    name: 'nothing is awaited, and the network carries more: up',
    when: { awaited: undefined, estimate: high.bitrate * 2 },
    level: high,
    reason: 'up',
  },
  {
    name: 'or less: down',
    when: { awaited: undefined, estimate: low.bitrate },
    level: low,
    reason: 'down',
  },
  { name: 'one level only', when: { levels: [low] }, level: low, reason: 'only' },
])('$name', ({ when, level, reason }) => {
  expect(chooseFirst({ ...sought, ...when })).toMatchObject({ level, reason });
});

test('an awaited picture is not planned for, and the plan stays for what follows', () => {
  const { plan } = chooseQuality({ ...sought, awaited: undefined });
  expect(chooseQuality({ ...sought, plan })).toEqual({ level: middle, reason: 'seek', plan });
});

test('a faster network never means a lower level, nor a picture that lies deeper a higher one', () => {
  const levelOf = (mbps: number, into: number) =>
    chooseFirst({ ...sought, bandwidth: steady(mbps), awaited: seconds(into) }).level.bitrate;
  const rate = fc.double({ min: 0.1, max: 60, noNaN: true });
  const into = fc.double({ min: 0, max: 2, noNaN: true });
  fc.assert(
    fc.property(rate, rate, into, into, (a, b, c, d) => {
      const [slow, fast] = a < b ? [a, b] : [b, a];
      const [near, deep] = c < d ? [c, d] : [d, c];
      expect(levelOf(fast, near)).toBeGreaterThanOrEqual(levelOf(slow, near));
      expect(levelOf(slow, deep)).toBeLessThanOrEqual(levelOf(slow, near));
    }),
    { numRuns: 60 },
  );
});
