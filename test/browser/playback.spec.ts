import { expect, hasCorpus, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

test('nothing is fetched before play with preload="none", one fragment a stream with "metadata"', async ({
  player,
  origin,
}) => {
  const fragments = () => origin.log.entries.flatMap(({ url }) => /Fragments\((.*)\)/.exec(url)?.[1] ?? []);
  await player.evaluate(() => video.setAttribute('preload', 'none'));
  await player.load();
  expect(fragments()).toEqual([]);
  await player.evaluate(() => video.setAttribute('preload', 'metadata'));
  await player.until(() => video.readyState >= 2);
  // Captions may have been requested too.
  expect(fragments().filter((place) => !place.startsWith('text'))).toEqual(
    expect.arrayContaining(['video=0', 'audio_en=0']),
  );
  expect(new Set(fragments()).size).toBe(fragments().length);
  expect(fragments().every((place) => place.endsWith('=0'))).toBe(true);
  await player.play();
  await player.until(() => video.currentTime > 0.5);
});

sideBySide(undefined, (scene) => {
  scene('the sample plays to its end', async ({ player }) => {
    await player.load();
    await player.play();
    await player.until(() => video.ended, 45_000);

    const { duration, currentTime } = await player.evaluate(() => ({
      duration: video.duration,
      currentTime: video.currentTime,
    }));
    expect(duration).toBeGreaterThan(29.9);
    expect(duration).toBeLessThan(30.1);
    expect(currentTime).toBeCloseTo(duration, 1);
    expect(await player.stalls()).toEqual([]);
    expect(await player.events('ended')).toHaveLength(1);
    expect(await player.events('error')).toEqual([]);
  });

  const real = 'a real presentation, made by others, plays to its end';
  if (!hasCorpus) test.skip(`${real}: corpus not present`, () => {});
  else
    scene(real, async ({ player }) => {
      await player.load('/corpus/shaka-clear.ism/Manifest');
      await player.play();
      await player.until(() => video.ended);
      const { currentTime, stats } = await player.evaluate(() => ({
        currentTime: video.currentTime,
        stats: smooth.getStats(),
      }));
      expect(currentTime).toBeCloseTo(8.01, 1);
      expect(stats.decodedFrames).toBe(192);
      expect(await player.stalls()).toEqual([]);
    });

  scene('it starts where it was asked to', async ({ player }) => {
    await player.load(undefined, 12.34);
    await player.until(() => video.readyState >= 2);
    const position = await player.evaluate(() => ({
      time: video.currentTime,
      buffered: video.buffered.start(0),
    }));
    expect(position.time).toBeCloseTo(12.34, 3);
    expect(position.buffered).toBeCloseTo(12, 1);
  });

  scene('played to its end it plays again', async ({ player }) => {
    await player.load(undefined, 28);
    await player.play();
    await player.until(() => video.ended);
    await player.play();
    await player.until(() => video.currentTime > 1 && !video.seeking);
    expect(await player.evaluate(() => video.currentTime)).toBeLessThan(5);
    expect(await player.events('error')).toEqual([]);
  });
});
