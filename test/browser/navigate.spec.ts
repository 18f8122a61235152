import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLE as CLIP } from '../../demo/sample/strip.ts';
import { expect, type PlayerPage, test } from './fixtures.ts';

declare global {
  /** The content of a bitmap. */
  function readBitmap(image: ImageBitmap): { frame: number; level: number } | undefined;
  /** The picture of the video. */
  function readPicture(): { frame?: number; level?: number };
}

const { framesPerSecond } = CLIP;
/** Frames between key frames, which is one fragment of the sample. */
const KEY_DISTANCE = 2 * framesPerSecond;

/** Loads the sample, and waits until the buffer is full before the first preview is requested. */
async function loadFull(player: PlayerPage, startTime = 0): Promise<void> {
  await player.evaluate(() => smooth.configure({ buffer: { ahead: 6 } }));
  await player.load(undefined, startTime);
  await player.fill(4);
}

test('a preview is the picture of its place, from the key frames of the lowest level', async ({ player }) => {
  await loadFull(player);
  const shown = await player.evaluate(async () => {
    const previews = await smooth.openPreviews();
    const seen = [];
    for (const time of [1, 11, 5, 25.3, 29.9]) {
      const picture = await previews.at(time, { width: 320 });
      seen.push({ time, reading: picture && readBitmap(picture.image), start: picture?.start });
    }
    return seen;
  });
  expect(shown).toEqual(
    [1, 11, 5, 25.3, 29.9].map((time) => {
      const start = Math.floor(time / 2) * 2;
      return { time, start, reading: { frame: (start / 2) * KEY_DISTANCE, level: 0 } };
    }),
  );
});

test('nothing is fetched before the first preview, and then no more than its picture', async ({
  player,
  origin,
}) => {
  await loadFull(player);
  const far = () => origin.log.entries.filter(({ url }) => /video=24\d{7}\)/.test(url));
  expect(far()).toEqual([]);
  await player.evaluate(async () => {
    const previews = await smooth.openPreviews();
    await previews.at(25);
    previews.leave();
  });
  expect(far().map(({ status }) => status)).toEqual([206]);
});

test('before the beginning the first picture, at the end the last, beyond it and for what is no moment none', async ({
  player,
}) => {
  await loadFull(player);
  const frames = await player.evaluate(async () => {
    const previews = await smooth.openPreviews();
    const seen: unknown[] = [];
    for (const time of [-1, -0.01, 30, 1000, Number.NaN, 5]) {
      const picture = await previews.at(time, { width: 320 });
      seen.push(picture && readBitmap(picture.image)?.frame);
    }
    seen.push(await previews.at(5, { width: 0 }));
    seen.push(await previews.at(1e300), await previews.still(-1e300), previews.nearest(1e300));
    return seen;
  });
  expect(frames).toEqual([0, 0, 700, undefined, undefined, 100, ...Array(4).fill(undefined)]);
});

test('in a gap the picture behind it is shown, and fetched once', async ({ player, origin }) => {
  // Without the chunks from 8 to 12 s.
  const body = MANIFEST.replace(/<StreamIndex[^>]*Type="video"[\s\S]*?<\/StreamIndex>/, (stream) => {
    const chunks = Array.from({ length: 15 }, (_, i) => i).filter((i) => i !== 4 && i !== 5);
    return stream
      .replace(/\s*<c [^>]*\/>/g, '')
      .replace(/Chunks="\d+"/, `Chunks="${chunks.length}"`)
      .replace(
        '</StreamIndex>',
        `${chunks.map((i) => `<c t="${i * 2e7}" d="20000000"/>`).join('')}</StreamIndex>`,
      );
  });
  await player.page.route('**/sample.ism/Manifest', (route) => route.fulfill({ body }));
  await loadFull(player, 20);
  origin.log.clear();
  const frame = await player.evaluate(async () => {
    const previews = await smooth.openPreviews();
    const picture = await previews.at(9, { width: 320 });
    previews.leave();
    await new Promise((resolve) => setTimeout(resolve, 500));
    return picture && readBitmap(picture.image)?.frame;
  });
  expect(frame).toBe(300);
  expect(origin.log.entries.filter(({ url }) => /video=120000000\)/.test(url)).length).toBe(1);
});

