import { resampled } from '../conformance/fragment-tools.ts';
import { expect, test } from './fixtures.ts';
import { apart } from './together.ts';

/** Ticks by which the lowest level's pictures are later than the fragments' times; 0 for other levels. */
const DELAY = 1_200_000;

test('sound and picture are within 40 ms of each other, across a seek and changes of quality, be it one with a delay of its own', async ({
  player,
}) => {
  await player.page.route(/QualityLevels\(57019\)\/Fragments\(video=/, async (route) => {
    const response = await route.fetch();
    const body = resampled(await response.body(), (sample) => ({
      ...sample,
      compositionOffset: sample.compositionOffset + DELAY,
    }));
    await route.fulfill({ response, body });
  });
  await player.load();
  await player.evaluate(() => hear());
  await player.play();
  await player.until(() => video.currentTime > 5.5);
  await player.evaluate(() => smooth.setQuality('144p', { switch: 'now' }));
  await player.until(() => video.currentTime > 9.5);
  await player.evaluate(() => smooth.setQuality('1080p', { switch: 'now' }));
  await player.until(() => video.currentTime > 12.5);
  await player.evaluate(() => void seekTo(19.4));
  await player.until(() => video.currentTime > 23.5);

  const { heard, seen } = await player.evaluate(() => ({
    heard: beeps.map(({ at }) => at),
    seen: pictures,
  }));
  const distances = apart(heard, seen);
  expect(await player.evaluate(() => pictures.some(({ level }) => level === 0))).toBe(true);
  console.log(`sound and picture apart, in ms: ${distances.map((ms) => ms.toFixed(0)).join(' ')}`);
  expect(heard.length).toBeGreaterThanOrEqual(14);
  expect(distances.filter((ms) => !(ms <= 40))).toEqual([]);
});
