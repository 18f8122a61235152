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
  // Shortcuts of the browser are left to it.
  await host.page.evaluate(() => {
    document.addEventListener('keydown', ({ key, defaultPrevented }) => defaultPrevented && fired.push(key));
  });
  await host.page.keyboard.press('Control+ArrowRight');
  await host.page.keyboard.press('PageUp');
  const keys = await host.page.evaluate(() => fired.filter((name) => /^[A-Z]/.test(name)));
  expect(keys).toEqual(['PageUp']);
});

test('the settings are worked by keyboard, say what plays, and give the focus back', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true });
  await host.play();
  const button = player.getByRole('button', { name: 'Settings' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await expect(player.getByRole('menuitem').first()).toBeFocused();
  // Type-ahead.
  await page.keyboard.press('q');
  const quality = player.getByRole('menuitem', { name: 'Quality' });
  await expect(quality).toBeFocused();
  await expect(quality).toContainText(/Auto \(\d+p\)/);
  await page.keyboard.press('ArrowRight');
  await expect(player.getByRole('menuitemradio', { name: /^Auto/ })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(quality).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(player.getByRole('menuitemradio', { name: /^Auto/ })).toBeFocused();
  // Escape goes back one page.
  await page.keyboard.press('Escape');
  await expect(quality).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  const lowest = await page.evaluate(() => element.player.qualities[0]?.height);
  expect(await page.evaluate(() => element.player.quality)).toMatchObject({ height: lowest });
  await expect(player.getByRole('menu')).toHaveCount(0);
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(quality).toContainText(`${lowest}p`);
  await page.keyboard.press('Escape');
  await expect(player.getByRole('menu')).toHaveCount(0);
  await expect(button).toBeFocused();
});

test('a menu keeps the focus when the item that had it goes with its title', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true });
  await host.play();
  await player.getByRole('button', { name: 'Settings' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('q');
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await expect(player.getByRole('menuitemradio').last()).toBeFocused();
  await page.evaluate(() => {
    element.src = '';
  });
  await expect(player.getByRole('menuitemradio', { name: 'p' })).toHaveCount(0);
  await expect(player.locator('smooth-menu .item:focus')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(player.getByRole('menu')).toHaveCount(0);
  await expect(player.getByRole('button', { name: 'Settings' })).toBeFocused();
});

test('a second press on the button closes the menu', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await player.hover();
  const button = player.getByRole('button', { name: 'Settings' });
  await button.click();
  await expect(player.getByRole('menu')).toBeVisible();
  await button.click();
  await expect(player.getByRole('menu')).toHaveCount(0);
  await button.click();
  await expect(player.getByRole('menu')).toBeVisible();
});

test('the skip buttons go ten seconds back and forward', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.page.waitForFunction(() => element.readyState >= 2);
  await player.getByRole('button', { name: 'Forward 10 seconds' }).click();
  await expect.poll(() => host.page.evaluate(() => element.currentTime)).toBe(10);
  await player.getByRole('button', { name: 'Back 10 seconds' }).click();
  await expect.poll(() => host.page.evaluate(() => element.currentTime)).toBe(0);
});

test('a press that is held plays at double speed until it ends, and does nothing else', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true });
  await host.play();
  const box = await player.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 60, (box?.y ?? 0) + 120);
  await page.mouse.down();
  await page.waitForFunction(() => element.playbackRate === 2);
  await expect(player.locator('.said.rate')).toHaveText('2×');
  await page.mouse.up();
  expect(await page.evaluate(() => [element.playbackRate, element.paused])).toEqual([1, false]);
});

test('a click shows what it did', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await player.locator('video').click({ position: { x: 60, y: 120 } });
  await expect(player.locator('smooth-feedback .middle')).toBeAttached();
  await expect(player.locator('smooth-feedback .middle')).toHaveCount(0);
});

