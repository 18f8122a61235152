import { axeFindings } from './axe.ts';
import { expect, test } from './element-fixture.ts';

test('without the attribute there are no controls', async ({ host }) => {
  await host.open();
  await expect(host.page.getByRole('button')).toHaveCount(0);
});

test('the play button plays and pauses, and says which', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.page.waitForFunction(() => element.readyState >= 2);
  await player.locator('.row').getByRole('button', { name: 'Play' }).click();
  await host.page.waitForFunction(() => element.currentTime > 0.2);
  await player.locator('.row').getByRole('button', { name: 'Pause' }).click();
  expect(await host.page.evaluate(() => element.paused)).toBe(true);
});

test('a click on the picture plays, a double click fills the screen', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await player.locator('video').click({ position: { x: 60, y: 120 } });
  expect(await host.page.evaluate(() => element.paused)).toBe(true);
  await player.locator('video').dblclick({ position: { x: 60, y: 120 } });
  await host.page.waitForFunction(() => element.matches(':state(fullscreen)'));
});

test('controls fade while nothing happens and come back with the pointer', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await player.hover();
  await expect(player.locator('.stage')).not.toHaveAttribute('data-quiet');
  await expect(player.locator('.stage')).toHaveAttribute('data-quiet', '', { timeout: 6000 });
  await host.page.mouse.move(200, 200);
  await expect(player.locator('.stage')).not.toHaveAttribute('data-quiet');
  await host.page.evaluate(() => element.pause());
  await host.page.waitForTimeout(3000);
  await expect(player.locator('.stage')).not.toHaveAttribute('data-quiet');
});

test('keys do what viewers expect', async ({ host }) => {
  await host.open({ controls: true });
  await host.play();
  await host.page.evaluate(() => element.focus());
  await host.page.keyboard.press('k');
  expect(await host.page.evaluate(() => element.paused)).toBe(true);
  await host.page.keyboard.press('5');
  const half = await host.page.evaluate(() => element.currentTime / element.duration);
  expect(half).toBeCloseTo(0.5, 2);
  await host.page.waitForFunction(() => !element.seeking);
  const before = await host.page.evaluate(() => element.currentTime);
  await host.page.keyboard.press('ArrowRight');
  expect(await host.page.evaluate(() => element.currentTime)).toBeCloseTo(before + 5, 1);
  await host.page.keyboard.press('.');
  // The next frame is looked up before it is sought.
  await expect.poll(() => host.page.evaluate(() => element.currentTime)).toBeGreaterThan(before + 5);
  await host.page.keyboard.press('m');
  expect(await host.page.evaluate(() => element.muted)).toBe(false);
  await host.page.keyboard.press('Control+Alt+d');
  const figures = host.page.getByRole('region', { name: 'Playback statistics' });
  await expect(figures).toContainText(/decision.*(start|hold|up|down|only): .*bandwidth .*buffer /);
  const saved = host.page.waitForEvent('download');
  await figures.getByRole('button', { name: 'Save diagnostics' }).click();
  expect((await saved).suggestedFilename()).toMatch(/^smooth-player-2.*\.json$/);
});

test('hotkeys="off" leaves the keyboard to the page', async ({ host }) => {
  await host.open({ controls: true, hotkeys: 'off' });
  await host.play();
  await host.page.evaluate(() => element.focus());
  await host.page.keyboard.press('k');
  expect(await host.page.evaluate(() => element.paused)).toBe(false);
});

test('the seek bar follows pointer and keys', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.page.waitForFunction(() => element.readyState >= 2);
  const slider = player.getByRole('slider', { name: 'Seek' });
  await slider.scrollIntoViewIfNeeded();
  const box = await player.locator('smooth-seek-bar').boundingBox();
  if (!box) throw new Error('the seek bar has no box');
  const y = box.y + box.height / 2;
  await host.page.mouse.move(box.x + box.width * 0.2, y);
  await host.page.mouse.down();
  await host.page.mouse.move(box.x + box.width * 0.6, y, { steps: 4 });
  await host.page.mouse.up();
  const share = await host.page.evaluate(() => element.currentTime / element.duration);
  expect(share).toBeCloseTo(0.6, 1);
  await slider.focus();
  await host.page.keyboard.press('Home');
  expect(await host.page.evaluate(() => element.currentTime)).toBe(0);
  await expect(slider).toHaveAttribute('aria-valuetext', /^0 seconds of \d+ /);
});

