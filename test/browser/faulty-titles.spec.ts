import { ERROR_TEXTS } from '../../src/base/error-texts.ts';
import { type FaultyTitles, HOSTILE, hasFaultyTitles, serveFaultyTitles } from '../support/faulty-titles.ts';
import { untoldFrames } from './busy.ts';
import { expect, type PlayerPage, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

test.skip(!hasFaultyTitles, 'the folder of faulty titles is not at hand');

let titles: FaultyTitles;
test.beforeAll(async () => {
  if (hasFaultyTitles) titles = await serveFaultyTitles();
});
test.afterAll(() => titles?.close());

/** Eight seconds, 25 pictures a second. */
const PICTURES = 200;
/** A busy machine may drop some at either end. */
const MISSED = 6;

interface Title {
  readonly name: string;
  readonly repairs?: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
  /** Number of its pictures. */
  readonly pictures?: number;
  /** Of the manifest and of fragments. */
  readonly requests?: number;
  /** Number of audible beeps, one per second. */
  readonly beeps: number;
}

const PLAYING: readonly Title[] = [
  { name: '01-last-duration-huge', repairs: { 'last-sample': 4 }, beeps: 8 },
  { name: '03-picture-on-90-kHz', repairs: { 'sample-clock': 4 }, beeps: 8 },
  { name: '06-one-duration-for-all', repairs: { 'sample-durations': 4 }, beeps: 8 },
  { name: '07-picture-3-frames-short', repairs: { 'last-sample': 4 }, pictures: 188, beeps: 8 },
  { name: '08-sound-6-frames-short', repairs: { silence: 4 }, beeps: 8 },
  { name: '10-half-a-sound-fragment', repairs: { silence: 1 }, beeps: 7 },
  // In one piece or several, depending on what is buffered when the gap is reached.
  { name: '11-sound-gap-in-manifest', repairs: { silence: expect.any(Number) }, requests: 7, beeps: 4 },
  { name: '17-parent-on-sound', warnings: ['manifest-mended'], beeps: 8 },
];

const load = (player: PlayerPage, name: string, query = '') =>
  player.evaluate(
    (url) =>
      smooth.load(url).then(
        () => undefined,
        (error: { code: string }) => error.code,
      ),
    `${titles.origin}/${name}/manifest.xml${query}`,
  );

/** The requests for a title since then. */
const askedOf = (name: string, since: number) =>
  titles.asked.slice(since).filter((url) => url.startsWith(`/${name}/`));

sideBySide(undefined, (scene) => {
  scene('22-seek-back-over-a-hole: nothing is fetched twice', async ({ player }) => {
    const name = '22-seek-back-over-a-hole';
    const before = titles.asked.length;
    await load(player, name);
    await player.play();
    await player.reach(4);
    for (const time of [101, 2]) {
      await player.evaluate((to) => {
        video.currentTime = to;
      }, time);
      await player.until(() => !video.seeking && video.readyState >= 3);
    }
    await player.evaluate(() => {
      video.playbackRate = 8;
    });
    await player.until(() => video.ended, 60_000);
    const asked = askedOf(name, before).filter((url) => url.includes('Fragments(video'));
    expect(new Set(asked).size).toBe(60);
    // One request may have been cancelled at each seek.
    expect(asked.length).toBeLessThanOrEqual(62);
    expect(await player.events('error')).toEqual([]);
  });

  for (const {
    name,
    repairs = {},
    warnings = [],
    pictures: most = PICTURES,
    requests = 9,
    beeps: heard,
  } of PLAYING) {
    scene(`${name} plays for eight seconds, whole`, async ({ player }) => {
      const before = titles.asked.length;
      await player.evaluate(() => hear());
      await load(player, name);
      await player.play();
      await player.until(() => video.ended, 20_000);
      const seen = await player.evaluate(() => ({
        duration: video.duration,
        stats: smooth.getStats(),
        pictures,
        beeped: beeps.length,
      }));
      expect(seen.duration).toBe(8);
      expect(await player.stalls()).toEqual([]);
      expect(seen.stats).toMatchObject({ skipped: [], repairs });
      expect((await player.events('warning')).map(({ error }) => error?.code)).toEqual(warnings);
      // Each at its time, hardly any missing.
      const misplaced = seen.pictures.filter(
        ({ mediaTime, frame = -99 }) => Math.abs(Math.round(mediaTime * 25) - frame) > 1,
      );
      expect(misplaced).toEqual([]);
      const frames = new Set(seen.pictures.map(({ frame }) => frame)).size;
      expect(frames).toBeLessThanOrEqual(most);
      expect(frames + untoldFrames(seen.pictures)).toBeGreaterThanOrEqual(most * 0.8);
      expect(seen.pictures.at(-1)?.frame).toBeGreaterThan(PICTURES - MISSED - 3);
      expect(Math.abs(seen.beeped - heard)).toBeLessThanOrEqual(1);
      const asked = askedOf(name, before);
      expect([asked.length, new Set(asked).size]).toEqual([requests, requests]);
    });
  }

  scene('13-day-long-window begins at its edge', async ({ player }) => {
    const name = '13-day-long-window';
    expect(await load(player, name)).toBeUndefined();
    await player.until(() => smooth.live.window !== undefined);
    const chunks = await player.evaluate(() => smooth.presentation?.streams.map((one) => one.chunks.length));
    expect(chunks).toEqual(Array(6).fill(43_200));
    expect(askedOf(name, 0).some((url) => /Fragments\(s0=8639\d{8}\)/.test(url))).toBe(true);
  });

  scene('14-playready-aescbc is a scheme that no browser has', async ({ player }) => {
    expect(await load(player, '14-playready-aescbc')).toBe('drm-scheme-unsupported');
    expect(await player.events('error')).toHaveLength(1);
  });

  // These have a manifest and no fragments: the requests show how it was parsed.
  for (const { name, asks } of [
    { name: '16-windows-1251-name', asks: /Fragments\(audio_%D0%A0%D1%83%D1%81=0\)$/ },
    { name: '18-gzip-without-header', asks: /Fragments\(audio_en=0\)$/ },
    { name: '19-custom-attributes-on-stream', asks: /QualityLevels\(57019,cam=7\)\/Fragments\(video=0\)$/ },
  ]) {
    scene(`${name} is read`, async ({ player }) => {
      expect(await load(player, name)).toBeUndefined();
      await expect.poll(() => askedOf(name, 0).filter((url) => asks.test(url)).length).toBeGreaterThan(0);
    });
  }

  for (const name of HOSTILE) {
    scene(`what means harm (${name}) is read or ends in a typed error`, async ({ player }) => {
      const { outcome, tookMs, longest } = await player.evaluate(async (url) => {
        const tasks = [0];
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) tasks.push(duration);
        }).observe({ type: 'longtask' });
        const began = performance.now();
        const code = await smooth.load(url).then(
          () => 'loaded',
          (error: { code?: string }) => error.code ?? String(error),
        );
        const ended = performance.now();
        video.play().catch(() => {});
        // Manifests are refreshed, and fragments appear.
        await new Promise((resolve) => setTimeout(resolve, 4000));
        return { outcome: code, tookMs: ended - began, longest: Math.max(...tasks) };
      }, `${titles.origin}/hostile/${name}/1000000/Manifest`);
      console.log(`${name}: ${outcome} after ${Math.round(tookMs)} ms, longest task ${longest} ms`);
      expect(['loaded', ...Object.keys(ERROR_TEXTS)]).toContain(outcome);
    });
  }

  scene('20-token-in-the-manifest-query is refused, and the hint names the way', async ({ player }) => {
    const name = '20-token-in-the-manifest-query';
    await load(player, name, '?tok=1');
    await player.until(() => smooth.state === 'failed');
    const error = await player.evaluate(() => ({ code: smooth.error?.code, hint: smooth.error?.hint }));
    expect(error).toEqual({ code: 'network-unauthorized', hint: expect.stringContaining('network.request') });
    expect(askedOf(name, 0).filter((url) => /Fragments.*tok=/.test(url))).toEqual([]);
  });
});
