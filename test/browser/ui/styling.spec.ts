import { expect, test } from './element-fixture.ts';

test.beforeEach(({ page }) => page.setViewportSize({ width: 1100, height: 800 }));

const CONTROLS = {
  play: 'smooth-play-button:not(.big)',
  center: 'smooth-play-button.big',
  'seek-bar': 'smooth-seek-bar',
  skip: '.skip-back, .skip-forward',
  trick: '.rewind, .forward',
  volume: 'smooth-volume',
  time: 'smooth-time-display',
  chapters: '.chapters',
  captions: '.captions',
  settings: '.settings',
  pip: '.pip',
  fullscreen: '.fullscreen',
  title: '.title',
};

test('a custom property hides each control, in the bar and in the menu', async ({ host }) => {
  const player = await host.open({ controls: true, 'media-title': 'Sample' });
  await host.page.waitForFunction(() => element.readyState >= 2 && element.player.textTracks.length > 0);
  for (const [name, selector] of Object.entries(CONTROLS)) {
    const control = player.locator(selector).first();
    await expect(control, name).toBeVisible();
    await host.page.evaluate((property) => {
      element.style.setProperty(property, 'none');
      element.requestUpdate();
    }, `--smooth-${name}-display`);
    await expect(control, name).toBeHidden();
    await host.page.evaluate(
      (property) => element.style.removeProperty(property),
      `--smooth-${name}-display`,
    );
  }
  await host.page.evaluate(() => {
    element.style.setProperty('--smooth-pip-display', 'none');
    element.style.width = '300px';
  });
  await player.getByRole('button', { name: 'Settings' }).click();
  await expect(player.getByRole('menuitem', { name: 'Full screen' })).toHaveCount(0);
  await expect(player.getByRole('menuitem', { name: 'Quality' })).toBeVisible();
  await expect(player.getByRole('menuitem', { name: 'Picture in picture' })).toHaveCount(0);
});

test('theme="minimal" has fewer buttons, and the page can bring one back', async ({ host }) => {
  const player = await host.open({ controls: true, theme: 'minimal' });
  await host.page.waitForFunction(() => element.readyState >= 2 && element.player.textTracks.length > 0);
  const buttons = () =>
    player
      .locator('.row')
      .getByRole('button')
      .evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel));
  const few = ['Play', 'Unmute', 'Subtitles and captions', 'Settings', 'Full screen'];
  await expect.poll(buttons).toEqual(few);
  await host.page.evaluate(() => {
    element.style.setProperty('--smooth-pip-display', 'inline-flex');
    element.requestUpdate();
  });
  await expect.poll(buttons).toEqual(few.toSpliced(4, 0, 'Picture in picture'));
});

test('menus over the picture are dark in the light theme too', async ({ host }) => {
  await host.page.emulateMedia({ colorScheme: 'light' });
  const player = await host.open({ controls: true, theme: 'light' });
  await host.page.waitForFunction(() => element.readyState >= 2);
  await player.getByRole('button', { name: 'Settings' }).click();
  await expect(player.getByRole('menu')).toHaveCSS('background-color', 'rgba(22, 24, 30, 0.9)');
});

/** Relative luminance of pixels of the page, WCAG 2. */
async function luminances(
  host: { readonly page: import('@playwright/test').Page },
  points: readonly (readonly [x: number, y: number])[],
): Promise<readonly number[]> {
  const picture = `data:image/png;base64,${(await host.page.screenshot()).toString('base64')}`;
  return host.page.evaluate(
    async ([src, wanted]) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      const linear = (value: number) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return wanted.map(([x, y]) => {
        const [r = 0, g = 0, b = 0] = context?.getImageData(x, y, 1, 1).data ?? [];
        return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
      });
    },
    [picture, points] as const,
  );
}

for (const [name, attributes, media] of [
  ['by default', {}, {}],
  ['in the light theme', { theme: 'light' }, { colorScheme: 'light' }],
  ['in the minimal theme', { theme: 'minimal' }, {}],
  ['with more contrast', {}, { contrast: 'more' }],
] as const)
  test(`what is played, what is buffered and the rest are told apart without a hue ${name}`, async ({
    host,
  }) => {
    await host.page.emulateMedia(media);
    // Video from ten seconds on never arrives.
    await host.page.route(/Fragments\(video=\d{9,}\)/, () => {});
    const player = await host.open({ controls: true, ...attributes });
    await host.page.waitForFunction(() => element.buffered.length > 0 && element.buffered.end(0) >= 9);
    await host.page.evaluate(() => {
      element.currentTime = 5;
    });
    await host.page.waitForFunction(() => !element.seeking);
    await host.page.mouse.move(0, 0);
    const track = player.locator('.track');
    await expect(track).toHaveCSS('height', '6px');
    await expect(track.locator('.buffered')).toHaveCount(1);
    const box = await track.boundingBox();
    if (!box) throw new Error('the seek bar has no box');
    const top = Math.round(box.y);
    const at = (share: number, y: number) => [Math.round(box.x + box.width * share), top + y] as const;
    const [played = 0, buffered = 0, rest = 0, abovePlayed = 0, aboveBuffered = 0, edge = 0] =
      await luminances(host, [at(0.1, 3), at(0.24, 3), at(0.6, 3), at(0.1, 0), at(0.24, 0), at(0.6, 1)]);
    const contrast = (light: number, dark: number) => (light + 0.05) / (dark + 0.05);
    expect(contrast(played, buffered)).toBeGreaterThanOrEqual(3);
    expect(contrast(buffered, rest)).toBeGreaterThanOrEqual(3);
    expect(contrast(edge, rest)).toBeGreaterThanOrEqual(3);
    // Where only the played part reaches.
    expect(contrast(abovePlayed, aboveBuffered)).toBeGreaterThanOrEqual(3);
  });

for (const colorScheme of ['light', 'dark'] as const)
  test(`with forced colours, ${colorScheme}, the played part fills the seek bar, and its end is marked`, async ({
    host,
  }) => {
    await host.page.emulateMedia({ forcedColors: 'active', colorScheme });
    const player = await host.open({ controls: true });
    await host.page.waitForFunction(() => element.readyState >= 2);
    const heightOf = (name: string) =>
      player.locator(name).evaluate((part) => part.getBoundingClientRect().height);
    await expect(player.locator('.buffered')).toHaveCount(1);
    expect(await heightOf('.played')).toBe(6);
    expect(await heightOf('.buffered')).toBe(2);
    expect(await player.locator('.knob').evaluate((knob) => getComputedStyle(knob, '::before').scale)).toBe(
      '1',
    );
  });

for (const [name, media] of [
  ['more contrast', { contrast: 'more' }],
  ['forced colours', { forcedColors: 'active' }],
] as const)
  test(`with ${name}, menus are opaque and have an edge`, async ({ host }) => {
    await host.page.emulateMedia(media);
    const player = await host.open({ controls: true });
    await host.page.waitForFunction(() => element.readyState >= 2);
    await player.getByRole('button', { name: 'Settings' }).click();
    const look = await player.getByRole('menu').evaluate((menu) => {
      const { backgroundColor, boxShadow, borderTopWidth } = getComputedStyle(menu);
      return {
        backgroundColor,
        hasEdge: boxShadow.includes('rgb(255, 255, 255) 0px 0px 0px 1px') || borderTopWidth === '1px',
      };
    });
    expect(look.hasEdge).toBe(true);
    expect(look.backgroundColor).toMatch(/^rgb\(/);
  });
