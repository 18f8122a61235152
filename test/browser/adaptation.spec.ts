import { expect, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

test('a fast network brings the best quality within the first fragments', async ({ player }) => {
  await player.evaluate(() => smooth.configure({ heuristics: { capToSize: false, start: 100_000 } }));
  await player.load();
  await player.play();
  await player.until(() => smooth.playingQuality === smooth.qualities.at(-1), 12_000);
  const lowest = await player.evaluate(() => smooth.qualities[0]);
  const [first] = await player.events('qualitychange');
  expect(first?.to).toBe(lowest?.bitrate);
  expect(await player.stalls()).toEqual([]);
});

test('after a seek on a fast network the first fragment is not of the lowest quality', async ({
  player,
  origin,
}) => {
  await player.evaluate(() => smooth.configure({ heuristics: { capToSize: false }, buffer: { ahead: 4 } }));
  await player.load();
  await player.play();
  await player.until(() => video.currentTime > 1);
  origin.log.clear();
  await player.evaluate(() => {
    video.currentTime = 20.5;
  });
  await player.until(() => !video.seeking && video.readyState >= 3);
  const [first] = origin.log.entries
    .flatMap(({ url }) => /QualityLevels\((\d+)\)\/Fragments\(video=20/.exec(url)?.[1] ?? [])
    .map(Number);
  const lowest = await player.evaluate(() => smooth.qualities[0]?.bitrate ?? Number.NaN);
  expect(first).toBeGreaterThan(lowest);
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
  expect(await player.stalls()).toEqual([]);
});

test('"next" keeps what is buffered, "now" fetches it again at the quality chosen', async ({
  player,
  origin,
}) => {
  const places = () =>
    origin.log.entries.map(({ url }) => /Fragments\((video=.*)\)/.exec(url)?.[1]).filter(Boolean);
  await player.evaluate(() => smooth.configure({ buffer: { ahead: 12 } }));
  await player.load();
  await player.fill(12);
  const before = places();
  await player.evaluate(() => smooth.setQuality('144p', { switch: 'next' }));
  await player.play();
  await player.until(() => video.currentTime > 3);
  const after = places().slice(before.length);
  expect(after.length).toBeGreaterThan(0);
  expect(after.filter((place) => before.includes(place))).toEqual([]);
  await player.evaluate(() => smooth.setQuality('240p', { switch: 'now' }));
  await player.until(() => smooth.playingQuality?.height === 240, 8000);
  expect(new Set(places()).size).toBeLessThan(places().length);
});

sideBySide(undefined, (scene) => {
  scene('when the network gets slow the quality follows, and nothing stalls', async ({ player, origin }) => {
    await player.evaluate(() => smooth.configure({ heuristics: { capToSize: false }, buffer: { ahead: 8 } }));
    const fast = origin.rules.add({ effect: { type: 'bandwidth', steps: [[60, 3e6]] } });
    await player.load();
    await player.play();
    await player.until(() => (smooth.playingQuality?.bitrate ?? 0) > 400_000);
    origin.rules.remove(fast.id);
    origin.rules.add({ effect: { type: 'bandwidth', steps: [[60, 180_000]] } });
    await player.until(() => (smooth.playingQuality?.bitrate ?? Number.POSITIVE_INFINITY) < 180_000, 40_000);
    await player.until(() => video.currentTime > 18, 40_000);
    expect(await player.stalls()).toEqual([]);
    expect(await player.events('error')).toEqual([]);
  });

  scene('the picture is no larger than the element shows', async ({ player }) => {
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

  scene("a page's own rule takes the place of the heuristics", async ({ player }) => {
    await player.evaluate(() =>
      smooth.configure({
        heuristics: {
          capToSize: false,
          choose: ({ levels, bufferAhead }) => ({
            level: levels[bufferAhead > 3 ? 2 : 1] ?? levels[0],
            reason: 'mine',
          }),
        },
      }),
    );
    await player.load();
    await player.play();
    await player.until(() => video.currentTime > 5);
    const changes = await player.events('qualitychange');
    expect(changes.map(({ reason }) => reason)).toEqual(['mine', 'mine']);
    const heights = await player.evaluate(() => [...new Set(pictures.map(({ level }) => level))]);
    expect(heights).toEqual([1, 2]);
  });

  scene("a page's own estimate of the bandwidth takes the place of ours", async ({ player }) => {
    await player.evaluate(() =>
      smooth.configure({
        heuristics: { capToSize: false, estimate: ({ samples }) => 60_000 + samples.length },
      }),
    );
    await player.load();
    await player.play();
    await player.until(() => video.currentTime > 4);
    const changes = await player.events('qualitychange');
    const lowest = await player.evaluate(() => smooth.qualities[0]?.bitrate);
    expect(changes.map(({ to }) => to)).toEqual([lowest]);
  });
});
