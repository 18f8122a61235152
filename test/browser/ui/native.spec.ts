import { SAMPLE } from '../fixtures.ts';
import { type ElementPage, expect, test } from './element-fixture.ts';

const HLS = 'application/vnd.apple.mpegurl';

const withoutMediaSource = ({ page }: ElementPage): Promise<unknown> =>
  page.addInitScript(() =>
    Object.assign(globalThis, { MediaSource: undefined, ManagedMediaSource: undefined }),
  );

/** Whether this browser plays HLS natively. */
const playsHls = ({ page }: ElementPage): Promise<boolean> =>
  page.evaluate((type) => document.createElement('video').canPlayType(type) !== '', HLS);

/** Gives the element `<source>` and `<track>` children. */
const addChildren = (
  { page }: ElementPage,
  children: readonly (readonly [string, Record<string, string>])[],
) =>
  page.evaluate((all) => {
    for (const [name, attributes] of all) {
      const child = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
      element.append(child);
    }
  }, children);

const PREPARED = { preload: 'none' } as const;

test.describe('without MediaSource', () => {
  for (const tag of ['smooth-video', 'smooth-player']) {
    test(`<${tag}> plays the HLS that the origin makes of the title`, async ({ host }) => {
      await withoutMediaSource(host);
      await host.open({ ...PREPARED, 'start-time': '4' }, tag);
      test.skip(!(await playsHls(host)), 'this browser does not play HLS by itself');
      await host.page.evaluate(() => element.play());
      await host.page.waitForFunction(() => element.currentTime > 4.5 && element.videoWidth > 0);
      const state = await host.page.evaluate(() => ({
        src: new URL(element.currentSrc).pathname,
        duration: element.duration,
        isIdle: element.matches(':state(idle)'),
        isPlaying: element.matches(':state(playing)'),
        error: element.error,
      }));
      expect(state).toEqual({
        src: `${SAMPLE}(format=m3u8-cmaf)`,
        duration: expect.closeTo(30, 0),
        isIdle: false,
        isPlaying: true,
        error: null,
      });
      expect(await host.count('error')).toBe(0);

      await host.page.evaluate(() => element.removeAttribute('src'));
      await host.page.waitForFunction(() => element.matches(':state(idle)') && element.readyState === 0);
      expect(await host.page.evaluate(() => element.currentSrc)).toBe('');
    });
  }

  test('a <source> child that the browser can play comes first', async ({ host }) => {
    await withoutMediaSource(host);
    await host.open(PREPARED);
    const asked = host.page.waitForRequest(/own\.mp4/);
    await addChildren(host, [
      ['source', { src: '/own.ogx', type: 'video/x-unknown' }],
      ['source', { src: '/own.mp4', type: 'video/mp4; codecs=avc1.42E01E' }],
    ]);
    const src = await host.page.evaluate(() => {
      element.play().catch(() => {});
      return new URL(element.currentSrc).pathname;
    });
    expect(src).toBe('/own.mp4');
    await asked;
  });

  test('what cannot be played ends in an error event with the reason', async ({ host }) => {
    await withoutMediaSource(host);
    await host.open(PREPARED);
    await addChildren(host, [['source', { src: '/missing.mp4', type: 'video/mp4' }]]);
    await host.page.evaluate(() => void element.play().catch(() => {}));
    await host.page.waitForFunction(() => fired.includes('error'));
    expect(await host.page.evaluate(() => [element.error?.code, element.matches(':state(failed)')])).toEqual([
      4,
      true,
    ]);
  });

  test('a browser without HLS fails with a typed error', async ({ host }) => {
    await withoutMediaSource(host);
    await host.page.addInitScript(() => {
      HTMLMediaElement.prototype.canPlayType = () => '';
    });
    await host.open(PREPARED);
    const code = await host.page.evaluate(
      () =>
        new Promise((resolve) => {
          element.addEventListener('error', ({ error }) => resolve(error?.code), { once: true });
          element.play().catch(() => {});
        }),
    );
    expect(code).toMatch(/-unsupported$/);
  });
});

test.describe('with a managed media source, as on an iPhone', () => {
  test.beforeEach(({ host }) =>
    host.page.addInitScript(() => {
      class ManagedMediaSource extends MediaSource {
        streaming = true;
      }
      Object.assign(globalThis, { MediaSource: undefined, ManagedMediaSource });
      // Chromium may report that it can't play HLS; the phone can.
      HTMLMediaElement.prototype.canPlayType = () => 'maybe';
    }),
  );

  test('<source> children are there for AirPlay, behind the media source that plays', async ({ host }) => {
    await host.open(PREPARED);
    await addChildren(host, [
      ['source', { src: '/film.m3u8', type: HLS }],
      ['track', { src: '/words.vtt' }],
    ]);
    await host.play();
    const state = await host.page.evaluate(() => ({
      isRemoteAllowed: !element.video.disableRemotePlayback,
      sources: [...element.video.querySelectorAll('source')].map(({ src }) =>
        src.replace(/^blob:.*/, 'blob:'),
      ),
      tracks: element.video.querySelectorAll('track[src]').length,
      src: element.video.hasAttribute('src'),
    }));
    expect(state).toEqual({
      isRemoteAllowed: true,
      sources: ['blob:', expect.stringMatching(/\/film\.m3u8$/)],
      // The player parses and renders it.
      tracks: 0,
      src: false,
    });

    // The next title has none, and the previous ones are removed.
    await host.page.evaluate(() => {
      element.querySelector('source')?.remove();
      element.load();
      return element.play();
    });
    await host.page.waitForFunction(
      () => element.video.disableRemotePlayback && element.video.hasAttribute('src'),
    );
    expect(await host.page.evaluate(() => element.video.querySelectorAll('source').length)).toBe(0);
    await host.page.waitForFunction(() => element.currentTime > 0.2);
  });

  test('without them AirPlay is not offered, since it would have nothing to play', async ({ host }) => {
    await host.open(PREPARED);
    await host.play();
    expect(await host.page.evaluate(() => element.video.disableRemotePlayback)).toBe(true);
  });
});
