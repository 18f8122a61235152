import { expect, test } from './element-fixture.ts';

declare global {
  var handlers: Map<string, MediaSessionActionHandler | null>;
}

test('the system’s media controls show the title and work', async ({ host }) => {
  const { page } = host;
  // Pages can't read the handlers.
  await page.addInitScript(() => {
    globalThis.handlers = new Map();
    const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
    navigator.mediaSession.setActionHandler = (action, handler) => {
      handlers.set(action, handler);
      set(action, handler);
    };
  });
  await host.open({ controls: true, 'media-title': 'The balloon' });
  await host.play();
  await expect.poll(() => page.evaluate(() => navigator.mediaSession.metadata?.title)).toBe('The balloon');
  await page.evaluate(() => handlers.get('seekto')?.({ action: 'seekto', seekTime: 12 }));
  await expect.poll(() => page.evaluate(() => element.currentTime)).toBeGreaterThanOrEqual(12);
  await page.evaluate(() => handlers.get('pause')?.({ action: 'pause' }));
  expect(await page.evaluate(() => element.paused)).toBe(true);
  const asked = page.evaluate(
    () => new Promise((resolve) => element.addEventListener('nexttrack', ({ type }) => resolve(type))),
  );
  await page.evaluate(() => handlers.get('nexttrack')?.({ action: 'nexttrack' }));
  expect(await asked).toBe('nexttrack');
  await page.evaluate(() => element.remove());
  await expect.poll(() => page.evaluate(() => navigator.mediaSession.metadata)).toBeNull();
  expect(await page.evaluate(() => [...handlers.values()].every((handler) => handler === null))).toBe(true);
});

test('metadata of the page are left alone', async ({ host }) => {
  const { page } = host;
  await page.addInitScript(() => {
    navigator.mediaSession.metadata = new MediaMetadata({ title: 'Of the page' });
  });
  await host.open({ controls: true, 'media-title': 'The balloon' });
  await host.play();
  await page.evaluate(() => element.pause());
  await page.evaluate(() => element.play());
  expect(await page.evaluate(() => navigator.mediaSession.metadata?.title)).toBe('Of the page');
});

test('a player that is moved keeps the system’s controls, and a title without a name shows none', async ({
  host,
}) => {
  const { page } = host;
  await host.open({ controls: true, 'media-title': 'The balloon' });
  await host.play();
  const title = () => page.evaluate(() => navigator.mediaSession.metadata?.title);
  await expect.poll(title).toBe('The balloon');
  await page.evaluate(async () => {
    document.body.append(element);
    // After everything that the move has started.
    await new Promise((resolve) => setTimeout(resolve));
  });
  expect(await title()).toBe('The balloon');
  await page.evaluate(() => {
    element.removeAttribute('media-title');
    element.load();
    return element.play();
  });
  await expect.poll(title).toBeUndefined();
});
