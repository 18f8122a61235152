import { expect, test } from './fixtures.ts';

test('the sound changes language during play, without a stall, and back', async ({ player, origin }) => {
  await player.load();
  await player.play();
  await player.until(() => video.currentTime > 1);
  const tracks = await player.evaluate(() => smooth.audioTracks);
  expect(tracks.map(({ language, label }) => [language, label])).toEqual([
    ['en', 'English'],
    ['fr', 'Français'],
  ]);
  await player.evaluate(() => hear());
  for (const [index, hertz] of [
    [1, 1320],
    [0, 880],
  ] as const) {
    await player.evaluate((track) => {
      smooth.audioTrack = smooth.audioTracks[track];
    }, index);
    await player.page.waitForFunction((wanted) => Math.abs((pitch.at(-1) ?? 0) - wanted) < 60, hertz, {
      timeout: 6000,
    });
  }
  const { stats, current } = await player.evaluate(() => ({
    stats: smooth.getStats(),
    current: smooth.audioTrack?.language,
  }));
  expect(current).toBe('en');
  expect(stats.stalls).toEqual([]);
  expect(await player.events('error')).toEqual([]);
  expect(origin.log.entries.some(({ url }) => url.includes('audio_fr'))).toBe(true);
});

test('after a change of language a seek finds no sound of the other one', async ({ player }) => {
  await player.load();
  await player.fill(20);
  await player.evaluate(() => hear());
  await player.evaluate(() => {
    smooth.audioTrack = smooth.audioTracks[1];
  });
  await player.play();
  await player.evaluate(() => {
    video.currentTime = 15.5;
  });
  await player.until(() => video.currentTime > 18.5);
  const heard = await player.evaluate(() => pitch.filter((hertz) => hertz > 400));
  expect(heard.length).toBeGreaterThanOrEqual(2);
  expect(heard.filter((hertz) => Math.abs(hertz - 1320) > 60)).toEqual([]);
});
