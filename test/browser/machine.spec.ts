import { expect, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

/** The video fragments, in order of arrival. */
const loads = () => events.flatMap(({ fragment }) => (fragment?.stream === 'video' ? [fragment] : []));

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
  expect(await player.stalls()).toEqual([]);
});

sideBySide(undefined, (scene) => {
  scene(
    'what the decoder says it cannot play smoothly is not chosen, unless the viewer does',
    async ({ player }) => {
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
    },
  );

  scene('few bytes where few are wanted', async ({ player }) => {
    await player.evaluate(() =>
      smooth.configure({ heuristics: { capToSize: false, saveData: true }, buffer: { ahead: 6 } }),
    );
    await player.load();
    await player.play();
    await player.until(() => video.currentTime > 6);
    // From the first picture on: what was fetched at higher levels is already there.
    const shown = await player.evaluate(() =>
      pictures.map(({ level }) => smooth.qualities[level ?? 0]?.height ?? 0),
    );
    expect(Math.max(...shown)).toBeLessThanOrEqual(480);
    expect(Math.max(...shown)).toBeGreaterThan(144);
  });

  scene(
    'low quality in the buffer is replaced when the line is fast, without a stall or a hole',
    async ({ player, origin }) => {
      await player.evaluate(() =>
        smooth.configure({ heuristics: { capToSize: false }, buffer: { ahead: 28 } }),
      );
      const slow = origin.rules.add({ effect: { type: 'bandwidth', steps: [[60, 180_000]] } });
      await player.load();
      await player.fill(16);
      origin.rules.remove(slow.id);
      origin.rules.add({ effect: { type: 'bandwidth', steps: [[60, 4e6]] } });
      await player.play();
      await player.until(() => video.currentTime > 15, 40_000);
      const fragments = await player.evaluate(loads);
      const lastOf = new Map(fragments.map(({ start, bitrate }) => [start, bitrate]));
      const again = [...lastOf].filter(
        ([start]) => fragments.filter((one) => one.start === start).length > 1,
      );
      expect(again.length).toBeGreaterThan(0);
      for (const [start, bitrate] of again)
        expect(fragments.filter((one) => one.start === start && one.bitrate > bitrate)).toEqual([]);
      const { skipped, ranges, frames } = await player.evaluate(() => ({
        skipped: smooth.getStats().skipped,
        ranges: video.buffered.length,
        frames: pictures.flatMap(({ frame }) => (frame === undefined ? [] : [frame])),
      }));
      expect(await player.stalls()).toEqual([]);
      expect(skipped).toEqual([]);
      expect(ranges).toBe(1);
      expect(frames).toEqual(frames.toSorted((a, b) => a - b));
    },
  );
});
