import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Page, test } from '@playwright/test';
import { Key, type WebDriver } from 'selenium-webdriver';
import { readValue, VALUE_SOURCE, writeValue } from './value.ts';

const POLL_MS = 50;
const SCRIPT_TIMEOUT_MS = 120_000;
const KEYS: Readonly<Record<string, string>> = {
  ArrowLeft: Key.ARROW_LEFT,
  ArrowRight: Key.ARROW_RIGHT,
  ArrowUp: Key.ARROW_UP,
  ArrowDown: Key.ARROW_DOWN,
  Home: Key.HOME,
  End: Key.END,
  Tab: Key.TAB,
  Enter: Key.ENTER,
  Escape: Key.ESCAPE,
  Space: Key.SPACE,
};

type Answer = { readonly value: string; readonly faults: string[] } | { readonly failure: string };

/** Collects uncaught errors, from the first script that is run in a page. */
const COLLECT = `globalThis.uncaught ??= (() => {
  const uncaught = [];
  addEventListener('error', ({ error, message }) => uncaught.push(String(error ?? message)));
  addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)));
  return uncaught;
})();`;

/** What tests need of Playwright's `Page`, through WebDriver. A test that needs more is skipped, and says what. */
class WebKitPage {
  readonly #driver: WebDriver;
  readonly #onFault: ((error: string) => void)[] = [];

  constructor(driver: WebDriver) {
    this.#driver = driver;
  }

  readonly keyboard = {
    press: (key: string): Promise<void> =>
      this.#driver
        .actions()
        .sendKeys(KEYS[key] ?? key)
        .perform(),
  };

  async goto(url: string): Promise<void> {
    await this.#driver.get(url);
    await this.evaluate(() => {});
  }

  async evaluate(run: unknown, argument?: unknown): Promise<unknown> {
    if (typeof run === 'string') return this.#driver.executeScript(run);
    const answer = await this.#driver.executeAsyncScript<Answer>(
      `const done = arguments[arguments.length - 1]; ${VALUE_SOURCE} ${COLLECT}
      const answer = (value) => ({ value: writeValue(value), faults: uncaught.splice(0) });
      Promise.resolve(readValue(arguments[0])).then(${run}).then(answer)
        .catch((error) => ({ failure: error.name + ': ' + error.message })).then(done);`,
      writeValue(argument),
    );
    if ('failure' in answer) throw new Error(`in the page: ${answer.failure}`);
    for (const fault of answer.faults) for (const tell of this.#onFault) tell(fault);
    return readValue(answer.value);
  }

  async waitForFunction(
    condition: unknown,
    argument?: unknown,
    { timeout = 30_000 }: { timeout?: number } = {},
  ): Promise<void> {
    const end = performance.now() + timeout;
    while (!(await this.evaluate(condition, argument))) {
      if (performance.now() > end) throw new Error(`not within ${timeout} ms: ${condition}`);
      await sleep(POLL_MS);
    }
  }

  readonly locator = locator;

  on(type: string, tell: (error: string) => void): void {
    if (type === 'pageerror') this.#onFault.push(tell);
  }

  async screenshot({ path }: { path?: string } = {}): Promise<Buffer> {
    const picture = Buffer.from(await this.#driver.takeScreenshot(), 'base64');
    if (path) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, picture);
    }
    return picture;
  }

  async setViewportSize({ width, height }: { width: number; height: number }): Promise<void> {
    const window = this.#driver.manage().window();
    await window.setRect({ width, height });
    const inner = await this.#driver.executeScript<number[]>('return [innerWidth, innerHeight]');
    const [missingWidth, missingHeight] = [width - (inner[0] ?? width), height - (inner[1] ?? height)];
    if (missingWidth || missingHeight)
      await window.setRect({ width: width + missingWidth, height: height + missingHeight });
  }

  async close(): Promise<void> {
    await this.#driver.quit();
  }
}

/** A locator that skips the test once it is used. */
const locator = (): object =>
  new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : skipping(`locator.${String(name)}`)) });

function skipping(what: string): () => never {
  return () => {
    test.skip(true, `WebKitGTK's driver has no equivalent of ${what}`);
    throw new Error('not reached');
  };
}

/** Opens a browser with one page. */
export async function openWebKitPage(driver: WebDriver): Promise<Page> {
  await driver.manage().setTimeouts({ script: SCRIPT_TIMEOUT_MS });
  return new Proxy(new WebKitPage(driver), {
    get(page, name) {
      const own = Reflect.get(page, name, page);
      if (own !== undefined) return typeof own === 'function' ? own.bind(page) : own;
      return name === 'then' || typeof name === 'symbol' ? undefined : skipping(`page.${name}`);
    },
  }) as unknown as Page;
}