test('steps, stills and storyboards refuse what makes no sense', async ({ player }) => {
  await loadFull(player);
  const codes = await player.evaluate(() =>
    Promise.all(
      [
        () => smooth.stepFrame(Number.NaN),
        () => smooth.stepFrame(0.5),
        () => smooth.snapshot(Number.POSITIVE_INFINITY),
        () => smooth.snapshot(1, { width: 0 }),
        () => smooth.snapshot(1, { width: 1e9 }),
        () => smooth.addStoryboard('javascript:alert(1)'),
        () => smooth.addStoryboard('http://['),
      ].map((act) =>
        act().then(
          () => 'resolved',
          (error: { code: string }) => error.code,
        ),
      ),
    ),
  );
  expect(codes).toEqual([...Array(5).fill('option-invalid'), 'source-invalid', 'source-invalid']);
});

test('where the origin knows no ranges, a preview is there all the same', async ({ player, page }) => {
  await loadFull(player);
  await page.route(/video=24\d{7}\)/, async (route) => {
    const { range: _, ...headers } = await route.request().allHeaders();
    await route.continue({ headers });
  });
  const reading = await player.evaluate(async () => {
    const picture = await (await smooth.openPreviews()).at(25, { width: 320 });
    return picture && readBitmap(picture.image);
  });
  expect(reading).toEqual({ frame: 600, level: 0 });
});

