import { expect, SAMPLE, test } from './fixtures.ts';

test('a plain script tag brings the elements and one global', async ({ page, origin }) => {
  await page.goto(`${origin.url}/umd.html`);
  const time = await page.evaluate(async (src) => {
    const element = document.querySelector('smooth-player') as unknown as HTMLVideoElement;
    element.muted = true;
    element.src = src;
    await element.play();
    await new Promise<void>((resolve) => {
      element.addEventListener('timeupdate', () => element.currentTime > 0.5 && resolve());
    });
    return element.currentTime;
  }, SAMPLE);
  expect(time).toBeGreaterThan(0.5);
  const names = await page.evaluate(() =>
    Object.keys((globalThis as { SmoothStreaming?: object }).SmoothStreaming ?? {}),
  );
  expect(names).toEqual(expect.arrayContaining(['SmoothPlayer', 'SmoothPlayerElement', 'parseManifest']));
});
