import type { Page } from '@playwright/test';
import { expect, test } from './element-fixture.ts';

/** Opens the window by its button; Chromium shows it as another page. */
async function openWindow(page: Page): Promise<Page> {
  await page.locator('smooth-player').hover();
  const opened = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Picture in picture' }).click();
  const pip = await opened;
  await expect(pip.locator('smooth-player')).toHaveCount(1);
  return pip;
}

test('the player moves into a window with its controls, and back when that is closed', async ({ host }) => {
  await host.page.setViewportSize({ width: 1100, height: 800 });
  await host.open({ controls: true });
  await host.page.evaluate(() => {
    element.style.setProperty('--smooth-accent', 'rgb(1, 200, 3)');
    for (const type of ['emptied', 'pause', 'enterpictureinpicture', 'leavepictureinpicture'])
      element.addEventListener(type, () => fired.push(type));
  });
  await host.play();
  const events = () =>
    host.page.evaluate(() => fired.filter((type) => /emptied|pause|pictureinpicture/.test(type)));
  const height = await host.page.evaluate(() => element.offsetHeight);

  const pip = await openWindow(host.page);
  await pip.waitForFunction(() => document.querySelector('smooth-player')?.matches(':state(pip)'));
  // Its styles, and the page's.
  await expect(pip.locator('.played')).toHaveCSS('background-color', 'rgb(1, 200, 3)');
  await expect(pip.locator('.bar').first()).toHaveCSS('position', 'relative');
  expect(
    await host.page.evaluate(() => (document.querySelector('main > div') as HTMLElement).offsetHeight),
  ).toBe(height);
  await pip.locator('smooth-player').hover();
  // Created in the window.
  await pip.getByRole('button', { name: 'Settings' }).click();
  await expect(pip.getByRole('menu')).toBeVisible();
  await expect(pip.getByRole('menu')).toHaveCSS('position', 'fixed');
  await pip.getByRole('menuitem', { name: 'Speed' }).click();
  await pip.getByRole('menuitemradio', { name: '2×' }).click();
  expect(await host.page.evaluate(() => element.playbackRate)).toBe(2);
  expect(await events()).toEqual(['enterpictureinpicture']);

  const closed = pip.waitForEvent('close');
  await pip.getByRole('button', { name: 'Exit picture in picture' }).click();
  await closed;
  await host.page.waitForFunction(
    () => element.ownerDocument === document && !element.matches(':state(pip)'),
  );
  expect(await host.page.evaluate(() => [element.parentElement?.localName, element.paused])).toEqual([
    'main',
    false,
  ]);
  expect(await events()).toEqual(['enterpictureinpicture', 'leavepictureinpicture']);
  await expect(host.page.locator('.played')).toHaveCSS('background-color', 'rgb(1, 200, 3)');
  await expect(host.page.getByRole('button', { name: 'Pause' }).last()).toBeVisible();
});

test('captions that first appear in the window are drawn there', async ({ host }) => {
  await host.page.setViewportSize({ width: 1100, height: 800 });
  await host.open({ controls: true });
  await host.play();
  const pip = await openWindow(host.page);
  await host.page.evaluate(() => {
    element.pause();
    element.player.textTrack = element.player.textTracks.find(({ language }) => language === 'en');
    const [text] = element.player.textTracks;
    return (
      text &&
      element.player.getCues(text).then(([cue]) => {
        element.currentTime = Number(cue?.start) + 0.1;
      })
    );
  });
  await expect(pip.locator('smooth-captions .cue').first()).toBeVisible();
  await expect(pip.locator('smooth-captions')).toHaveCSS('position', 'absolute');
});

test('where a page disables it, its key does nothing', async ({ host }) => {
  const { page } = host;
  await host.open({ controls: true, disablepictureinpicture: true });
  await host.play();
  await page.evaluate(() => {
    const windows = Reflect.get(globalThis, 'documentPictureInPicture') as { requestWindow(): unknown };
    windows.requestWindow = () => Promise.reject(fired.push('window'));
    element.requestPictureInPicture = () => Promise.reject(fired.push('video'));
    element.focus();
  });
  await page.keyboard.press('i');
  expect(await page.evaluate(() => fired.filter((one) => one === 'window' || one === 'video'))).toEqual([]);
});
