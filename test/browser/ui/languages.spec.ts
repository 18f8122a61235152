import { LOADERS } from '../../../src/ui/locales/loaders.ts';
import { expect, test } from './element-fixture.ts';

const TAGS = ['en', ...Object.keys(LOADERS)];

/** What is cut off in the open shadow trees of the element: text wider or higher than the box that clips it, or outside the player. */
function findCutOff(): string[] {
  const found: string[] = [];
  const stage = element.getBoundingClientRect();
  const visit = (root: ParentNode) => {
    for (const node of root.querySelectorAll<HTMLElement>('*')) {
      if (node.shadowRoot) visit(node.shadowRoot);
      const own = [...node.childNodes].some((child) => child instanceof Text && child.data.trim() !== '');
      if (!own || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (node.closest('.unseen, style, select, option')) continue;
      const box = node.getBoundingClientRect();
      if (box.width === 0) continue;
      const clips = getComputedStyle(node).overflowX !== 'visible';
      const scrolls = ['auto', 'scroll'].includes(getComputedStyle(node).overflowY);
      const isWide = clips && node.scrollWidth > node.clientWidth + 1;
      const isHigh = clips && !scrolls && node.scrollHeight > node.clientHeight + 1;
      const isOut = box.left < stage.left - 1 || box.right > stage.right + 1;
      if (isWide || isHigh || isOut)
        found.push(`${node.localName}.${node.className}: ${node.textContent?.trim()}`);
    }
  };
  if (element.shadowRoot) visit(element.shadowRoot);
  return found;
}

/** Without the page's margins, the player is as wide as the window. */
function fillWidth(): void {
  document.body.style.margin = '0';
}

test.describe('at 320 pixels', () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test('no label is cut off in any language', async ({ host }) => {
    test.slow();
    await host.open({ controls: true, width: '320', lang: 'en' });
    await host.page.evaluate(fillWidth);
    await host.page.waitForFunction(() => element.readyState >= 2);
    for (const tag of TAGS) {
      await host.page.evaluate(async (lang) => {
        element.lang = lang;
        await new Promise((resolve) => setTimeout(resolve));
        await element.updateComplete;
      }, tag);
      await host.page.waitForFunction(
        (lang) => element.shadowRoot?.querySelector('.stage')?.getAttribute('lang') === lang,
        tag,
      );
      expect.soft(await host.page.evaluate(findCutOff), `${tag}: controls`).toEqual([]);
      const menus = host.page
        .locator('smooth-player')
        .locator('smooth-menu-button')
        .filter({ visible: true });
      for (let index = 0; index < (await menus.count()); index += 1) {
        const button = menus.nth(index).getByRole('button');
        await button.click();
        expect.soft(await host.page.evaluate(findCutOff), `${tag}: menu ${index}`).toEqual([]);
        await host.page.keyboard.press('Escape');
      }
    }
  });

  test('no message is cut off in any language', async ({ host }) => {
    test.slow();
    await host.open({ controls: true, width: '320', src: 'ftp://host/title.ism/Manifest' });
    await host.page.evaluate(fillWidth);
    await host.page.waitForFunction(() => element.player.state === 'failed');
    for (const tag of TAGS) {
      await host.page.evaluate((lang) => {
        element.lang = lang;
      }, tag);
      await host.page.waitForFunction(
        (lang) => element.shadowRoot?.querySelector('.stage')?.getAttribute('lang') === lang,
        tag,
      );
      await host.page.evaluate(() => element.updateComplete);
      expect.soft(await host.page.evaluate(findCutOff), tag).toEqual([]);
    }
  });
});

test('an element speaks its own language before its ancestors’, and loads no other', async ({ host }) => {
  const requests: string[] = [];
  host.page.on('request', (request) => requests.push(request.url()));
  await host.open({ controls: true, lang: 'fr' });
  await host.page.evaluate(() => {
    document.documentElement.lang = 'de';
  });
  await expect(host.page.getByRole('button', { name: 'Lire' }).first()).toBeVisible();
  const locales = requests
    .filter((url) => /locales\/(?!loaders)/.test(url))
    .map((url) => url.split('/').at(-1));
  expect(locales).toEqual(['fr.js']);
  await host.page.evaluate(() => {
    element.removeAttribute('lang');
  });
  await expect(host.page.getByRole('button', { name: 'Abspielen' }).first()).toBeVisible();
});

test('a language that is written from right to left turns the controls around, on any page', async ({
  host,
}) => {
  const player = await host.open({ controls: true, lang: 'ar' });
  await expect(player.locator('.stage')).toHaveAttribute('dir', 'rtl');
  const play = await player.locator('.row smooth-play-button').boundingBox();
  const fullscreen = await player.locator('.row smooth-control-button.fullscreen').boundingBox();
  expect(play?.x).toBeGreaterThan(fullscreen?.x ?? Number.NaN);
});

test('texts that a page registers appear at once', async ({ host }) => {
  await host.open({ controls: true, lang: 'tlh' });
  await expect(host.page.getByRole('button', { name: 'Play' }).first()).toBeVisible();
  await host.page.evaluate(async () => {
    const library: string = '/dist/cdn/smooth-player.js';
    const { registerLocale }: typeof import('../../../src/element.ts') = await import(library);
    registerLocale('tlh', { controls: { play: 'muchˈeghmoH' } });
  });
  await expect(host.page.getByRole('button', { name: 'muchˈeghmoH' }).first()).toBeVisible();
});
