import { expect, test } from 'vitest';
import { ticks, timescale } from '../../../../src/base/time.ts';
import type { ChunkList } from '../../../../src/manifest/presentation.ts';
import { segmentClockOf } from '../../../../src/player/delivery/segment-clock.ts';

const scale = timescale(10_000_000);
const startingAt = (start: bigint, at = scale) => ({
  type: 'audio' as const,
  timescale: at,
  chunks: { start: ticks(start), length: 1 } as ChunkList,
});

test.each([
  { name: 'all streams from the origin on: no offset', origin: 0n, starts: [0n, 0n], offset: 0, zero: 0n },
  {
    name: 'a stream that begins later needs none',
    origin: 0n,
    starts: [0n, 3_000_000n],
    offset: 0,
    zero: 0n,
  },
  {
    name: 'a stream that begins 0.3 s earlier: a second of lead',
    origin: 63_000_000n,
    starts: [60_000_000n, 63_000_000n],
    offset: -1,
    zero: 53_000_000n,
  },
  {
    name: 'epoch times stay exact',
    origin: 17_000_000_000_000_123n,
    starts: [17_000_000_000_000_123n],
    offset: 0,
    zero: 17_000_000_000_000_123n,
  },
])('$name', ({ origin, starts, offset, zero }) => {
  const streams = starts.map((start) => startingAt(start));
  const clock = segmentClockOf({ origin: ticks(origin), timescale: scale, streams });
  expect(clock.offset + 0).toBe(offset);
  expect(clock.zeroOf({ timescale: scale })).toBe(zero);
});

test('streams on clocks of their own share one zero', () => {
  const audio = startingAt(0n, timescale(48_000));
  const streams = [startingAt(5_000_000n), audio];
  const clock = segmentClockOf({ origin: ticks(5_000_000), timescale: scale, streams });
  expect(clock.offset).toBe(-1);
  expect(clock.zeroOf(audio)).toBe(24_000n - 48_000n);
});
