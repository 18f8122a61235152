import type { SmoothPlayerElement } from '../../../src/element.ts';
import { SAMPLE } from '../fixtures.ts';
import { type ElementPage, expect, test } from './element-fixture.ts';

declare global {
  var blocked: { readonly tried: string; readonly muted: boolean }[];
}

/** As browsers are by default: sound needs a gesture. */
test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--autoplay-policy=document-user-activation-required',
    ],
  },
});

/**
 * Puts the element in the page from within, because a script that Playwright evaluates counts as a gesture, and waits until
 * it has played or was blocked `times` times.
 */
async function openUntouched(
  { page, url }: ElementPage,
  autoplay: string,
  { times = 1, isPaused = false, refusesAll = false } = {},
): Promise<void> {
  const settled = page.waitForEvent('console', (message) => message.text() === 'settled');
  await page.addInitScript(
    ([src, value, count, paused, refused]) => {
      globalThis.blocked = [];
      if (refused)
        HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
      const settle = () => console.log('settled');
      void customElements.whenDefined('smooth-player').then(() => {
        globalThis.element = document.createElement('smooth-player') as SmoothPlayerElement;
        element.addEventListener('autoplayblocked', ({ tried }) => {
          blocked.push({ tried, muted: element.muted });
          if (blocked.length === count) settle();
        });
        element.addEventListener('playing', settle);
        if (paused) element.addEventListener('canplaythrough', () => setTimeout(settle));
        element.setAttribute('controls', '');
        element.setAttribute('autoplay', value);
        element.setAttribute('src', src);
        document.querySelector('main')?.append(element);
        if (paused) element.pause();
      });
    },
    [SAMPLE, autoplay, times, isPaused, refusesAll] as const,
  );
  await page.goto(`${url}/player.html`);
  await settled;
}

test('autoplay that is blocked says so, and leaves the play button', async ({ host }) => {
  await openUntouched(host, '');
  expect(await host.page.evaluate(() => [blocked, element.paused, element.muted])).toEqual([
    [{ tried: 'sound', muted: false }],
    true,
    false,
  ]);
  await host.page.getByRole('button', { name: 'Play', exact: true }).first().click();
  await host.page.waitForFunction(() => element.currentTime > 0.2);
});

test('autoplay="muted" starts without sound', async ({ host }) => {
  await openUntouched(host, 'muted');
  expect(await host.page.evaluate(() => [element.paused, element.muted, blocked])).toEqual([false, true, []]);
});

test('autoplay="any" starts without sound if it must, and offers it', async ({ host }) => {
  await openUntouched(host, 'any', { times: 2 });
  expect(await host.page.evaluate(() => [element.paused, element.muted, blocked])).toEqual([
    false,
    true,
    [{ tried: 'sound', muted: true }],
  ]);
  const hint = host.page.locator('button.unmute');
  await expect(hint).toHaveText('Unmute');
  await hint.click();
  await expect(hint).toHaveCount(0);
  expect(await host.page.evaluate(() => [element.muted, element.paused])).toEqual([false, false]);
});

test('where nothing may start, each attempt is told and the sound is left as it was', async ({ host }) => {
  await openUntouched(host, 'any', { times: 2, refusesAll: true });
  expect(
    await host.page.evaluate(() => [blocked.map(({ tried }) => tried), element.muted, element.paused]),
  ).toEqual([['sound', 'muted'], false, true]);
});

test('a title that was paused before it could start stays paused', async ({ host }) => {
  await openUntouched(host, 'muted', { isPaused: true });
  expect(await host.page.evaluate(() => [element.paused, blocked])).toEqual([true, []]);
});

test('the property is the attribute', async ({ host }) => {
  await host.open({ preload: 'none' });
  const told = await host.page.evaluate(() =>
    [true, 'any', 'muted', '', false].map((value) => {
      element.autoplay = value;
      return [element.getAttribute('autoplay'), element.autoplay];
    }),
  );
  expect(told).toEqual([
    ['', true],
    ['any', 'any'],
    ['muted', 'muted'],
    ['', true],
    [null, false],
  ]);
});
