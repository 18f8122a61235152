import { axeFindings } from './axe.ts';
import { expect, test } from './element-fixture.ts';

test.beforeEach(({ page }) => page.setViewportSize({ width: 1100, height: 800 }));

test('buttons and keys go forward and back by key frames, and the picture tells how fast', async ({
  host,
}) => {
  const { page } = host;
  const player = await host.open({ controls: true });
  await host.play();
  await page.mouse.move(480, 300);
  const [forward, back] = ['Fast forward', 'Rewind'].map((name) => player.getByRole('button', { name }));
  for (const rate of ['4×', '8×', '16×']) {
    await forward?.click();
    await expect(player.locator('.said.rate')).toHaveText(rate);
  }
  await expect(player.locator('canvas').first()).toBeVisible();
  await page.waitForFunction(() => element.currentTime > 12);
  expect(await page.evaluate(() => element.paused)).toBe(false);
  await page.screenshot({ path: 'test-results/trick.png' });
  // A seek ends it there.
  await page.evaluate(() => {
    element.currentTime = 28;
  });
  await page.waitForFunction(() => element.trickRate === 1 && !element.seeking);
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(player.locator('.said.rate')).toHaveText('−4×');
  const at = await page.evaluate(() => element.currentTime);
  await page.waitForFunction((from) => element.currentTime < from - 2, at);
  expect(await axeFindings(page)).toEqual([]);
  // Pausing keeps the picture on screen.
  await page.keyboard.press('k');
  await expect(player.locator('.said.rate')).toHaveCount(0);
  expect(await page.evaluate(() => [element.paused, element.trickRate])).toEqual([true, 1]);
  await expect(back ?? player).toBeVisible();
});

test('L that is held goes fast and faster until it is let go', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true });
  await host.play();
  await page.evaluate(() => element.focus());
  await page.keyboard.down('l');
  await page.keyboard.down('l');
  await expect(player.locator('.said.rate')).toHaveText('4×');
  await expect(player.locator('.said.rate')).toHaveText('8×');
  await page.keyboard.up('l');
  await expect(player.locator('.said.rate')).toHaveCount(0);
  await page.waitForFunction(() => !element.paused && element.trickRate === 1);
});

test('while the knob is dragged the picture follows, outside of the buffer too', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true, preload: 'metadata' });
  await page.waitForFunction(() => element.readyState >= 2);
  const box = (await player.locator('smooth-seek-bar .bar').boundingBox()) ?? {
    x: 0,
    y: 0,
    width: 0,
    height: 0,
  };
  const to = (share: number): [number, number] => [box.x + share * box.width, box.y + box.height / 2];
  await page.mouse.move(...to(0.1));
  await page.mouse.down();
  const canvas = player.locator('.stage > canvas');
  // It never rests long enough to start a seek.
  let share = 0.3;
  const drag = async () => {
    share = share > 0.8 ? 0.3 : share + 0.002;
    await page.mouse.move(...to(share));
    return canvas.isVisible();
  };
  await expect.poll(drag, { intervals: [50] }).toBe(true);
  const frame = await host.readCanvas(canvas);
  expect((frame ?? 1) % 50).toBe(0);
  await page.mouse.move(...to(0.9));
  await page.mouse.up();
  await expect(canvas).toBeHidden();
  expect(await page.evaluate(() => element.currentTime)).toBeCloseTo(27, 0);
});

test('a drag that is cancelled leaves the picture as it was', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true, preload: 'metadata' });
  await page.waitForFunction(() => element.readyState >= 2);
  const bar = player.locator('smooth-seek-bar .bar');
  const box = (await bar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(box.x + 5, box.y + box.height / 2);
  await page.mouse.down();
  const canvas = player.locator('.stage > canvas');
  let share = 0.3;
  const drag = async () => {
    share = share > 0.8 ? 0.3 : share + 0.002;
    await page.mouse.move(box.x + share * box.width, box.y + box.height / 2);
    return canvas.isVisible();
  };
  await expect.poll(drag, { intervals: [50] }).toBe(true);
  await bar.dispatchEvent('pointercancel', { pointerId: 1 });
  await expect(canvas).toBeHidden();
  await expect(bar).not.toHaveAttribute('data-dragging');
  await page.mouse.up();
});

test('Escape during a drag goes back to where it began', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true, 'start-time': '4' });
  await page.waitForFunction(() => element.readyState >= 2);
  const bar = player.locator('smooth-seek-bar .bar');
  const box = (await bar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const to = (share: number): [number, number] => [box.x + share * box.width, box.y + box.height / 2];
  await page.mouse.move(...to(4 / 30));
  await page.mouse.down();
  await page.mouse.move(...to(0.9));
  // Where it rests, it seeks.
  await page.waitForFunction(() => element.currentTime > 20);
  await page.keyboard.press('Escape');
  await expect(bar).not.toHaveAttribute('data-dragging');
  await page.mouse.move(...to(0.5));
  await page.mouse.up();
  expect(await page.evaluate(() => element.currentTime)).toBeCloseTo(4, 1);
});

test('each rate of trick play is announced, however it was chosen', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true });
  await page.waitForFunction(() => element.readyState >= 2);
  await page.mouse.move(480, 300);
  const status = player.locator('.unseen[role=status]');
  const forward = player.getByRole('button', { name: 'Fast forward' });
  for (const rate of ['4×', '8×']) {
    await forward.click();
    await expect(status).toHaveText(`Fast forward ${rate}`);
  }
  await page.evaluate(() => element.play());
  await expect(status).toHaveText('Playing');
});
