import { expect, test } from './fixtures.ts';

test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    // Playwright disables it.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  },
});

test('a page that comes back from the back-forward cache plays on where it was', async ({ player, page }) => {
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
  });
  await player.load();
  await player.play();
  await player.reach(3);
  await page.goto(`${player.url}/player.html`);
  // A restored page is not loaded.
  await page.goBack({ waitUntil: 'commit' });
  await page.waitForFunction(() => Reflect.get(globalThis, 'persisted') === true);
  const at = await player.evaluate(() => video.currentTime);
  expect(at).toBeGreaterThanOrEqual(3);
  await player.play();
  await player.reach(at + 2);
  expect(await player.evaluate(() => smooth.state)).toBe('ready');
  expect(await player.events('error')).toEqual([]);
  expect(await player.events('warning')).toEqual([]);
});
