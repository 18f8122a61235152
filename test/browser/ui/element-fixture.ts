import type { Locator, Page } from '@playwright/test';
import type { SmoothPlayerElement } from '../../../src/element.ts';
import { test as base, SAMPLE } from '../fixtures.ts';

declare global {
  var element: SmoothPlayerElement;
  var violations: string[];
  var isReady: boolean;
  /** Types of the events that the element fired since `open`. */
  var fired: string[];
}

/** Attributes by name; `true` for those without a value, `false` for those that are left out. */
export type Attributes = Readonly<Record<string, string | boolean>>;

const COUNTED = [
  'play',
  'playing',
  'pause',
  'ended',
  'error',
  'loaded',
  'loadedmetadata',
  'seeked',
  'qualitychange',
];

/** A page with one of the elements. */
export class ElementPage {
  readonly page: Page;
  readonly url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
  }

  /** Puts the element in the page, as `element`, with the sample unless `src` is given. */
  async open(attributes: Attributes = {}, tag = 'smooth-player'): Promise<Locator> {
    await this.page.goto(`${this.url}/player.html`);
    await this.page.waitForFunction(() => globalThis.isReady);
    const given: Attributes = { src: SAMPLE, muted: true, ...attributes };
    await this.page.evaluate(
      ([name, values, counted]) => {
        globalThis.element = document.createElement(name) as SmoothPlayerElement;
        globalThis.fired = [];
        for (const type of counted) element.addEventListener(type, () => fired.push(type));
        for (const [attribute, value] of Object.entries(values)) {
          if (value !== false) element.setAttribute(attribute, value === true ? '' : value);
        }
        document.querySelector('main')?.append(element);
      },
      [tag, given, COUNTED] as const,
    );
    return this.page.locator(tag);
  }

  async play(): Promise<void> {
    await this.page.evaluate(() => element.play());
    await this.page.waitForFunction(() => element.currentTime > 0.2);
  }

  /** The frame of the sample that a canvas shows. */
  readCanvas(canvas: Locator): Promise<number | undefined> {
    return canvas.evaluate(async (one: HTMLCanvasElement) => {
      const strip: string = '/build/demo/sample/strip.js';
      const { readStrip }: typeof import('../../../demo/sample/strip.ts') = await import(strip);
      const { width, height } = one;
      const data = one.getContext('2d')?.getImageData(0, 0, width, height).data;
      return data && readStrip((x, y) => data[4 * (y * width + x) + 1] ?? 0, width, height)?.frame;
    });
  }

  count(type: string): Promise<number> {
    return this.page.evaluate((wanted) => fired.filter((one) => one === wanted).length, type);
  }
}

export const test = base.extend<{ host: ElementPage }>({
  host: async ({ page, origin }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await use(new ElementPage(page, origin.url));
    faults.push(...(await page.evaluate(() => globalThis.violations ?? [])));
    // No uncaught error, no unhandled rejection, nothing that a strict Content Security Policy forbids.
    if (faults.length > 0) throw new Error(`in the page: ${faults.join('; ')}`);
  },
});

export { expect } from '@playwright/test';
