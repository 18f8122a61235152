import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrigin } from '../../demo/origin/server.ts';
import { expect, test } from './fixtures.ts';
import { axeFindings } from './ui/axe.ts';

const { writeDocs } = (await import(`${import.meta.dirname}/../../tools/docs.mjs`)) as {
  writeDocs(out: string): Promise<number>;
};
const folder = mkdtempSync(join(tmpdir(), 'docs-'));
const site = join(folder, 'site');
const origin = createOrigin({
  presentations: { '/presentations': join(import.meta.dirname, '../../demo/sample') },
  files: [{ at: '/docs/', from: site }],
});
let url = '';

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await writeDocs(site);
  url = `${await origin.listen()}/docs`;
});
test.afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true, force: true });
});

const pages = () =>
  readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));

test('the samples in HTML that a page shows play in it, without a fault and without the network', async ({
  page,
}) => {
  test.slow();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => {
    if (!/^(?:blob:|data:|http:\/\/127\.0\.0\.1)/.test(request.url())) faults.push(request.url());
  });
  let count = 0;
  for (const path of pages().filter((file) =>
    readFileSync(join(site, file), 'utf8').includes('class="live"'),
  )) {
    await page.goto(`${url}/${path}`);
    await page.waitForFunction(() => customElements.get('smooth-player') !== undefined);
    for (const player of await page.locator('.live smooth-player').all()) {
      await player.evaluate(async (element: HTMLVideoElement) => {
        element.muted = true;
        await element.play();
        while (element.currentTime < 0.3)
          await new Promise((resolve) => element.addEventListener('timeupdate', resolve, { once: true }));
        element.pause();
      });
      count += 1;
    }
  }
  expect(count).toBeGreaterThanOrEqual(4);
  expect(faults).toEqual([]);
});

test('pages fit into 320 pixels, and find what is searched', async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 320, height: 700 });
  const wide: string[] = [];
  for (const path of pages()) {
    await page.goto(`${url}/${path}`, { waitUntil: 'domcontentloaded' });
    if (await page.evaluate(() => document.documentElement.scrollWidth > 320)) wide.push(path);
  }
  expect(wide).toEqual([]);
  await page.goto(`${url}/`);
  await page.getByRole('searchbox').focus();
  await page.getByRole('searchbox').pressSequentially('network-timeout');
  await page.getByRole('link', { name: /network-timeout/ }).click();
  await expect(page).toHaveURL(/errors\.html#network-timeout$/);
  expect(existsSync(join(site, 'search.json'))).toBe(true);
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing to correct in ${colorScheme} pages`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const path of ['start', 'reference/errors', 'reference/elements']) {
      await page.goto(`${url}/${path}.html`);
      expect(await axeFindings(page), path).toEqual([]);
    }
  });
