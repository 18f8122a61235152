import { describe, expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { resumePointOf, startTimeIn } from '../../../src/player/resume-point.ts';

const TICKS = timescale(10_000_000n);
/** A presentation whose 0 is so many seconds after the encoder's. */
const from = (seconds: bigint, isLive = true) => ({
  origin: ticks(seconds * 10_000_000n),
  timescale: TICKS,
  isLive,
});
/** Of encoders that count from the year 1. */
const YEAR_1 = 63_900_000_000n;

describe('where a title that is loaded again continues', () => {
  test.each([0n, 1_700_000_000n, YEAR_1])(
    'at the same moment, although the window moved: from %d s',
    (epoch) => {
      const point = resumePointOf(100, from(epoch), false);
      expect(startTimeIn(from(epoch + 60n), point)).toBeCloseTo(40, 4);
    },
  );

  test('at the start of the window, if the moment is no longer in it', () => {
    expect(startTimeIn(from(200n), resumePointOf(100, from(0n), false))).toBe(0);
  });

  test('at the live edge, if playback followed it', () => {
    expect(startTimeIn(from(60n), resumePointOf(100, from(0n), true))).toBe('live');
  });

  test('at the same moment, if the title is no longer live', () => {
    expect(startTimeIn(from(60n, false), resumePointOf(100, from(0n), true))).toBe(40);
  });

  test.each(['live', 12, new Date(0), undefined] as const)('a page’s own start time stays: %s', (start) => {
    expect(startTimeIn(from(60n), start)).toBe(start);
  });
});
