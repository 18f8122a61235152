import { SAMPLE } from '../fixtures.ts';
import { expect, test } from './element-fixture.ts';

test('what a page puts into the player gets its keys', async ({ host }) => {
  await host.open({ controls: true });
  await host.page.waitForFunction(() => element.readyState >= 2);
  await host.page.evaluate(() => {
    class ClosedField extends HTMLElement {}
    customElements.define('closed-field', ClosedField);
    const add = (tag: string, attributes: Readonly<Record<string, string>>) => {
      const child = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, value);
      child.slot = 'top';
      element.append(child);
      return child;
    };
    const field = add('closed-field', { id: 'field0' });
    field.attachShadow({ mode: 'closed', delegatesFocus: true }).append(document.createElement('input'));
    add('div', { id: 'field1', role: 'textbox', tabindex: '0' }).textContent = 'x';
    add('div', { id: 'field2', contenteditable: '' }).textContent = 'x';
    add('div', { id: 'field3', role: 'button', tabindex: '0' }).textContent = 'x';
  });
  for (const id of ['field0', 'field1', 'field2', 'field3']) {
    await host.page.evaluate((one) => document.getElementById(one)?.focus(), id);
    for (const key of id === 'field3' ? [' ', 'Enter'] : ['m', 'c', ' ', '5'])
      await host.page.keyboard.press(key);
  }
  expect(await host.page.evaluate(() => [element.muted, element.paused, element.currentTime])).toEqual([
    true,
    true,
    0,
  ]);
  // A button leaves the letters to the player.
  await host.page.keyboard.press('m');
  expect(await host.page.evaluate(() => element.muted)).toBe(false);
});

test('a held key switches once', async ({ host }) => {
  await host.open({ controls: true });
  await host.page.waitForFunction(() => element.readyState >= 2);
  await host.page.evaluate(() => element.focus());
  for (let times = 0; times < 4; times += 1) await host.page.keyboard.down('m');
  await host.page.keyboard.up('m');
  expect(await host.page.evaluate(() => element.muted)).toBe(false);
});

test('an event without a key, as from a browser that fills in a form, is no shortcut', async ({ host }) => {
  await host.open({ controls: true, preload: 'none' });
  await host.page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { slot: 'top' });
    element.append(input);
    input.dispatchEvent(new Event('keydown', { bubbles: true, composed: true }));
  });
});

test('in the document of a frame, and back, it looks and works as before', async ({ host }) => {
  const player = await host.open({ controls: true, 'start-time': '6' });
  await host.page.waitForFunction(() => element.readyState >= 2);
  const move = () =>
    host.page.evaluate(() => {
      const frame = document.createElement('iframe');
      frame.style.cssText = 'inline-size: 700px; block-size: 420px';
      document.body.append(frame);
      // One that was never shown elsewhere, too.
      const other = document.createElement('smooth-player');
      other.setAttribute('controls', '');
      frame.contentDocument?.body.append(element, other);
    });
  const plays = () =>
    host.page.waitForFunction(() => element.readyState >= 2 && Math.abs(element.currentTime - 6) < 0.1);
  await move();
  await plays();
  const frame = host.page.frameLocator('iframe');
  for (const index of [0, 1]) {
    const one = frame.locator('smooth-player').nth(index);
    await expect(one.locator('.bar').first()).toHaveCSS('position', 'relative');
    await expect(one).toHaveCSS('display', 'block');
  }
  await frame.locator('smooth-player').first().hover();
  // Created there.
  await frame.getByRole('button', { name: 'Settings' }).first().click();
  await expect(frame.getByRole('menu').first()).toHaveCSS('position', 'fixed');
  await host.page.keyboard.press('Escape');
  await expect(frame.getByRole('button', { name: 'Picture in picture' }).first()).toBeAttached();
  await host.page.evaluate(() => document.querySelector('main')?.append(element));
  await expect(player.first().locator('.bar').first()).toHaveCSS('position', 'relative');
  await plays();
});

test('put back after it was removed while playing, it offers to play again', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await expect(player.locator('.big')).toHaveAttribute('data-off');
  await host.page.evaluate(async () => {
    element.remove();
    await new Promise((resolve) => element.addEventListener('emptied', resolve));
    document.querySelector('main')?.append(element);
  });
  await host.page.waitForFunction(() => element.readyState >= 2);
  await expect(player.locator('.big')).not.toHaveAttribute('data-off');
  await player.locator('.big').click();
  await host.page.waitForFunction(() => !element.paused);
});

