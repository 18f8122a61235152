import { SAMPLE as CLIP } from '../../demo/sample/strip.ts';
import { expect, test } from './fixtures.ts';

const { framesPerSecond, frames: FRAMES } = CLIP;
const frameAt = (time: number) => Math.floor(time * framesPerSecond + 1e-3);

/** Numbers from 0 to 1, the same in each run. */
function* numbers(seed = 20): Generator<number> {
  for (let state = seed; ; state = (state * 48_271) % 2_147_483_647) yield state / 2_147_483_647;
}

test('picture and time agree to the frame after each of 20 seeks', async ({ player }) => {
  await player.load();
  await player.until(() => video.readyState >= 2);
  const random = numbers(987_654_321);
  const seen = [];
  for (let i = 0; i < 20; i += 1) {
    // The middle of a frame, so that rounding doesn't matter.
    const frame = Math.floor((random.next().value ?? 0) * (FRAMES - 1));
    const { frame: shown, currentTime } = await player.evaluate(
      (time) => seekTo(time),
      (frame + 0.5) / framesPerSecond,
    );
    seen.push({ wanted: frame, shown, clock: frameAt(currentTime) });
  }
  expect(seen).toEqual(seen.map(({ wanted }) => ({ wanted, shown: wanted, clock: wanted })));
});

test('every change of quality is without a stall, a repeated or a lost frame', async ({ player }) => {
  await player.load();
  await player.evaluate(() => smooth.configure({ heuristics: { capToSize: false } }));
  await player.play();
  const bitrates = await player.evaluate(() => smooth.qualities.map(({ bitrate }) => bitrate));
  // Up and down over every step, between levels with and without B-frames; each applies from the next chunk on.
  const order = [5, 0, 3, 1, 4, 2, 5, 0];
  for (const index of order) {
    await player.evaluate((bitrate) => smooth.setQuality(bitrate, { switch: 'now' }), bitrates[index] ?? 0);
    await player.page.waitForFunction(
      (bitrate) => smooth.playingQuality?.bitrate === bitrate,
      bitrates[index],
    );
  }
  // It plays before its first picture has been read.
  await player.page.waitForFunction((level) => pictures.at(-1)?.level === level, order.at(-1));
  const shown = await player.evaluate(() => {
    video.pause();
    return pictures;
  });
  const levels = shown.map(({ level }) => level);
  // The first choice may have been playing before.
  expect(levels.filter((level, i) => level !== levels[i - 1]).slice(-order.length)).toEqual(order);
  expect(await player.stalls()).toEqual([]);
  expect(shown.filter(({ frame }) => frame === undefined)).toEqual([]);
  // Each picture is at the time of its number, in all levels: none twice at different times, none moved.
  const misplaced = shown.filter(
    ({ frame, mediaTime }) => frame !== frameAt(mediaTime + 0.5 / framesPerSecond - 0.02),
  );
  expect(misplaced).toEqual([]);
  const steps = shown.slice(1).map((picture, i) => {
    const before = shown[i];
    return {
      at: picture.frame,
      frames: (picture.frame ?? Number.NaN) - (before?.frame ?? Number.NaN),
      // Presented, or dropped by a browser that had no time to show it.
      presented: picture.presentedFrames - (before?.presentedFrames ?? Number.NaN),
      dropped: picture.dropped - (before?.dropped ?? Number.NaN),
    };
  });
  // Repeated: a frame that follows itself or a later one. Lost: one that was neither presented nor dropped for lack of
  // time.
  expect(steps.filter(({ frames }) => !(frames > 0))).toEqual([]);
  const lost = steps.filter(({ frames, presented }) => frames !== presented);
  const sum = (of: (step: (typeof steps)[number]) => number) =>
    steps.reduce((total, step) => total + of(step), 0);
  expect(
    sum(({ frames, presented }) => Math.max(0, frames - presented)),
    JSON.stringify(lost),
  ).toBeLessThanOrEqual(sum(({ dropped }) => dropped));
});
