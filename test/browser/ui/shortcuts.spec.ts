import { expect, test } from './element-fixture.ts';

test('a question mark opens and closes the list of keys, and the keys of the player rest meanwhile', async ({
  host,
}) => {
  await host.open({ controls: true, theme: 'light' });
  await host.page.waitForFunction(() => element.readyState >= 2);
  await host.page.evaluate(() => element.focus());
  const sheet = host.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await host.page.keyboard.press('?');
  await expect(sheet).toBeVisible();
  await expect(sheet.getByRole('term')).toHaveCount(17);
  await expect(sheet).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  await host.page.keyboard.press('k');
  expect(await host.page.evaluate(() => element.paused)).toBe(true);
  await host.page.keyboard.press('?');
  await expect(sheet).toBeHidden();
  await host.page.keyboard.press('?');
  await sheet.getByRole('button', { name: 'Close' }).click();
  await expect(sheet).toBeHidden();
  await host.page.keyboard.press('?');
  await host.page.mouse.click(4, 4);
  await expect(sheet).toBeHidden();
});

test('Page Up and Page Down are the page’s to take', async ({ host }) => {
  await host.open({ controls: true });
  await host.page.waitForFunction(() => element.readyState >= 2 && element.player.textTracks.length > 0);
  await host.page.evaluate(() => {
    element.focus();
    globalThis.fired = [];
    element.addEventListener(
      'pagestep',
      (event) => {
        fired.push(`page ${event.by}`);
        event.preventDefault();
      },
      { once: true },
    );
  });
  await host.page.keyboard.press('PageDown');
  const pages = () => fired.filter((type) => type.startsWith('page'));
  expect(await host.page.evaluate(pages)).toEqual(['page 1']);
  expect(await host.page.evaluate(() => element.currentTime)).toBe(0);
  await host.page.keyboard.press('PageDown');
  expect(await host.page.evaluate(() => element.currentTime)).toBeGreaterThan(1);
});