test('play() of a title that failed is refused, and a destroyed player is replaced', async ({ host }) => {
  await host.open({ src: '/presentations/nothing.ism/Manifest' });
  await host.page.waitForFunction(() => element.player.state === 'failed');
  const refuse = () =>
    element.play().then(
      () => 'played',
      (error: { code?: string }) => error.code,
    );
  expect(await host.page.evaluate(refuse)).toBe('network-status');
  await host.page.evaluate(async (src) => {
    await element.player.destroy();
    element.src = src;
  }, SAMPLE);
  await host.play();
});

test('a second finger on the seek bar neither takes over nor keeps the controls', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  const sought = await host.page.evaluate(() => {
    const bar = element.shadowRoot
      ?.querySelector('smooth-seek-bar')
      ?.shadowRoot?.querySelector<HTMLElement>('.bar');
    if (!bar) return Number.NaN;
    // Synthetic pointers can't be captured.
    bar.setPointerCapture = () => {};
    const { left, top, width } = bar.getBoundingClientRect();
    const point = (type: string, pointerId: number, share: number) =>
      bar.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          pointerId,
          pointerType: 'touch',
          clientX: left + share * width,
          clientY: top + 4,
        }),
      );
    point('pointerdown', 1, 0.2);
    point('pointerdown', 2, 0.9);
    point('pointermove', 2, 0.95);
    point('pointerup', 2, 0.95);
    point('pointermove', 1, 0.5);
    point('pointerup', 1, 0.5);
    return element.currentTime / element.duration;
  });
  expect(sought).toBeCloseTo(0.5, 1);
  await expect(player.locator('.stage')).toHaveAttribute('data-quiet');
});

test('controls that are taken away during a drag leave the picture to clicks, and hide later', async ({
  host,
}) => {
  const { page } = host;
  await page.setViewportSize({ width: 1100, height: 800 });
  const player = await host.open({ controls: true });
  await host.play();
  const bar = await player.locator('smooth-seek-bar .bar').boundingBox();
  if (!bar) throw new Error('the seek bar has no box');
  await page.mouse.move(bar.x + 5, bar.y + bar.height / 2);
  await expect(player.locator('.stage')).not.toHaveAttribute('data-quiet');
  await page.mouse.down();
  await expect(player.locator('smooth-seek-bar .bar')).toHaveAttribute('data-dragging');
  await page.evaluate(() => {
    element.removeAttribute('controls');
    return element.updateComplete;
  });
  await page.mouse.up();
  await page.evaluate(() => {
    element.controls = true;
    return element.updateComplete;
  });
  await player.locator('video').click({ position: { x: 60, y: 120 } });
  expect(await page.evaluate(() => element.paused)).toBe(true);
  await player.locator('video').click({ position: { x: 60, y: 120 } });
  await expect(player.locator('.stage')).toHaveAttribute('data-quiet');
});

test('the picture of a dragged knob’s position goes with the controls', async ({ host }) => {
  const { page } = host;
  await page.setViewportSize({ width: 1100, height: 800 });
  const player = await host.open({ controls: true, preload: 'metadata' });
  await page.waitForFunction(() => element.readyState >= 2);
  const bar = await player.locator('smooth-seek-bar .bar').boundingBox();
  if (!bar) throw new Error('the seek bar has no box');
  await page.mouse.move(bar.x + 5, bar.y + bar.height / 2);
  await page.mouse.down();
  const canvas = player.locator('.stage > canvas');
  // It never rests long enough to start a seek.
  let share = 0.3;
  const drag = async () => {
    share = share > 0.8 ? 0.3 : share + 0.002;
    await page.mouse.move(bar.x + share * bar.width, bar.y + bar.height / 2);
    return canvas.isVisible();
  };
  await expect.poll(drag, { intervals: [50] }).toBe(true);
  await page.evaluate(() => {
    element.removeAttribute('controls');
  });
  await expect(canvas).toBeHidden();
  await page.mouse.up();
});

test('a second finger on the picture doesn’t keep the speed of a held press', async ({ host }) => {
  const { page } = host;
  await host.open({ controls: true });
  await host.play();
  const point = (type: string, pointerId: number) =>
    page.evaluate(
      ([name, id]) =>
        element.video.dispatchEvent(
          new PointerEvent(name, {
            bubbles: true,
            composed: true,
            pointerId: id,
            pointerType: 'touch',
            isPrimary: id === 1,
          }),
        ),
      [type, pointerId] as const,
    );
  await point('pointerdown', 1);
  await page.waitForFunction(() => element.playbackRate === 2);
  await point('pointerdown', 2);
  // Longer than a press must be held.
  await page.waitForTimeout(700);
  await point('pointerup', 2);
  await point('pointerup', 1);
  expect(await page.evaluate(() => element.playbackRate)).toBe(1);
});
