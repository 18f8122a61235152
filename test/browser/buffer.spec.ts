import { expect, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

sideBySide(undefined, (scene) => {
  scene(
    'a browser that has room for ten seconds only: no stall, and nothing is fetched twice',
    async ({ player, origin }) => {
      await player.evaluate(() => {
        const append = SourceBuffer.prototype.appendBuffer;
        SourceBuffer.prototype.appendBuffer = function (this: SourceBuffer, data: BufferSource) {
          const { length } = this.buffered;
          const held = length > 0 ? this.buffered.end(length - 1) - this.buffered.start(0) : 0;
          if (held > 10) throw new DOMException('full', 'QuotaExceededError');
          append.call(this, data);
        };
      });
      await player.load();
      await player.play();
      await player.until(() => video.currentTime > 16);
      expect(await player.stalls()).toEqual([]);
      expect(await player.events('error')).toEqual([]);
      const places = origin.log.entries
        .map(({ url }) => /\/Fragments\((.*)\)/.exec(url)?.[1])
        .filter(Boolean);
      expect(places.length).toBeGreaterThan(12);
      expect(new Set(places).size).toBe(places.length);
    },
  );

  for (const { name, count, skipped } of [
    { name: 'damaged once: playback goes on with a new media source', count: 1, skipped: 0 },
    { name: 'damaged at every try: it is left out, and nothing else is', count: 1000, skipped: 1 },
  ]) {
    scene(`a fragment ${name}`, async ({ player, origin }) => {
      const effect = { type: 'alter', box: 'mdat', count: 20_000 } as const;
      origin.rules.add({ match: { stream: 'video', time: '80000000', count }, effect });
      await player.evaluate(() => smooth.configure({ buffer: { ahead: 5 } }));
      await player.load();
      await player.play();
      await player.until(() => video.currentTime > 11, 40_000);
      expect(await player.events('error')).toEqual([]);
      const stats = await player.evaluate(() => smooth.getStats());
      expect(stats.skipped.filter(({ start }) => start !== 8)).toEqual([]);
      expect(stats.skipped.length).toBe(skipped);
      const shown = await player.evaluate(() => pictures.map(({ frame }) => frame ?? -1));
      expect(shown.some((frame) => frame >= 250)).toBe(true);
    });
  }

  scene('what lies behind the playhead is let go of', async ({ player }) => {
    await player.evaluate(() => smooth.configure({ buffer: { ahead: 6, behind: 4 } }));
    await player.load();
    await player.play();
    await player.until(() => video.currentTime > 14);
    const start = await player.evaluate(() => video.currentTime - video.buffered.start(0));
    expect(start).toBeLessThan(11);
  });

  scene('a clock that stays frozen ends in one error', async ({ player }) => {
    await player.load();
    await player.play();
    await player.until(() => video.currentTime > 1);
    await player.evaluate(() => {
      Object.defineProperty(video, 'currentTime', { get: () => 1.5, set: () => {} });
    });
    await player.until(() => smooth.state === 'failed', 20_000);
    const errors = await player.events('error');
    expect(errors.map(({ error }) => error?.code)).toEqual(['media-stuck']);
    const warnings = (await player.events('warning')).map(({ error }) => error?.code);
    expect(warnings).toContain('media-stuck');
  });
});

test('a paused player with a full buffer goes quiet', async ({ player, origin }) => {
  await player.evaluate(() => smooth.configure({ buffer: { ahead: 6 } }));
  await player.load();
  await player.fill(6);
  const before = origin.log.entries.length;
  await player.evaluate(() => new Promise((resolve) => setTimeout(resolve, 3000)));
  const urls = origin.log.entries.map(({ url }) => url);
  expect(urls.slice(before).filter((url) => /Fragments\((?:video|audio)/.test(url))).toEqual([]);
  // Events may still come, each fragment once.
  const events = urls.filter((url) => url.includes('Fragments(') && !/\((?:video|audio)/.test(url));
  expect(events.length).toBe(new Set(events).size);
});

test('a seek within the buffer fetches nothing', async ({ player, origin }) => {
  await player.load();
  await player.until(() => video.buffered.length > 0 && video.buffered.end(0) > 29);
  origin.log.clear();
  for (const time of [20, 5, 28, 0]) await player.evaluate((to) => seekTo(to).then(() => {}), time);
  expect(origin.log.entries).toEqual([]);
});

test('where there is only a managed media source, it plays, and fetches when the browser says so', async ({
  player,
  origin,
}) => {
  await player.evaluate(() => {
    class ManagedMediaSource extends MediaSource {
      streaming = false;
    }
    Object.assign(globalThis, { MediaSource: undefined, ManagedMediaSource });
    // Captures the attached object, which the browser doesn't expose.
    const create = URL.createObjectURL;
    URL.createObjectURL = (source) => {
      Object.assign(globalThis, { managed: source });
      return create.call(URL, source);
    };
  });
  await player.load();
  expect(await player.evaluate(() => video.disableRemotePlayback)).toBe(true);
  // Only the first fragment of each stream may be requested before the source is open.
  const requested = () => origin.log.entries.filter(({ url }) => /Fragments\((?:video|audio)/.test(url));
  await player.page.waitForTimeout(500);
  expect(requested().length).toBeLessThanOrEqual(2);
  await player.evaluate(() => {
    const { managed } = globalThis as unknown as { managed: MediaSource & { streaming: boolean } };
    managed.streaming = true;
    managed.dispatchEvent(new Event('startstreaming'));
  });
  await player.play();
  await player.until(() => video.currentTime > 1);
});
