import { expect, test } from './element-fixture.ts';

const OPEN = { controls: true } as const;

test('what a viewer has chosen is there on the next visit', async ({ host }) => {
  const { page } = host;
  await host.open(OPEN);
  await host.play();
  await page.evaluate(() => element.focus());
  // The page has it muted: louder brings the sound back, and then is louder.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('m');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('>');
  await page.keyboard.press('c');
  const chosen = await page.evaluate(() => ({
    volume: element.volume,
    rate: element.playbackRate,
    text: element.player.textTrack?.language,
  }));
  expect(chosen).toMatchObject({ rate: 1.25, text: 'en' });
  expect(chosen.volume).toBeLessThan(1);
  await host.open(OPEN);
  await host.play();
  await page.waitForFunction(() => element.player.textTrack !== undefined);
  const found = await page.evaluate(() => ({
    volume: element.volume,
    rate: element.playbackRate,
    text: element.player.textTrack?.language,
  }));
  expect(found).toEqual(chosen);
  await host.open({ ...OPEN, 'no-persist': true });
  await host.play();
  expect(
    await page.evaluate(() => [element.volume, element.playbackRate, element.player.textTrack ?? null]),
  ).toEqual([1, 1, null]);
});

test('no-persist stores nothing', async ({ host }) => {
  const { page } = host;
  await host.open({ ...OPEN, 'no-persist': true });
  await host.play();
  await page.evaluate(() => {
    element.focus();
    element.captionStyle = { color: 'yellow' };
  });
  for (const key of ['m', 'ArrowDown', '>', 'c']) await page.keyboard.press(key);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test('a muted player comes back at the volume before', async ({ host }) => {
  const { page } = host;
  await host.open(OPEN);
  await host.play();
  await page.evaluate(() => {
    element.volume = 0.3;
    element.focus();
  });
  await page.keyboard.press('ArrowUp');
  expect(await page.evaluate(() => [element.muted, element.volume])).toEqual([false, 0.3]);
  await page.keyboard.press('m');
  await page.keyboard.press('m');
  expect(await page.evaluate(() => [element.muted, element.volume])).toEqual([false, 0.3]);
});
