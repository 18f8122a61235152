import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import {
  type EncryptOptions,
  encryptPresentation,
  type PresentationPlace,
} from '../../demo/origin/encrypt.ts';
import { createOrigin, type Origin } from '../../demo/origin/server.ts';
import type { SmoothPlayerElement, SmoothVideoElement } from '../../src/element.ts';
import { expect, test } from './fixtures.ts';

interface Tools {
  readonly EXAMPLES: readonly string[];
  readonly PROTECTED: { readonly path: string; readonly name: string; readonly options: EncryptOptions };
  readonly SAMPLE: PresentationPlace;
  unpackPackage(folder: string): void;
  buildExample(name: string, folder: string, unpacked: string): string;
}
const { EXAMPLES, PROTECTED, SAMPLE, unpackPackage, buildExample } = (await import(
  `${import.meta.dirname}/../../tools/build-example.mjs`
)) as Tools;

const work = mkdtempSync(join(tmpdir(), 'examples-'));
const titles = join(work, 'titles');

test.beforeAll(async () => {
  unpackPackage(join(work, 'package'));
  await encryptPresentation(SAMPLE, { folder: titles, name: PROTECTED.name }, PROTECTED.options);
});

test.afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Example {
  readonly page: Page;
  readonly video: Locator;
  readonly origin: Origin;
}

/** What an example shows when it is built and served as its README says. */
function example(name: string, shows: (example: Example) => Promise<void>): void {
  test(`${name} plays, and shows what it is about`, async ({ page }) => {
    const served = buildExample(name, join(work, name), join(work, 'package'));
    const origin = createOrigin({
      presentations: { '/titles': SAMPLE.folder, [PROTECTED.path]: titles },
      files: [{ at: '/', from: served }],
    });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    try {
      await page.goto(`${await origin.listen()}/`);
      await shows({ page, video: page.locator('video'), origin });
      expect(faults).toEqual([]);
    } finally {
      await origin.close();
    }
  });
}

const FRAMES = 10;

/** Ten frames are presented, each later than the one before. */
async function plays(video: Locator): Promise<void> {
  const times = await video.evaluate(
    (element: HTMLVideoElement, count) =>
      new Promise<readonly number[]>((resolve) => {
        const seen: number[] = [];
        const onFrame: VideoFrameRequestCallback = (_, { mediaTime }) => {
          seen.push(mediaTime);
          if (seen.length < count) element.requestVideoFrameCallback(onFrame);
          else resolve(seen);
        };
        element.requestVideoFrameCallback(onFrame);
      }),
    FRAMES,
  );
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
}

/** Our own: the first is in the middle of the picture, another in the bar. */
const pressPlay = (page: Page) => page.getByRole('button', { name: 'Play', exact: true }).first().click();

const currentTime = (video: Locator) => video.evaluate((element: HTMLVideoElement) => element.currentTime);

test('there is a test for each example', () => {
  expect([...EXAMPLES].sort()).toEqual(
    ['tag', 'module', 'react', 'vue', 'svelte', 'media-chrome', 'protected', 'heuristics', 'captions'].sort(),
  );
});

example('tag', async ({ page, video }) => {
  await pressPlay(page);
  await plays(video);
  await expect(page.getByText('Dusk. The hills grow dark,')).toBeVisible();
});

example('module', async ({ page, video }) => {
  await expect(page.getByRole('option')).toHaveText([
    'Automatic',
    '144p',
    '240p',
    '360p',
    '480p',
    '720p',
    '1080p',
  ]);
  await video.evaluate((element: HTMLVideoElement) => element.play());
  await plays(video);
  await page.getByRole('combobox').selectOption('240p');
  await expect(page.locator('output')).toHaveText('240p (manual)');
});

