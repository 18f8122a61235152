import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { WebDriver } from 'selenium-webdriver';
import { openWebKitPage } from './page.ts';
import { WebKitDriver } from './webdriver.ts';

/** Playwright's `browser` and `page`, but of WebKitGTK; each page is a browser of its own. */
export const webKitFixtures = {
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a pattern.
    async ({}: object, use: (browser: Browser) => Promise<void>): Promise<void> => {
      const driver = new WebKitDriver();
      await driver.start();
      await use({ newContext: async () => contextOf(driver) } as unknown as Browser);
      driver.stop();
    },
    { scope: 'worker' },
  ],
  context: async ({ browser }: { browser: Browser }, use: (context: BrowserContext) => Promise<void>) => {
    const context = await browser.newContext();
    await use(context);
    await context.close();
  },
  page: async ({ context }: { context: BrowserContext }, use: (page: Page) => Promise<void>) => {
    await use(await context.newPage());
  },
} as const;

function contextOf(driver: WebKitDriver): BrowserContext {
  const opened: WebDriver[] = [];
  const newPage = async () => {
    const session = await driver.open();
    opened.push(session);
    return openWebKitPage(session);
  };
  const close = async () => {
    for (const session of opened) await session.quit();
  };
  return { newPage, close } as unknown as BrowserContext;
}