test('where the origin knows no ranges, its KeyFrames are asked for, and where it does not know those, never again', async ({
  player,
  page,
}) => {
  await loadFull(player);
  const asked: string[] = [];
  let isKnown = true;
  await page.route(/\/(?:Fragments|KeyFrames)\(video=/, async (route) => {
    const [, noun] = /(\w+)\(video=/.exec(route.request().url()) ?? [];
    asked.push(String(noun));
    if (noun === 'KeyFrames' && !isKnown) return route.fulfill({ status: 400 });
    const { range: _, ...headers } = await route.request().allHeaders();
    return route.continue({ headers });
  });
  const look = (times: readonly number[]) =>
    player.evaluate(async (moments) => {
      const previews = await smooth.openPreviews();
      const frames: (number | undefined)[] = [];
      for (const time of moments) {
        const picture = await previews.at(time, { width: 320 });
        frames.push(picture && readBitmap(picture.image)?.frame);
      }
      previews.leave();
      return frames;
    }, times);
  expect(await look([13, 17])).toEqual([300, 400]);
  expect(asked).toEqual(['Fragments', 'KeyFrames']);
  isKnown = false;
  asked.length = 0;
  expect(await look([21, 25, 29])).toEqual([500, 600, 700]);
  expect(asked).toEqual(['KeyFrames', 'Fragments', 'Fragments', 'Fragments']);
});

test('of places asked for one after another the last one gets its picture', async ({ player }) => {
  await loadFull(player);
  const got = await player.evaluate(async () => {
    const previews = await smooth.openPreviews();
    const asked = [20, 22, 24, 26, 28].map((time) => previews.at(time));
    return (await Promise.all(asked)).map((picture) => picture?.start);
  });
  expect(got).toEqual([undefined, undefined, undefined, undefined, 28]);
});

test('snapshots: of a key frame, and of the exact frame', async ({ player }) => {
  await loadFull(player);
  const stills = await player.evaluate(async () => {
    const seen = [];
    for (const how of [{ width: 320 }, { width: 640, exact: true }]) {
      for (const time of [7.5, 13.02, 29.98]) {
        const image = await smooth.snapshot(time, how);
        seen.push({ exact: how.exact, time, width: image.width, frame: readBitmap(image)?.frame });
        image.close();
      }
    }
    return seen;
  });
  expect(stills).toEqual([
    { exact: undefined, time: 7.5, width: 320, frame: 150 },
    { exact: undefined, time: 13.02, width: 320, frame: 300 },
    { exact: undefined, time: 29.98, width: 320, frame: 700 },
    { exact: true, time: 7.5, width: 640, frame: 187 },
    { exact: true, time: 13.02, width: 640, frame: 325 },
    { exact: true, time: 29.98, width: 640, frame: 749 },
  ]);
});

test('what is unavailable is an error with a code, and unloading ends what is under way', async ({
  player,
}) => {
  await loadFull(player);
  const outcomes = await player.evaluate(async () => {
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'resolved',
        (error: { code?: unknown; name: string }) =>
          typeof error.code === 'string' ? error.code : error.name,
      );
    const behind = codeOf(smooth.snapshot(1000));
    await behind;
    const under = codeOf(smooth.snapshot(20, { exact: true }));
    await smooth.unload();
    return [await behind, await under, await codeOf(smooth.snapshot(1))];
  });
  expect(outcomes[0]).toBe('pictures-unavailable');
  expect(['AbortError', 'resolved']).toContain(outcomes[1]);
  expect(outcomes[2]).toBe('option-invalid');
});

test('steps of a frame are exact, forward and back, over fragments and after a pause in play', async ({
  player,
}) => {
  await loadFull(player, 3);
  await player.play();
  await player.reach(3.9);
  const steps = await player.evaluate(async () => {
    video.pause();
    const seen: { from: number; by: number; to: number }[] = [];
    const shown = () => readPicture().frame ?? Number.NaN;
    for (const by of [...Array(40).fill(1), ...Array(60).fill(-1)]) {
      const from = shown();
      await smooth.stepFrame(by);
      seen.push({ from, by, to: shown() });
    }
    return seen;
  });
  expect(steps.filter(({ from, by, to }) => to !== from + by)).toEqual([]);
  expect(steps.length).toBe(100);
});

test('steps that wait are dropped when somebody plays', async ({ player }) => {
  await loadFull(player, 3);
  await player.evaluate(async () => {
    const steps = Array.from({ length: 60 }, () => smooth.stepFrame(1));
    await steps[1];
    void video.play();
    await Promise.all(steps);
  });
  const at = await player.evaluate(() => video.currentTime);
  await player.reach(at + 1);
  expect(await player.evaluate(() => video.paused)).toBe(false);
});

test('steps stay at the first and at the last frame', async ({ player }) => {
  await loadFull(player);
  const ends = await player.evaluate(async () => {
    await seekTo(0.06);
    for (let i = 0; i < 4; i += 1) await smooth.stepFrame(-1);
    const first = readPicture().frame;
    await seekTo(29.94);
    for (let i = 0; i < 4; i += 1) await smooth.stepFrame(1);
    return { first, last: readPicture().frame, ended: video.ended };
  });
  expect(ends).toEqual({ first: 0, last: 749, ended: false });
});

const MANIFEST = readFileSync(join(import.meta.dirname, '../../demo/sample/sample.ismc'), 'utf8');
const [VIDEO = ''] = /<StreamIndex[^>]*Type="video"[\s\S]*?<\/StreamIndex>/.exec(MANIFEST) ?? [];

/** The sample's video at another frame rate: on another clock, with the same number of ticks per frame. */
async function loadAt(player: PlayerPage, rate: number): Promise<void> {
  const scale = Math.round((1e7 * rate) / framesPerSecond);
  const stream = VIDEO.replace('<StreamIndex', `<StreamIndex TimeScale="${scale}"`);
  await player.page.route('**/sample.ism/Manifest', (route) =>
    route.fulfill({
      body: `<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" TimeScale="${scale}" Duration="300000000">${stream}</SmoothStreamingMedia>`,
    }),
  );
  await player.load();
  await player.until(() => video.readyState >= 2);
}

/** Steps by these in turn; returns those that did not lead to the expected frame. */
const walk = (player: PlayerPage, by: readonly number[]) =>
  player.evaluate(async (steps) => {
    const wrong: { from: number; by: number; to: number }[] = [];
    const shown = () => readPicture().frame ?? Number.NaN;
    for (const step of steps) {
      const from = shown();
      await smooth.stepFrame(step);
      if (shown() !== from + step) wrong.push({ from, by: step, to: shown() });
    }
    return wrong;
  }, by);

for (const rate of [24_000 / 1001, 30_000 / 1001, 60_000 / 1001]) {
  test(`steps are exact at ${rate.toFixed(3)} frames a second`, async ({ player }) => {
    await loadAt(player, rate);
    await player.play();
    await player.reach(0.7);
    await player.evaluate(() => video.pause());
    expect(await walk(player, [...Array(60).fill(1), ...Array(70).fill(-1)])).toEqual([]);
  });
}

test('steps are exact over a seam between a level without and one with reordered pictures', async ({
  player,
}) => {
  await player.evaluate(() => smooth.configure({ buffer: { ahead: 4 } }));
  await player.load();
  const [lowest = 0, , , other = 0] = await player.evaluate(() =>
    smooth.qualities.map(({ bitrate }) => bitrate),
  );
  await player.evaluate((bitrate) => smooth.setQuality(bitrate, { switch: 'now' }), lowest);
  await player.fill(3);
  await player.evaluate((bitrate) => smooth.setQuality(bitrate, { switch: 'next' }), other);
  await player.play();
  await player.page.waitForFunction((bitrate) => smooth.playingQuality?.bitrate === bitrate, other);
  await player.evaluate(() => video.pause());
  // Back over the boundary, and forward over it again.
  expect(await walk(player, [...Array(40).fill(-1), ...Array(40).fill(1)])).toEqual([]);
  const levels = await player.evaluate(() => new Set(pictures.map(({ level }) => level)).size);
  expect(levels).toBeGreaterThan(1);
});
