import type { Page } from '@playwright/test';
import type { Download } from '../../src/index.ts';
import { expect, type PlayerPage, SAMPLE, test } from './fixtures.ts';

declare global {
  var kept: Download;
}

const FRAMES_PER_SECOND = 25;
const VTT = 'WEBVTT\n\n00:01.000 --> 00:29.000\nbeside the title\n';

/** Counts the requests for titles, and fails them while `isOff`. */
async function watchTitles(page: Page) {
  const watch = { isOff: false, asked: [] as string[], until: Number.POSITIVE_INFINITY };
  await page.route('**/presentations/**', async (route) => {
    watch.asked.push(new URL(route.request().url()).pathname);
    if (watch.isOff) return route.abort('internetdisconnected');
    // What goes beyond is never answered: the download stands there.
    if (watch.asked.length > watch.until) return;
    if (route.request().url().endsWith('beside.vtt')) return route.fulfill({ body: VTT });
    return route.continue();
  });
  return watch;
}

async function reload({ page }: PlayerPage): Promise<void> {
  await page.reload();
  await page.waitForFunction(() => 'smooth' in globalThis);
}

/** Everything of the sample in its smallest quality, in the page's `kept`. */
function download(player: PlayerPage, path = SAMPLE): Promise<string | undefined> {
  return player.evaluate(
    (url) =>
      smooth.download(url, { quality: '144p' }).then(
        (download) => {
          globalThis.kept = download;
          return undefined;
        },
        (error: { code?: string; name: string }) => error.code ?? error.name,
      ),
    player.url + path,
  );
}

const findKept = (player: PlayerPage) =>
  player.evaluate(async () => {
    const [found] = await SmoothPlayer.downloads();
    if (!found) throw new Error('nothing is stored');
    globalThis.kept = found;
    const { state, fraction, bytes, estimatedBytes, duration } = found;
    return { state, fraction, bytes, estimatedBytes, duration };
  });

const loadKept = (player: PlayerPage) =>
  player.evaluate(() =>
    smooth.load(kept).then(
      () => undefined,
      (error: { code: string }) => error.code,
    ),
  );

test('a download plays, seeks and switches tracks without its origin, after a reload', async ({ player }) => {
  const watch = await watchTitles(player.page);
  const told = await player.evaluate(async (url) => {
    const progress: number[] = [];
    const stored = await smooth.download(`${url}/presentations/sample.ism/Manifest`, {
      quality: '480p',
      textTracks: [{ url: `${url}/presentations/beside.vtt`, language: 'de' }],
    });
    stored.addEventListener('progress', (event) => progress.push(event.fraction));
    await stored.finished;
    return { progress, bytes: stored.bytes, estimated: stored.estimatedBytes, state: stored.state };
  }, player.url);
  expect(told.state).toBe('complete');
  expect(told.progress.length).toBeGreaterThan(10);
  expect(told.progress).toEqual(told.progress.toSorted((a, b) => a - b));
  expect(told.progress.at(-1)).toBe(1);
  expect(told.estimated).toBe(told.bytes);
  // Nothing is asked for twice.
  expect(watch.asked.toSorted()).toEqual([...new Set(watch.asked)].toSorted());

  watch.isOff = true;
  watch.asked.length = 0;
  await reload(player);
  expect(await findKept(player)).toMatchObject({ state: 'complete', fraction: 1, bytes: told.bytes });
  expect(await loadKept(player)).toBeUndefined();
  expect(await player.evaluate(() => smooth.qualities.map(({ label }) => label))).toEqual(['480p']);
  await player.play();
  await player.reach(3);
  const { frame } = await player.evaluate(async () => {
    video.pause();
    return seekTo(21.02);
  });
  expect(frame).toBe(Math.floor(21.02 * FRAMES_PER_SECOND));
  const sounds = await player.evaluate(() => {
    smooth.audioTrack = smooth.audioTracks.find(({ language }) => language === 'fr');
    return [smooth.audioTracks.length, smooth.audioTrack?.language];
  });
  expect(sounds).toEqual([2, 'fr']);
  await player.evaluate(() => {
    smooth.textTrack = smooth.textTracks.find(
      ({ language, source }) => language === 'en' && source === 'stream',
    );
    return video.play();
  });
  await player.until(() => smooth.activeCues.length > 0);
  await player.reach(24);
  const added = await player.evaluate(async () => {
    const tracks = await Promise.all(kept.textTracks.map((track) => smooth.addTextTrack(track)));
    const [track] = tracks;
    return track && (await smooth.getCues(track)).length;
  });
  expect(added).toBe(1);
  expect(await player.events('error')).toEqual([]);
  expect(await player.events('warning')).toEqual([]);
  expect(await player.events('stall')).toEqual([]);
  expect(watch.asked).toEqual([]);
});

