import { expect, test } from './fixtures.ts';

test('a level at which frames are dropped is left, and what is buffered of it replaced', async ({
  player,
}) => {
  await player.evaluate(() => {
    let [due, dropped] = [0, 0];
    video.getVideoPlaybackQuality = () => {
      due += 25;
      if ((smooth.playingQuality?.height ?? 0) >= 1080) dropped += 8;
      return { totalVideoFrames: due, droppedVideoFrames: dropped, corruptedVideoFrames: 0, creationTime: 0 };
    };
    smooth.configure({ heuristics: { capToSize: false, start: 40e6 }, buffer: { ahead: 12 } });
  });
  await player.load();
  await player.play();
  await player.until(() => smooth.playingQuality?.height === 1080);
  await player.until(() => (smooth.playingQuality?.height ?? 1080) < 1080, 15_000);
  const changes = await player.events('qualitychange');
  expect(changes.at(-1)?.reason).toBe('limit');
  expect(await player.evaluate(() => smooth.getStats().stalls)).toEqual([]);
});

test('what the decoder says it cannot play smoothly is not chosen, unless the viewer does', async ({
  player,
}) => {
  await player.evaluate(() => {
    navigator.mediaCapabilities.decodingInfo = async ({ video: picture }) =>
      ({
        supported: true,
        smooth: (picture?.height ?? 0) <= 360,
        powerEfficient: true,
      }) as MediaCapabilitiesDecodingInfo;
    smooth.configure({ heuristics: { capToSize: false }, buffer: { ahead: 6 } });
  });
  await player.load();
  await player.play();
  await player.until(() => smooth.playingQuality?.height === 360);
  await player.until(() => video.currentTime > 7);
  expect(await player.evaluate(() => smooth.playingQuality?.height)).toBe(360);
  await player.evaluate(() => smooth.setQuality('720p'));
  await player.until(() => smooth.playingQuality?.height === 720);
});

test('few bytes where few are wanted', async ({ player }) => {
  await player.evaluate(() =>
    smooth.configure({ heuristics: { capToSize: false, saveData: true }, buffer: { ahead: 6 } }),
  );
  await player.load();
  await player.play();
  await player.until(() => video.currentTime > 6);
  const highest = await player.evaluate(() =>
    Math.max(...pictures.slice(-10).map(({ level }) => level ?? 0)),
  );
  const heights = await player.evaluate(() => smooth.qualities.map(({ height }) => height));
  expect(heights[highest]).toBeLessThanOrEqual(480);
});