test('the quality menu is worked by keyboard, says what plays, and gives the focus back', async ({
  host,
}) => {
  const player = await host.open({ controls: true });
  await host.play();
  const button = player.getByRole('button', { name: /^Quality/ });
  await expect(button).toHaveAccessibleName(/Auto \(\d+p\)/);
  await button.focus();
  await host.page.keyboard.press('ArrowUp');
  await expect(player.getByRole('menuitemradio', { name: /^Auto/ })).toBeFocused();
  await host.page.keyboard.press('End');
  await host.page.keyboard.press('Enter');
  const lowest = await host.page.evaluate(() => element.player.qualities[0]?.height);
  expect(await host.page.evaluate(() => element.player.quality)).toMatchObject({ height: lowest });
  await expect(button).toHaveAccessibleName(`Quality: ${lowest}p`);
  await expect(button).toBeFocused();
  await expect(player.getByRole('menu')).toHaveCount(0);
});

test('a click beside an open menu closes it and nothing else', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await player.hover();
  await player.getByRole('button', { name: /^Speed/ }).click();
  await expect(player.getByRole('menuitemradio', { name: 'Normal' })).toBeVisible();
  await player.locator('video').click({ position: { x: 60, y: 60 } });
  await expect(player.getByRole('menuitemradio', { name: 'Normal' })).toBeHidden();
  expect(await host.page.evaluate(() => element.paused)).toBe(false);
});

test('the audio menu changes the language', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await player.hover();
  await player.getByRole('button', { name: /^Audio/ }).click();
  const other = player.getByRole('menuitemradio', { checked: false });
  const name = (await other.locator('.label').textContent()) ?? '';
  await other.click();
  await expect.poll(() => host.page.evaluate(() => element.player.audioTrack?.label)).toBe(name);
});

test('a failure shows words and a way out of it', async ({ host, origin }) => {
  origin.rules.add({ match: { url: '/Manifest' }, effect: { type: 'status', status: 503 } });
  const player = await host.open({ controls: true });
  await expect(player.getByRole('alert')).toContainText('can’t be played', { timeout: 20_000 });
  expect(await axeFindings(host.page)).toEqual([]);
  origin.rules.clear();
  await player.getByRole('button', { name: 'Try again' }).click();
  await host.page.waitForFunction(() => element.currentTime > 0.2);
  await expect(player.getByRole('alert')).toHaveCount(0);
});

test('the words are in the language of the page', async ({ host }) => {
  const player = await host.open({ controls: true, lang: 'de' });
  await expect(player.locator('.row').getByRole('button', { name: 'Abspielen' })).toBeVisible();
});

test('axe finds nothing in the controls, nor in an open menu', async ({ host }) => {
  const player = await host.open({ controls: true, 'media-title': 'A title' });
  await host.play();
  await player.hover();
  expect(await axeFindings(host.page)).toEqual([]);
  await player.getByRole('button', { name: /^Quality/ }).click();
  expect(await axeFindings(host.page)).toEqual([]);
});

for (const width of [240, 360, 800, 1440]) {
  test(`at ${width} px no control leaves the player`, async ({ host }) => {
    await host.page.setViewportSize({ width, height: 700 });
    const player = await host.open({ controls: true });
    await host.play();
    await player.hover();
    const room = await player.boundingBox();
    for (const button of await player.locator('.row').getByRole('button').all()) {
      const box = await button.boundingBox();
      if (!room || !box) continue;
      expect(box.x).toBeGreaterThanOrEqual(room.x);
      expect(box.x + box.width).toBeLessThanOrEqual(room.x + room.width + 0.5);
      expect(box.height).toBeGreaterThanOrEqual(42);
    }
  });
}
