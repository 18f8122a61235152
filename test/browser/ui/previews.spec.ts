import { expect, test } from './element-fixture.ts';

test('the seek bar shows the picture of the place under the pointer', async ({ host }) => {
  const { page } = host;
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(request.url()));
  await page.setViewportSize({ width: 960, height: 720 });
  const player = await host.open({ controls: true });
  await host.play();
  await page.evaluate(() => element.pause());
  // No byte of it is loaded before a preview is requested.
  expect(scripts.filter((url) => /chunks\/(?:navigation|preview|auto-poster|poster-view)/.test(url))).toEqual(
    [],
  );
  const bar = player.locator('smooth-seek-bar .bar');
  const preview = player.locator('smooth-preview canvas');
  const box = (await bar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const hover = (share: number) => page.mouse.move(box.x + share * box.width, box.y + box.height / 2);
  await expect(preview).toHaveCount(0);
  // The first one at an end of the bar.
  for (const share of [0.01, 0.85, 0.99, 0.5]) {
    await hover(share);
    await expect(preview).toBeVisible();
    await expect.poll(() => host.readCanvas(preview)).toBe(Math.floor((share * 30) / 2) * 50);
    const shown = (await preview.boundingBox()) ?? { x: 0, width: 0, y: 0, height: 0 };
    // Within the picture, at either end of the bar.
    expect(shown.x).toBeGreaterThanOrEqual(box.x - 1);
    expect(shown.x + shown.width).toBeLessThanOrEqual(box.x + box.width + 1);
    expect(shown.y + shown.height).toBeLessThan(box.y);
  }
  await page.screenshot({ path: 'test-results/preview.png' });
  await page.mouse.move(box.x + 10, box.y - 200);
  await expect(player.locator('smooth-seek-bar .tooltip')).toBeHidden();
});

test('the menu of chapters has their pictures, once it is open', async ({ host }) => {
  const { page } = host;
  await page.setViewportSize({ width: 960, height: 720 });
  const player = await host.open({ controls: true });
  await host.play();
  await page.evaluate(() => element.pause());
  await expect(player.locator('smooth-preview')).toHaveCount(0);
  await player.getByRole('button', { name: /^Chapters/ }).click();
  const stills = player.locator('smooth-menu smooth-preview canvas');
  const starts = await page.evaluate(() =>
    (element.player.eventTracks.find(({ kind }) => kind === 'chapters')?.cues ?? []).map(
      ({ start }) => start,
    ),
  );
  expect(starts.length).toBeGreaterThan(2);
  for (const [index, start] of starts.entries()) {
    // The first key frame in the chapter: fragments last 2 s.
    await expect
      .poll(() => host.readCanvas(stills.nth(index)))
      .toBe(Math.ceil(Math.max(0, start - 0.04) / 2) * 50);
  }
  await page.screenshot({ path: 'test-results/chapters.png' });
});

test('poster="auto" is a still of the title, until it is played', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true, poster: 'auto' });
  const poster = player.locator('.stage > canvas');
  await expect(poster).toBeVisible();
  expect((await host.readCanvas(poster)) ?? 1).toBeGreaterThanOrEqual(0);
  // Not a URL that a browser would request.
  expect(await page.evaluate(() => element.video.poster)).toBe('');
  await host.play();
  await expect(poster).toBeHidden();
});
