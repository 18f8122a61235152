import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { encryptedTitles, encryptedUrl } from './encrypted-titles.ts';
import { expect, type PlayerPage, test } from './fixtures.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, '../../demo/sample/sample.ismc'), 'utf8');
/** Duration that each image represents, in seconds, and the number of images. */
const EACH = 5;
const COUNT = 6;

const folder = encryptedTitles({ sealed: {}, lead: { clearLead: 3 } });
test.use({ titles: folder });

/** A JPEG of 320 × 180 in which the columns have the brightness of picture 0, 1, …; a single one if there is one. */
async function makeJpeg(page: Page, pictures: readonly number[]): Promise<Buffer> {
  const base64 = await page.evaluate(async (numbers) => {
    const canvas = new OffscreenCanvas(160 * numbers.length, 90);
    const context = canvas.getContext('2d');
    numbers.forEach((number, column) => {
      if (context) context.fillStyle = `rgb(${40 * number}, ${40 * number}, ${40 * number})`;
      context?.fillRect(160 * column, 0, 160, 90);
    });
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }, pictures);
  return Buffer.from(base64, 'base64');
}

function box(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + contents.reduce((sum, { length }) => sum + length, 0));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...contents]);
}

const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
};

/** A fragment with a picture for each sample. */
function fragmentOf(pictures: readonly Buffer[]): Buffer {
  const moof = (dataOffset: number) =>
    box(
      'moof',
      box('mfhd', words(0, 1)),
      box(
        'traf',
        box('tfhd', words(0x020000, 1)),
        box('trun', words(0x000201, pictures.length, dataOffset, ...pictures.map(({ length }) => length))),
      ),
    );
  return Buffer.concat([moof(moof(0).length + 8), box('mdat', ...pictures)]);
}

/** The brightness of the previews at some positions, as the number of their image. */
const lookAt = (player: PlayerPage, times: readonly number[]) =>
  player.evaluate(async (moments) => {
    const previews = await smooth.openPreviews();
    const seen: (number | undefined)[] = [];
    for (const time of moments) {
      const image = (await previews.at(time))?.image;
      const context = new OffscreenCanvas(16, 9).getContext('2d');
      if (image) context?.drawImage(image, 0, 0, 16, 9);
      seen.push(image && Math.round((context?.getImageData(8, 4, 1, 1).data[0] ?? 0) / 40));
    }
    return seen;
  }, times);

const MOMENTS = [0, 4.9, 12, 29, 6] as const;
const pictureAt = (time: number) => Math.floor(time / EACH);

/** The sample with a film strip; `bodyOf` returns the fragments. */
async function loadWithStrip(
  player: PlayerPage,
  attributes: string,
  fragments: number,
  bodyOf: (index: number) => Promise<Buffer>,
): Promise<string[]> {
  const asked: string[] = [];
  const ticks = (30 / fragments) * 1e7;
  const chunks = Array.from({ length: fragments }, (_, i) => `<c t="${i * ticks}" d="${ticks}"/>`).join('');
  const strip = `<StreamIndex Type="video" ${attributes} Name="strip" Chunks="${fragments}" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(strip={start time})"><QualityLevel Index="0" Bitrate="3000" FourCC="JPEG" MaxWidth="160" MaxHeight="90" CodecPrivateData=""/>${chunks}</StreamIndex>`;
  await player.page.route('**/sample.ism/Manifest', (route) =>
    route.fulfill({ body: MANIFEST.replace('</SmoothStreamingMedia>', `${strip}</SmoothStreamingMedia>`) }),
  );
  await player.page.route('**/Fragments(strip=*', async (route) => {
    asked.push(route.request().url());
    const [, time] = /strip=(\d+)/.exec(route.request().url()) ?? [];
    await route.fulfill({ body: await bodyOf(Number(time) / ticks) });
  });
  expect(await player.load()).toBeUndefined();
  await player.fill(4);
  return asked;
}

for (const [name, attributes] of [
  ['a stream with Subtype and FourCC', 'Subtype="ZOET"'],
  ['a stream of JPEG without Subtype', ''],
] as const) {
  test(`previews come from ${name}, and nothing plays it`, async ({ player, page }) => {
    const asked = await loadWithStrip(player, attributes, COUNT, async (index) =>
      fragmentOf([await makeJpeg(page, [index])]),
    );
    expect(asked).toEqual([]);
    expect(await lookAt(player, MOMENTS)).toEqual(MOMENTS.map(pictureAt));
    expect(await player.evaluate(() => smooth.videoTracks.length)).toBe(1);
    expect(await player.events('warning')).toEqual([]);
  });
}

test('a fragment may be a bare JPEG, or hold several', async ({ player, page }) => {
  await loadWithStrip(player, 'Subtype="ZOET"', COUNT / 2, async (index) => {
    const pictures = await Promise.all([2 * index, 2 * index + 1].map((number) => makeJpeg(page, [number])));
    return fragmentOf(pictures);
  });
  expect(await lookAt(player, MOMENTS)).toEqual(MOMENTS.map(pictureAt));
  await page.unrouteAll();
  await loadWithStrip(player, 'Subtype="ZOET"', COUNT, (index) => makeJpeg(page, [index]));
  expect(await lookAt(player, MOMENTS)).toEqual(MOMENTS.map(pictureAt));
});