for (const framework of ['react', 'vue', 'svelte'])
  example(framework, async ({ page, video }) => {
    await pressPlay(page);
    await plays(video);
    await expect(page.locator('output')).toHaveText(/^\d+p$/);
    // A slot, a property that is an object, and an attribute.
    await expect(page.locator('[slot="top"]')).toHaveText(/^\d+p$/);
    await expect(page.locator('[slot="top"]')).toBeVisible();
    expect(
      await page
        .locator('smooth-player')
        .evaluate(({ options, mediaTitle, controls }: SmoothPlayerElement) => [
          options,
          mediaTitle,
          controls,
        ]),
    ).toEqual([{ buffer: { ahead: 20 } }, 'A balloon at dusk', true]);
    const before = await currentTime(video);
    await page.getByRole('button', { name: 'Ten seconds on' }).click();
    await plays(video);
    expect(await currentTime(video)).toBeGreaterThan(before + 10);
  });

example('media-chrome', async ({ page, video }) => {
  await page.getByRole('button', { name: 'play', exact: true }).click();
  await plays(video);
  await expect(page.locator('media-time-display')).toHaveText(/0:0\d\s*\/\s*0:30/);
  const media = page.locator('smooth-video');
  const items = (menu: string) => page.locator(menu).getByRole('menuitemradio');
  const open = async (button: string, menu: string) => {
    if (!(await items(menu).first().isVisible())) await page.locator(button).click();
  };
  // A menu of qualities closes whenever the size of the picture changes.
  const soon = { timeout: 2000 };
  const choose = (button: string, menu: string, name: string) =>
    expect(async () => {
      await open(button, menu);
      await items(menu).filter({ hasText: name }).click(soon);
      // It says so when it is opened again.
      await open(button, menu);
      await expect(items(menu).filter({ hasText: name })).toBeChecked(soon);
      await page.locator(button).click();
    }).toPass();

  await expect(async () => {
    await open('media-rendition-menu-button', 'media-rendition-menu');
    await expect(items('media-rendition-menu')).toHaveText(
      ['1080p', '720p', '480p', '360p', '240p', '144p', /^Auto/],
      soon,
    );
    await items('media-rendition-menu').filter({ hasText: '240p' }).click(soon);
  }).toPass();
  const quality = () =>
    media.evaluate(({ player }: SmoothVideoElement) =>
      player.quality === 'auto' ? 'auto' : player.quality.label,
    );
  await expect.poll(quality).toBe('240p');
  await choose('media-rendition-menu-button', 'media-rendition-menu', 'Auto');
  await expect.poll(quality).toBe('auto');

  await choose('media-audio-track-menu-button', 'media-audio-track-menu', 'Français');
  await expect
    .poll(() => media.evaluate(({ player }: SmoothVideoElement) => player.audioTrack?.language))
    .toMatch(/^fr/);

  await choose('media-captions-menu-button', 'media-captions-menu', 'French');
  await expect
    .poll(() => media.evaluate(({ player }: SmoothVideoElement) => player.textTrack?.language))
    .toMatch(/^fr/);

  await page.getByRole('button', { name: 'pause', exact: true }).click();
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.paused)).toBe(true);
});

example('protected', async ({ page, video }) => {
  await pressPlay(page);
  await plays(video);
  await expect(page.locator('output')).toHaveText(`${PROTECTED.options.keys[0].keyId} is usable`);
  expect(await video.evaluate((element: HTMLVideoElement) => element.mediaKeys !== null)).toBe(true);
});

example('heuristics', async ({ page, video }) => {
  await pressPlay(page);
  await plays(video);
  await page.waitForFunction(
    () => (document.querySelector('smooth-player')?.player.getStats().bufferAhead.video ?? 0) > 20,
  );
  // The network would allow the highest level; the page's estimate allows this one.
  await expect(page.getByRole('listitem')).toHaveText([
    '144p: start low',
    '240p: step up',
    '360p: step up',
    '480p: step up',
  ]);
});

example('captions', async ({ page, video }) => {
  await pressPlay(page);
  await plays(video);
  await expect(page.getByText('Es dämmert. Die Hügel werden dunkel.')).toBeVisible();
  await page.getByLabel('A file of your own').setInputFiles({
    name: 'own.srt',
    mimeType: 'application/x-subrip',
    buffer: Buffer.from('1\n00:00:00,000 --> 00:00:20,000\nFrom a file of the viewer\n'),
  });
  await expect(page.getByText('Showing own.srt')).toBeVisible();
  await expect(page.getByText('From a file of the viewer')).toBeVisible();
});
