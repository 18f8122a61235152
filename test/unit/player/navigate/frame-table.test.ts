import { expect, test } from 'vitest';
import { frameAt, inShownOrder, middleOf } from '../../../../src/player/navigate/frame-table.ts';

/** Frames on a clock of 10 MHz, whose lengths alternate by a tick, as encoders write them. */
function table(framesPerSecond: number, count: number, from = 0) {
  const tick = (frame: number) => Math.round((frame * 1e7) / framesPerSecond) / 1e7;
  return Array.from({ length: count }, (_, i) => ({
    start: tick(from + i),
    duration: tick(from + i + 1) - tick(from + i),
  }));
}

test.each([24_000 / 1001, 25, 30_000 / 1001, 60_000 / 1001])(
  'at %d frames a second the middle of each frame is in that frame, ten hours in too',
  (framesPerSecond) => {
    const from = Math.round(36_000 * framesPerSecond);
    const frames = table(framesPerSecond, 240, from);
    // Browsers cut times to whole microseconds.
    const cut = (time: number) => Math.floor(time * 1e6) / 1e6;
    frames.forEach((frame, i) => {
      expect(frameAt(frames, cut(middleOf(frame)))).toBe(i);
      expect(frameAt(frames, cut(frame.start))).toBe(i);
    });
  },
);

test('before the first there is none', () => {
  expect(frameAt(table(25, 3, 25), 0.9)).toBe(-1);
});

test('frames are in the order of showing, each up to the next one', () => {
  const frames = inShownOrder([
    { start: 0, duration: 0.04 },
    { start: 0.12, duration: 0.04 },
    { start: 0.04, duration: 0.04 },
    { start: 0.08, duration: 0.03 },
  ]);
  expect(frames.map(({ start }) => start)).toEqual([0, 0.04, 0.08, 0.12]);
  for (const { duration } of frames) expect(duration).toBeCloseTo(0.04, 9);
});
