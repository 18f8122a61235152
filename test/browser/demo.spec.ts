import { createOrigin } from '../../demo/origin/server.ts';
import { createDemo } from '../../demo/serve.ts';
import { expect, test } from './fixtures.ts';

/** The page's bytes have no file name to determine their type. */
const HTML = { 'Content-Type': 'text/html' };

test('the snippet of the demo page plays when it is pasted into a page of another origin', async ({
  page,
}) => {
  const demo = createDemo('demo/sample');
  let pasted = '';
  const other = createOrigin({
    presentations: {},
    files: [
      { at: '/', from: () => Buffer.from(`<!doctype html><title>Pasted</title>${pasted}`), headers: HTML },
    ],
  });
  try {
    await page.goto(`${await demo.listen()}/`);
    const code = page.locator('[data-part=snippet]').first();
    await expect(code).toContainText('sample.ism/Manifest');
    pasted = (await code.textContent()) ?? '';
    await page.goto(`${await other.listen()}/pasted`);
    await page.waitForFunction(() => customElements.get('smooth-player') !== undefined);
    const time = await page.evaluate(async () => {
      const element = document.querySelector('smooth-player') as unknown as HTMLVideoElement;
      element.muted = true;
      await element.play();
      await new Promise<void>((resolve) => {
        element.addEventListener('timeupdate', () => element.currentTime > 0.5 && resolve());
      });
      return element.currentTime;
    });
    expect(time).toBeGreaterThan(0.5);
  } finally {
    await Promise.all([demo.close(), other.close()]);
  }
});