test('half a download is resumed after a reload, and nothing is requested twice', async ({ player }) => {
  const watch = await watchTitles(player.page);
  watch.until = 12;
  expect(await download(player)).toBeUndefined();
  await player.until(() => kept.bytes > 0 && kept.fraction > 0.1);
  await expect.poll(() => watch.asked.length).toBeGreaterThan(watch.until);
  // Those without an answer are asked for again, with a right.
  const answered = watch.asked.slice(0, watch.until);
  await reload(player);
  watch.asked.length = 0;
  watch.until = Number.POSITIVE_INFINITY;
  const found = await findKept(player);
  expect(found).toMatchObject({ state: 'paused' });
  expect(found.fraction).toBeLessThan(1);
  const state = await player.evaluate(async () => {
    kept.resume();
    await kept.finished;
    return kept.state;
  });
  expect(state).toBe('complete');
  expect(watch.asked.length).toBeGreaterThan(20);
  expect(watch.asked.filter((path) => answered.includes(path))).toEqual([]);
});

test('a download pauses, resumes, and frees its space when it is removed', async ({ player }) => {
  const watch = await watchTitles(player.page);
  watch.until = 10;
  expect(await download(player)).toBeUndefined();
  await expect.poll(() => watch.asked.length).toBeGreaterThan(watch.until);
  const paused = await player.evaluate(async () => {
    await kept.pause();
    return { state: kept.state, error: kept.error, fraction: kept.fraction };
  });
  expect(paused).toMatchObject({ state: 'paused', error: undefined });
  expect(paused.fraction).toBeGreaterThan(0);
  expect(paused.fraction).toBeLessThan(1);
  watch.until = Number.POSITIVE_INFINITY;
  const usage = await player.evaluate(async () => {
    const used = async () => (await navigator.storage.estimate()).usage ?? 0;
    kept.resume();
    await kept.finished;
    const before = await used();
    const { bytes } = kept;
    await kept.remove();
    const listed = await SmoothPlayer.downloads();
    return { bytes, freed: before - (await used()), state: kept.state, listed: listed.length };
  });
  expect(usage).toMatchObject({ state: 'removed', listed: 0 });
  expect(usage.freed).toBeGreaterThanOrEqual(usage.bytes);
});

test('a cut is stored without what it leaves out, and plays to the frame without its origin', async ({
  player,
}) => {
  const watch = await watchTitles(player.page);
  await player.evaluate(async (url) => {
    const clips = [
      { url, in: 13.52, out: 14.2 },
      { url, in: 3, out: 4 },
    ];
    await (await smooth.download({ clips }, { quality: '144p' })).finished;
  }, player.url + SAMPLE);
  const video = watch.asked.filter((path) => path.includes('Fragments(video='));
  expect(video.map((path) => Number(/video=(\d+)/.exec(path)?.[1]) / 1e7).toSorted((a, b) => a - b)).toEqual([
    2, 12, 14,
  ]);
  watch.isOff = true;
  watch.asked.length = 0;
  await reload(player);
  expect(await findKept(player)).toMatchObject({
    state: 'complete',
    duration: expect.closeTo(1.68, 6),
  });
  expect(await loadKept(player)).toBeUndefined();
  for (const [time, of] of [
    [0.02, 13.52],
    [0.62, 14.12],
    [0.7, 3],
    [1.66, 3.96],
  ] as const) {
    const { frame } = await player.evaluate((to) => seekTo(to), time);
    expect.soft([time, frame]).toEqual([time, Math.round(of * FRAMES_PER_SECOND)]);
  }
  expect(await player.events('warning')).toEqual([]);
  expect(watch.asked).toEqual([]);
});

