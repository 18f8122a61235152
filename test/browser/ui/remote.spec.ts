import type { Locator } from '@playwright/test';
import { type Attributes, type ElementPage, expect, test } from './element-fixture.ts';

declare global {
  var prompts: number;
  var setAvailable: (available: boolean) => void;
}

/** A browser that finds devices, and a title with a source for them. */
test.beforeEach(({ page }) =>
  page.addInitScript(() => {
    globalThis.prompts = 0;
    class Remote extends EventTarget {
      state = 'disconnected';
      async watchAvailability(tell: (available: boolean) => void) {
        globalThis.setAvailable = tell;
        tell(true);
        return 1;
      }
      async prompt() {
        globalThis.prompts += 1;
        this.state = 'connected';
        this.dispatchEvent(new Event('connect'));
      }
    }
    const remotes = new WeakMap<object, Remote>();
    Object.defineProperty(HTMLMediaElement.prototype, 'remote', {
      get() {
        if (!remotes.has(this)) remotes.set(this, new Remote());
        return remotes.get(this);
      },
    });
  }),
);

async function openWithSource(host: ElementPage, attributes: Attributes = {}): Promise<Locator> {
  const player = await host.open({ controls: true, preload: 'none', ...attributes });
  await host.page.evaluate(() => {
    element.append(
      Object.assign(document.createElement('source'), {
        src: '/film.m3u8',
        type: 'application/vnd.apple.mpegurl',
      }),
    );
  });
  await host.play();
  await player.hover();
  return player;
}

test('another device is offered while there is one, and chosen', async ({ host }) => {
  const player = await openWithSource(host);
  const button = player.getByRole('button', { name: 'Play on another device' });
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  expect(await host.page.evaluate(() => prompts)).toBe(1);
  await host.page.evaluate(() => setAvailable(false));
  await expect(button).toHaveCount(0);
});

test('neither without a source for devices, nor against the page’s wish', async ({ host }) => {
  const button = host.page.getByRole('button', { name: 'Play on another device' });
  const player = await openWithSource(host, { disableremoteplayback: true });
  await host.page.waitForFunction(() => globalThis.setAvailable !== undefined);
  await expect(button).toHaveCount(0);
  await host.page.evaluate(() => element.toggleAttribute('disableremoteplayback', false));
  await player.hover();
  await expect(button).toHaveCount(1);
  await host.page.evaluate(() => {
    element.setAttribute('controlslist', 'NoRemotePlayback');
    element.requestUpdate();
  });
  await expect(button).toHaveCount(0);

  await host.open({ controls: true });
  await host.play();
  expect(await host.page.evaluate(() => globalThis.setAvailable)).toBeUndefined();
});