test.describe('by touch', () => {
  test.use({ hasTouch: true });

  test('a tap shows the controls, two at a side skip, and each further one again', async ({ host }) => {
    const { page } = host;
    const player = await host.open({ controls: true });
    await host.play();
    const box = await player.boundingBox();
    const tap = (share: number) =>
      page.touchscreen.tap((box?.x ?? 0) + share * (box?.width ?? 0), (box?.y ?? 0) + 120);
    await page.evaluate(() => {
      element.currentTime = 5;
      element.pause();
    });
    await page.waitForFunction(() => !element.seeking);
    // Together: a busy machine may take longer than a double tap does between two.
    await Promise.all([tap(0.9), tap(0.9), tap(0.9)]);
    await expect(player.locator('smooth-feedback .forward')).toContainText('20');
    expect(await page.evaluate(() => element.currentTime)).toBe(25);
    await Promise.all([tap(0.1), tap(0.1)]);
    await expect(player.locator('smooth-feedback .back')).toContainText('10');
    expect(await page.evaluate(() => element.currentTime)).toBe(15);
    expect(await page.evaluate(() => element.paused)).toBe(true);
  });
});

test('a click beside an open menu closes it and nothing else', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await player.hover();
  await player.getByRole('button', { name: 'Settings' }).click();
  await player.getByRole('menuitem', { name: 'Speed' }).click();
  await expect(player.getByRole('menuitemradio', { name: 'Normal' })).toBeVisible();
  await player.locator('video').click({ position: { x: 60, y: 60 } });
  await expect(player.getByRole('menuitemradio', { name: 'Normal' })).toBeHidden();
  expect(await host.page.evaluate(() => element.paused)).toBe(false);
});

test('the audio menu changes the language', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await player.hover();
  await player.getByRole('button', { name: 'Settings' }).click();
  await player.getByRole('menuitem', { name: 'Audio' }).click();
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

test('after a failure in the middle of playback, one press of K plays on from there', async ({
  host,
  origin,
}) => {
  const { page } = host;
  const player = await host.open({ controls: true });
  await page.evaluate(() => element.player.configure({ buffer: { ahead: 4 } }));
  await host.play();
  const rule = origin.rules.add({ match: { url: 'Fragments(' }, effect: { type: 'status', status: 404 } });
  await expect(player.getByRole('alert')).toBeVisible({ timeout: 60_000 });
  origin.rules.remove(rule.id);
  const { time, paused } = await page.evaluate(() => ({ time: element.currentTime, paused: element.paused }));
  expect(paused).toBe(false);
  await player.getByRole('region').press('k');
  await page.waitForFunction((from) => element.currentTime > from + 1, time);
  await expect(player.getByRole('alert')).toHaveCount(0);
});

test('a failure keeps the title, says each line once, and gives its details away', async ({ host }) => {
  const { page } = host;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const player = await host.open({
    controls: true,
    'media-title': 'The balloon',
    'error-docs': '/docs/errors#{code}',
  });
  await host.play();
  await player.getByRole('button', { name: 'Settings' }).focus();
  await page.evaluate(() => {
    element.src = '/presentations/missing.ism/Manifest';
  });
  const view = player.getByRole('alert');
  await expect(view).toContainText('The balloon', { timeout: 20_000 });
  // The control that had the focus is gone.
  await expect(view.locator('.retry, summary').first()).toBeFocused();
  await view.locator('summary').click();
  const lines = await view.locator('[part=message], dd').allTextContents();
  expect(lines.length).toBeGreaterThan(1);
  expect(new Set(lines).size).toBe(lines.length);
  const code = (await view.locator('dt').textContent()) ?? '';
  await expect(view.getByRole('link')).toHaveAttribute('href', `/docs/errors#${code}`);
  await view.getByRole('button', { name: 'Copy details' }).click();
  await expect(view.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(code);
  expect(await axeFindings(page)).toEqual([]);
  await page.screenshot({ path: 'test-results/error.png' });
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
  await player.getByRole('button', { name: 'Settings' }).click();
  await expect(player.getByRole('menu')).toBeVisible();
  expect(await axeFindings(host.page)).toEqual([]);
});
