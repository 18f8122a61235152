import { axeFindings } from './axe.ts';
import { type ElementPage, expect, test } from './element-fixture.ts';

const PATH = '/live/channel.isml';
const SRC = `${PATH}/Manifest`;

/** Puts a player of the channel in the page and waits until it plays at the edge. */
async function tuneIn(host: ElementPage) {
  const player = await host.open({ controls: true, src: SRC, 'media-title': 'A channel' });
  await host.page.evaluate(() => element.play());
  await host.page.waitForFunction(() => element.played.length > 0 && element.matches(':state(at-edge)'));
  await player.hover();
  return player;
}

/** Seconds behind the encoder, by the title's own clock. */
const behind = (host: ElementPage) =>
  host.page.evaluate(
    () => (Date.now() - (element.player.toDate(element.currentTime)?.getTime() ?? 0)) / 1000,
  );

test.describe('a live title', () => {
  test.use({ live: [{ path: PATH, source: 'sample', epoch: 'unix', windowSeconds: 120 }] });

  test('shows where the viewer is in its window, and leads back to the edge', async ({ host }) => {
    const player = await tuneIn(host);
    const { page } = host;
    const badge = player.getByRole('button', { name: 'Live', exact: true });
    const slider = player.getByRole('slider', { name: 'Seek' });
    const status = player.getByRole('status');
    await expect(badge).toBeVisible();
    await expect(status).toHaveText(/^(Playing, )?Live$/);
    await expect(slider).toHaveAttribute('aria-valuetext', /^Live, \d\d:\d\d:\d\d/);
    expect(
      await page.evaluate(() => [element.streamType, element.targetLiveWindow, element.duration]),
    ).toEqual(['live', 120, Number.POSITIVE_INFINITY]);
    expect(await page.evaluate(() => element.currentTime - element.liveEdgeStart)).toBeGreaterThan(0);
    expect(await axeFindings(page)).toEqual([]);
    for (const width of [1280, 390, 360, 240]) {
      await page.setViewportSize({ width, height: 720 });
      await player.hover();
      const room = await player.boundingBox();
      const row = await player
        .locator('.row')
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      const last = await player.getByRole('button', { name: 'Full screen' }).boundingBox();
      expect(row, `too much for ${width} pixels`).toBeLessThanOrEqual(0);
      expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(
        (room?.x ?? 0) + (room?.width ?? 0) + 0.5,
      );
    }
    await page.setViewportSize({ width: 1280, height: 720 });

    await page.evaluate(() => element.focus());
    await page.keyboard.press('5');
    await expect(player.getByRole('button', { name: 'Go to live' })).toBeVisible();
    await expect(player.locator('smooth-time-display')).toHaveText(/−(0:5|1:0)\d · \d\d:\d\d:\d\d/);
    await expect(slider).toHaveAttribute('aria-valuetext', /(minute|seconds).* behind live, /);
    // The message about the key press may be the last one.
    await expect(status).toHaveText(/^(Behind live|−(0:5|1:0)\d · .*)$/);
    expect(await page.evaluate(() => element.matches(':state(live):not(:state(at-edge))'))).toBe(true);
    expect(await player.locator('.stage').textContent()).not.toMatch(/NaN|Infinity|undefined/);

    // While it is paused the window moves past the position, which doesn't change.
    await page.evaluate(() => element.pause());
    const first = await slider.evaluate((input: HTMLInputElement) => [
      Number(input.min),
      input.valueAsNumber,
    ]);
    await expect
      .poll(() => slider.evaluate((input: HTMLInputElement) => Number(input.min)), { timeout: 12_000 })
      .toBeGreaterThan((first[0] ?? 0) + 1);
    expect(await slider.evaluate((input: HTMLInputElement) => input.valueAsNumber)).toBeCloseTo(
      first[1] ?? 0,
      0,
    );
    expect(await axeFindings(page)).toEqual([]);

    await player.getByRole('button', { name: 'Go to live' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      () => element.matches(':state(at-edge)') && !element.seeking && element.readyState >= 3,
      undefined,
      { timeout: 5000 },
    );
    expect(await page.evaluate(() => element.paused)).toBe(false);
    await expect(badge).toBeFocused();
    await expect(status).toHaveText(/^(Playing, )?Live$/);
    expect(await behind(host)).toBeLessThan(10);

    // Small rate changes hold the latency; they are not the viewer's choice.
    await page.evaluate(() => {
      element.playbackRate = 1.04;
    });
    await player.hover();
    await player.getByRole('button', { name: 'Settings' }).click();
    await expect(player.getByRole('menuitem', { name: 'Speed' })).toContainText('Normal');
  });

  test('says that its source stopped, that it is back, and that the event is over', async ({
    host,
    origin,
  }) => {
    const player = await tuneIn(host);
    const channel = origin.live.get(PATH);
    const notice = player.locator('smooth-live-notice');
    channel?.apply({ type: 'stop' });
    await expect(notice).toContainText('The source has stopped', { timeout: 8000 });
    await expect(player.getByRole('status')).toContainText('The source has stopped');
    await expect(player.getByRole('button', { name: 'Go to live' })).toBeVisible();
    channel?.apply({ type: 'restart' });
    await expect(notice).toHaveCount(0, { timeout: 12_000 });
    await expect(player.getByRole('status')).toHaveText(/The source is back|Live|Loading/);
    channel?.apply({ type: 'end' });
    await host.page.waitForFunction(() => element.ended, undefined, { timeout: 20_000 });
    await expect(notice).toHaveText('The live event has ended');
    expect(await host.page.evaluate(() => [element.streamType, Number.isFinite(element.duration)])).toEqual([
      'on-demand',
      true,
    ]);
    await expect(player.locator('smooth-live-button')).toHaveCount(0);
    expect(await host.count('ended')).toBe(1);
    expect(await axeFindings(host.page)).toEqual([]);
  });
});

test.describe('a live title without a window', () => {
  test.use({ live: [{ path: PATH, source: 'sample', windowSeconds: 20 }] });

  test('has nothing to seek in', async ({ host }) => {
    const player = await tuneIn(host);
    await expect(player.getByRole('button', { name: 'Live', exact: true })).toBeVisible();
    await expect(player.locator('smooth-seek-bar')).toBeHidden();
    await host.page.evaluate(() => element.focus());
    const before = await host.page.evaluate(() => element.currentTime);
    await host.page.keyboard.press('Home');
    expect(await host.page.evaluate(() => element.currentTime)).toBeGreaterThanOrEqual(before);
    expect(await host.page.evaluate(() => element.targetLiveWindow)).toBe(0);
  });
});

test.describe('away for a while', () => {
  test.use({ live: [{ path: PATH, source: 'sample', epoch: 'unix', windowSeconds: 120 }] });

  test('a viewer is at the edge again within five seconds, after no network and after sleep', async ({
    host,
    browser,
  }) => {
    const player = await tuneIn(host);
    const atEdge = () =>
      host.page.waitForFunction(
        () =>
          element.matches(':state(at-edge):not(:state(waiting))') &&
          !element.seeking &&
          (Date.now() - (element.player.toDate(element.currentTime)?.getTime() ?? 0)) / 1000 < 11,
        undefined,
        { timeout: 5000 },
      );

    await host.page.context().setOffline(true);
    await host.page.waitForFunction(() => element.matches(':state(waiting)'), undefined, { timeout: 20_000 });
    await host.page.waitForTimeout(6000);
    expect(await behind(host)).toBeGreaterThan(11);
    await expect(player.locator('smooth-live-notice')).toContainText('No connection to the source');
    await host.page.context().setOffline(false);
    await atEdge();

    // The page's processes are suspended, as on a machine that sleeps; the encoder continues.
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const asleep = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    for (const id of asleep) process.kill(id, 'SIGSTOP');
    try {
      await new Promise((resolve) => setTimeout(resolve, 8000));
    } finally {
      for (const id of asleep) process.kill(id, 'SIGCONT');
    }
    await atEdge();
    await expect(player.getByRole('button', { name: 'Live', exact: true })).toBeVisible();
    expect(await host.page.evaluate(() => element.player.error)).toBeUndefined();
  });
});
