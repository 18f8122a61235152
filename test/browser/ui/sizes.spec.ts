import type { Locator } from '@playwright/test';
import { axeFindings } from './axe.ts';
import { type ElementPage, expect, test } from './element-fixture.ts';

/** Screenshots are stored in `test-results/sizes`. */
const FOLDER = 'test-results/sizes';
const WIDTHS = [240, 320, 400, 800, 1440, 1920] as const;

/** What a viewer can do, in the bar or else in the menu. */
const EVERYTHING = [
  'Play',
  'Unmute',
  'Settings',
  'Full screen',
  'Subtitles and captions',
  'Back 10 seconds',
  'Forward 10 seconds',
  'Rewind',
  'Fast forward',
  'Picture in picture',
  'Chapters',
  'Quality',
  'Audio',
  'Speed',
  'Volume',
];

/** A paused player, which shows its controls, and nothing else in the window. */
async function open(host: ElementPage, width: number): Promise<Locator> {
  const { page } = host;
  await page.setViewportSize({ width, height: Math.max(480, Math.round((width * 9) / 16)) });
  const player = await host.open({ controls: true, 'media-title': 'The balloon' });
  await page.evaluate(() => {
    element.after(document.querySelector('h1') ?? '');
    document.body.style.setProperty('margin', '0');
  });
  await host.play();
  await page.evaluate(() => element.pause());
  await expect(player.locator('.row .settings')).toBeVisible();
  await expect(player.locator('.row .captions')).toBeVisible();
  return player;
}

const namesOf = (locator: Locator) =>
  locator.evaluateAll((elements) =>
    elements
      .filter((one) => one.checkVisibility())
      .map((one) => one.ariaLabel ?? one.querySelector('.label')?.textContent ?? ''),
  );

test('in a narrow column the menu stays within the player', async ({ host }) => {
  await host.page.setViewportSize({ width: 1200, height: 800 });
  const player = await host.open({ controls: true });
  for (const [width, margin] of [
    [300, '0'],
    [300, '0 0 0 880px'],
    [260, '0 0 0 400px'],
  ] as const) {
    await host.page.evaluate(
      ([size, space]) =>
        Object.assign(element.style, { width: `${size}px`, margin: space, display: 'block' }),
      [width, margin] as const,
    );
    await player.getByRole('button', { name: 'Settings' }).click();
    const menu = player.getByRole('menu');
    await expect(menu).toBeVisible();
    await menu.evaluate((shown) => Promise.all(shown.getAnimations().map(({ finished }) => finished)));
    const [room, box] = [await player.boundingBox(), await menu.boundingBox()];
    expect(box?.x).toBeGreaterThanOrEqual(room?.x ?? Number.NaN);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((room?.x ?? 0) + (room?.width ?? 0));
    await host.page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
  }
});

