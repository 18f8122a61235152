import { expect, test } from './fixtures.ts';

test('a fast line brings the best quality within the first fragments', async ({ player }) => {
  await player.evaluate(() => smooth.configure({ heuristics: { capToSize: false, start: 100_000 } }));
  await player.load();
  await player.play();
  await player.until(() => smooth.playingQuality === smooth.qualities.at(-1), 12_000);
  const { stats, lowest } = await player.evaluate(() => ({
    stats: smooth.getStats(),
    lowest: smooth.qualities[0],
  }));
  const [first] = await player.events('qualitychange');
  expect(first?.to).toBe(lowest?.bitrate);
  expect(stats.stalls).toEqual([]);
});

test('when the line gets slow the quality follows, and nothing stalls', async ({ player, origin }) => {
  await player.evaluate(() => smooth.configure({ heuristics: { capToSize: false }, buffer: { ahead: 8 } }));
  const fast = origin.rules.add({ effect: { type: 'bandwidth', steps: [[60, 3e6]] } });
  await player.load();
  await player.play();
  await player.until(() => (smooth.playingQuality?.bitrate ?? 0) > 400_000);
  origin.rules.remove(fast.id);
  origin.rules.add({ effect: { type: 'bandwidth', steps: [[60, 180_000]] } });
  await player.until(() => (smooth.playingQuality?.bitrate ?? Number.POSITIVE_INFINITY) < 180_000, 40_000);
  await player.until(() => video.currentTime > 18, 40_000);
  expect(await player.evaluate(() => smooth.getStats().stalls)).toEqual([]);
  expect(await player.events('error')).toEqual([]);
});

test('the picture is no larger than the element shows', async ({ player }) => {
  await player.evaluate(() => {
    video.width = 426;
    video.height = 240;
  });
  await player.load();
  await player.play();
  await player.until(() => video.currentTime > 5);
  const heights = await player.evaluate(() => pictures.map(() => smooth.playingQuality?.height));
  expect(new Set(heights)).toEqual(new Set([240]));
});

test('a limit holds for the heuristics, a choice beats it, and auto brings it back', async ({ player }) => {
  await player.evaluate(() => {
    smooth.configure({ heuristics: { capToSize: false }, buffer: { ahead: 5 } });
    smooth.limitQualities(({ height }) => height <= 360);
  });
  await player.load();
  await player.play();
  await player.until(() => smooth.playingQuality?.height === 360);
  await player.evaluate(() => smooth.setQuality('1080p'));
  await player.until(() => smooth.playingQuality?.height === 1080);
  expect(await player.evaluate(() => smooth.quality !== 'auto' && smooth.quality.label)).toBe('1080p');
  await player.evaluate(() => {
    smooth.quality = 'auto';
  });
  await player.until(() => (smooth.loadingQuality?.height ?? 0) <= 360);
  expect(await player.evaluate(() => smooth.getStats().stalls)).toEqual([]);
});
