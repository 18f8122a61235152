import { expect, test } from 'vitest';
import { rescale, seconds, ticks, timescale, toSeconds, toTicks } from '../../../src/base/time.ts';
import fc from '../../support/properties.ts';

const anyScale = fc.integer({ min: 1, max: 10_000_000 }).map(timescale);

test('ticks of a week come back from seconds', () => {
  fc.assert(
    fc.property(
      anyScale,
      fc.integer({ min: 0, max: 604_800 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (scale, whole, part) => {
        const time = ticks(BigInt(whole) * scale + BigInt(Math.floor(part * Number(scale))));
        expect(toTicks(toSeconds(time, scale), scale)).toBe(time);
      },
    ),
  );
});

test('another clock is never ahead, and less than a tick behind', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), anyScale, anyScale, (time, from, to) => {
      const behind = time * to - rescale(ticks(time), from, to) * from;
      expect(behind >= 0n && behind < from).toBe(true);
    }),
  );
});

test('moments before 0 round like all others', () => {
  expect(toTicks(seconds(-0.5), timescale(1000))).toBe(-500n);
  expect(rescale(ticks(-1), timescale(1000), timescale(10))).toBe(-1n);
});