test('where a film strip gives nothing, key frames do, and nobody is warned', async ({ player }) => {
  await loadWithStrip(player, 'Subtype="ZOET"', COUNT, async () => Buffer.from('no picture'));
  const reading = await player.evaluate(async () => {
    const previews = await smooth.openPreviews();
    for (const time of [1, 11, 21]) await previews.at(time, { width: 320 });
    const picture = await previews.at(25, { width: 320 });
    return picture && readBitmap(picture.image);
  });
  expect(reading).toEqual({ frame: 600, level: 0 });
  expect(await player.events('warning')).toEqual([]);
});

test('a storyboard that the page has goes before everything else', async ({ player, page }) => {
  const sheets = [await makeJpeg(page, [0, 1, 2]), await makeJpeg(page, [3, 4, 5])];
  const asked: string[] = [];
  await page.route('**/boards/**', (route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    const sheet = sheets[Number(/(\d)\.jpg/.exec(pathname)?.[1])];
    if (sheet) return route.fulfill({ body: sheet, contentType: 'image/jpeg' });
    const clock = (time: number) => `00:00:${String(time).padStart(2, '0')}.000`;
    const cues = Array.from(
      { length: COUNT },
      (_, i) =>
        `${clock(EACH * i)} --> ${clock(EACH * (i + 1))}\nsheet${Math.floor(i / 3)}.jpg#xywh=${160 * (i % 3)},0,160,90\n`,
    );
    return route.fulfill({ body: `WEBVTT\n\n${cues.join('\n')}`, contentType: 'text/vtt' });
  });
  await player.load();
  await player.fill(4);
  await player.evaluate(() => smooth.addStoryboard('/boards/board.vtt'));
  expect(await lookAt(player, MOMENTS)).toEqual(MOMENTS.map(pictureAt));
  expect(asked.filter((path) => path.endsWith('.jpg')).sort()).toEqual([
    '/boards/sheet0.jpg',
    '/boards/sheet1.jpg',
  ]);
});

test('what is no storyboard is an error with a code, and key frames stay', async ({ player, page }) => {
  await page.route('**/none.vtt', (route) => route.fulfill({ body: '<html>' }));
  await player.load();
  await player.fill(4);
  const code = await player.evaluate(() =>
    smooth.addStoryboard('/none.vtt').then(
      () => 'resolved',
      (error: { code: string }) => error.code,
    ),
  );
  expect(code).toBe('pictures-unavailable');
  const reading = await player.evaluate(async () => {
    const picture = await (await smooth.openPreviews()).at(25, { width: 320 });
    return picture && readBitmap(picture.image);
  });
  expect(reading?.frame).toBe(600);
});

test('of a protected title there are pictures only where it is clear, and no failure', async ({ player }) => {
  const look = (name: string) =>
    player.evaluate(
      async (url) => {
        await smooth.load({
          url,
          drm: { clearKeys: { '00112233445566778899aabbccddeeff': '0123456789abcdef0123456789abcdef' } },
        });
        await until(() => video.readyState >= 2);
        const previews = await smooth.openPreviews();
        const frames: (number | undefined)[] = [];
        for (const time of [1, 25]) {
          const picture = await previews.at(time, { width: 320 });
          frames.push(picture && readBitmap(picture.image)?.frame);
        }
        const still = await smooth.snapshot(25, { exact: true }).then(
          () => 'resolved',
          (error: { code: string }) => error.code,
        );
        return { frames, still, state: smooth.state };
      },
      encryptedUrl(player.url, name),
    );
  expect(await look('lead')).toEqual({
    frames: [0, undefined],
    still: 'pictures-unavailable',
    state: 'ready',
  });
  expect(await look('sealed')).toEqual({
    frames: [undefined, undefined],
    still: 'pictures-unavailable',
    state: 'ready',
  });
  expect(await player.events('error')).toEqual([]);
});

test('of a protected title trick play goes by seeking', async ({ player }) => {
  const seen = await player.evaluate(
    async (url) => {
      await smooth.load({
        url,
        drm: { clearKeys: { '00112233445566778899aabbccddeeff': '0123456789abcdef0123456789abcdef' } },
      });
      smooth.canvas = document.createElement('canvas');
      smooth.canvas.hidden = true;
      await video.play();
      await until(() => video.currentTime > 0.2);
      const seeks: number[] = [];
      video.addEventListener('seeked', () => seeks.push(video.currentTime));
      await smooth.trickPlay(8);
      await until(() => smooth.position > 24 || smooth.trickRate === 1);
      await smooth.trickPlay(1);
      return { seeks, covered: !smooth.canvas.hidden };
    },
    encryptedUrl(player.url, 'sealed'),
  );
  expect(seen.seeks.length).toBeGreaterThan(3);
  expect(seen.seeks.slice(1).filter((time, i) => time <= (seen.seeks[i] ?? 0))).toEqual([]);
  expect(seen.covered).toBe(false);
});