for (const width of [240, 320])
  for (const lang of ['en', 'ar', 'de', 'ja'])
    test(`at ${width} px an error has its heading and its focused button in view: ${lang}`, async ({
      host,
    }) => {
      const { page } = host;
      await page.setViewportSize({ width: width + 60, height: 480 });
      const player = await host.open({ controls: true, lang, 'media-title': 'The balloon' });
      await page.evaluate((size) => element.style.setProperty('inline-size', `${size}px`), width);
      await page.waitForFunction(() => element.readyState >= 2);
      await page.evaluate(() => {
        element.focus();
        element.src = '/presentations/none.ism/Manifest';
      });
      const view = player.locator('smooth-error-view');
      await expect(view.locator('.retry')).toBeFocused();
      expect(await view.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
      const room = await player.boundingBox();
      if (!room) throw new Error('the player has no box');
      const boxOf = async (name: string) => {
        const box = await view.locator(name).boundingBox();
        return { top: box?.y ?? Number.NaN, bottom: (box?.y ?? Number.NaN) + (box?.height ?? 0) };
      };
      const [heading, button] = [await boxOf('h2'), await boxOf('.retry')];
      for (const { top, bottom } of [heading, button]) {
        expect(top).toBeGreaterThanOrEqual(room.y);
        expect(bottom).toBeLessThanOrEqual(room.y + room.height);
      }
      const message = await boxOf('p');
      expect(message.top).toBeGreaterThanOrEqual(heading.bottom);
      expect((await boxOf('summary')).top).toBeGreaterThanOrEqual(message.bottom);
    });

test('at 240 px the names of chapters are whole, in the menu and above the seek bar', async ({ host }) => {
  const player = await open(host, 240);
  const room = await player.boundingBox();
  await player.locator('smooth-seek-bar').hover();
  const tooltip = player.locator('.tooltip');
  await expect(tooltip).toContainText('The balloon');
  await expect(tooltip.locator('smooth-preview')).toHaveAttribute('has-picture');
  expect((await tooltip.boundingBox())?.y).toBeGreaterThanOrEqual(room?.y ?? Number.NaN);
  await player.locator('.row .settings').click();
  await player.getByRole('menuitem', { name: 'Chapters' }).click();
  await expect(player.locator('.item smooth-preview[has-picture]')).toHaveCount(3);
  const heights = await player
    .locator('.item.choice .label')
    .evaluateAll((labels) => labels.map((label) => label.getBoundingClientRect().height));
  expect(heights).toHaveLength(3);
  // One line.
  for (const height of heights) expect(height).toBeLessThan(30);
});

test('at 240 px a Japanese word in the list of keys is in one line', async ({ host }) => {
  const { page } = host;
  await page.setViewportSize({ width: 240, height: 480 });
  const player = await host.open({ controls: true, lang: 'ja' });
  await page.waitForFunction(() => element.player.eventTracks.length > 0);
  await page.evaluate(() => element.focus());
  await page.keyboard.press('?');
  const word = player.locator('smooth-keys-sheet dd').filter({ hasText: /^チャプター$/ });
  await expect(word).toBeVisible();
  expect((await word.boundingBox())?.height).toBeLessThan(30);
});

test('a title in another direction than the controls is cut at its end', async ({ host }) => {
  const player = await host.open({ controls: true, lang: 'ar', 'media-title': 'The balloon' });
  await expect(player.locator('.title')).toHaveCSS('direction', 'ltr');
});

for (const width of WIDTHS) {
  test(`at ${width} px everything is in the bar or in the menu, and inside the player`, async ({ host }) => {
    const { page } = host;
    const player = await open(host, width);
    const room = await player.boundingBox();
    if (!room) throw new Error('the player has no box');
    const controls = player.locator('.row button, .row smooth-time-display, smooth-seek-bar');
    for (const control of await controls.all()) {
      const box = await control.boundingBox();
      if (!box) continue;
      expect(box.x).toBeGreaterThanOrEqual(room.x);
      expect(box.x + box.width).toBeLessThanOrEqual(room.x + room.width + 0.5);
    }
    await expect(player.locator('smooth-time-display span').first()).toBeInViewport({ ratio: 1 });
    await page.screenshot({ path: `${FOLDER}/${width}.png` });

    const inBar = await namesOf(player.locator('.row :is(button, input)'));
    await player.locator('.row .settings').click();
    await expect(player.getByRole('menu', { name: 'Settings' })).toBeVisible();
    const inMenu = await namesOf(player.locator('smooth-menu .item'));
    const all = [...inBar, ...inMenu].map((name) => name.replace(/:.*/, ''));
    expect(EVERYTHING.filter((name) => !all.includes(name))).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    await page.screenshot({ path: `${FOLDER}/${width}-menu.png`, animations: 'disabled' });
    await player.getByRole('menuitem', { name: 'Quality' }).click();
    await expect(player.getByRole('menuitemradio', { name: /^Auto/ })).toBeFocused();
    await page.screenshot({ path: `${FOLDER}/${width}-quality.png`, animations: 'disabled' });
  });
}