test('a removed download is not played from the network instead', async ({ player, context }) => {
  const watch = await watchTitles(player.page);
  expect(await download(player)).toBeUndefined();
  await player.evaluate(() => kept.finished);
  // In another tab.
  const other = await context.newPage();
  await other.goto(player.page.url());
  await other.waitForFunction(() => 'smooth' in globalThis);
  await other.evaluate(async () => {
    for (const one of await SmoothPlayer.downloads()) await one.remove();
  });
  watch.asked.length = 0;
  expect(await loadKept(player)).toBe('source-invalid');
  expect(await player.evaluate(() => [kept.state, smooth.error?.message])).toEqual([
    'removed',
    expect.stringContaining('the download was removed'),
  ]);
  expect(watch.asked).toEqual([]);
});

test('options that make no sense are rejected, and leave nothing behind', async ({ player }) => {
  const messages = await player.evaluate(async (url) => {
    const refusal = (options: object) =>
      smooth.download(url, options).then(
        () => 'stored',
        (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
      );
    return [
      await refusal({ quailty: '720p' }),
      await refusal({ quality: 'best' }),
      await refusal({ tracks: { sound: 'en' } }),
      (await SmoothPlayer.downloads()).length,
    ];
  }, player.url + SAMPLE);
  expect(messages).toEqual([
    expect.stringMatching(/^option-invalid: .*quailty.*quality/),
    expect.stringMatching(/^option-invalid: .*quality.*best/),
    expect.stringMatching(/^option-invalid: .*tracks.*sound.*audio/),
    0,
  ]);
});

test('a full store pauses the download with an error, and what is there stays whole', async ({ player }) => {
  const watch = await watchTitles(player.page);
  watch.until = 12;
  expect(await download(player)).toBeUndefined();
  await expect.poll(() => watch.asked.length).toBeGreaterThan(watch.until);
  await player.evaluate(() => kept.pause());
  const browser = await player.page.context().newCDPSession(player.page);
  const setQuota = (quotaSize?: number) =>
    browser.send('Storage.overrideQuotaForOrigin', {
      origin: player.url,
      ...(quotaSize !== undefined && { quotaSize }),
    });
  const usage = await player.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  watch.until = Number.POSITIVE_INFINITY;

  // The browser says beforehand that the rest doesn't fit.
  await setQuota(usage + 1000);
  const refused = await player.evaluate(async () => {
    kept.resume();
    const error = await kept.finished.catch((cause: Error) => cause);
    return { state: kept.state, error: kept.error?.toJSON(), isSame: error === kept.error };
  });
  expect(refused).toMatchObject({ state: 'paused', isSame: true });
  expect(refused.error).toMatchObject({ code: 'storage-full', retryable: true });

  // It finds out only as it writes.
  await setQuota(usage + 60_000);
  const full = await player.evaluate(async () => {
    navigator.storage.estimate = async () => ({});
    kept.resume();
    await kept.finished.catch(() => {});
    return { state: kept.state, code: kept.error?.code, fraction: kept.fraction };
  });
  expect(full).toMatchObject({ state: 'paused', code: 'storage-full' });
  expect(full.fraction).toBeLessThan(1);

  await setQuota();
  const done = await player.evaluate(async () => {
    kept.resume();
    await kept.finished;
    return kept.state;
  });
  expect(done).toBe('complete');
  watch.isOff = true;
  watch.asked.length = 0;
  expect(await loadKept(player)).toBeUndefined();
  await player.evaluate(() => seekTo(28));
  expect(watch.asked).toEqual([]);
});

test.describe('live', () => {
  test.use({ live: [{ path: '/live/channel.isml', source: 'sample' }] });

  test('live titles are refused, and leave nothing behind', async ({ player }) => {
    expect(await download(player, '/live/channel.isml/Manifest')).toBe('download-refused');
    expect(await player.evaluate(async () => (await SmoothPlayer.downloads()).length)).toBe(0);
  });
});
