import type { Locator } from '@playwright/test';
import { axeFindings } from './axe.ts';
import { expect, test } from './element-fixture.ts';

async function openCaptions(player: Locator): Promise<void> {
  await player.getByRole('button', { name: 'Settings' }).click();
  await player.getByRole('menuitem', { name: 'Subtitles and captions' }).click();
}

const WITH_TEXT = { controls: true, muted: true, captions: true } as const;

test('captions are drawn on the picture, clear of the controls, and once', async ({ host }) => {
  const { page } = host;
  const player = await host.open(WITH_TEXT);
  await host.play();
  const cue = player.locator('smooth-captions .cue');
  await expect(cue).toHaveText('A balloon comes from the west.');
  await page.evaluate(() => element.pause());
  const [picture, bar] = [player.locator('video'), player.locator('.bar[part=controls]')];
  const boxOf = async (of: typeof cue) => (await of.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  // Paused, so that the controls stay.
  await expect
    .poll(async () => (await boxOf(cue)).y + (await boxOf(cue)).height)
    .toBeLessThanOrEqual((await boxOf(bar)).y + 1);
  const [text, video] = [await boxOf(cue), await boxOf(picture)];
  expect(text.x + text.width / 2).toBeCloseTo(video.x + video.width / 2, 0);
  expect(
    await page.evaluate(() => [...element.video.textTracks].filter(({ mode }) => mode === 'showing').length),
  ).toBe(0);
  expect(await page.evaluate(() => element.matches(':state(captions)'))).toBe(true);
});

for (const lines of [3, 4, 7])
  test(`at 240 px all of ${lines} lines are on the picture while the controls show`, async ({ host }) => {
    await host.page.setViewportSize({ width: 240, height: 800 });
    const player = await host.open({ controls: true });
    await host.page.evaluate(() => document.body.style.setProperty('margin', '0'));
    await host.play();
    await host.page.evaluate(async (count) => {
      element.pause();
      const text = Array.from({ length: count }, (_, line) => `Line ${line}`).join('\n');
      element.player.textTrack = await element.player.addTextTrack({
        text: `WEBVTT\n\n00:00.000 --> 00:30.000\n${text}`,
        language: 'en',
      });
    }, lines);
    const box = async (selector: string) => {
      const { y = 0, height = 0 } = (await player.locator(selector).boundingBox()) ?? {};
      return { top: y, bottom: y + height };
    };
    await expect(player.locator('smooth-captions .cue')).toHaveText(/^Line 0\n/);
    const [cue, video, bar] = [
      await box('smooth-captions .cue'),
      await box('video'),
      await box('.bar[part=controls]'),
    ];
    expect(cue.top).toBeGreaterThanOrEqual(video.top);
    expect(cue.bottom).toBeLessThanOrEqual(video.bottom + 0.5);
    if (lines === 3) expect(cue.bottom).toBeLessThanOrEqual(bar.top + 0.5);
  });

test('a reading above a word is half as large', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await host.page.evaluate(async () => {
    element.pause();
    const ruby =
      '<span tts:ruby="container"><span tts:ruby="base">利根川</span><span tts:ruby="text">とねがわ</span></span>';
    element.player.textTrack = await element.player.addTextTrack({
      text: `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="ja"><body><div><p begin="0s" end="30s">${ruby}</p></div></body></tt>`,
      language: 'ja',
    });
  });
  const size = (selector: string) =>
    player
      .locator(`smooth-captions ${selector}`)
      .evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize));
  await expect(player.locator('smooth-captions rt')).toHaveText('とねがわ');
  expect(await size('rt span')).toBeCloseTo((await size('ruby > span')) / 2, 1);
});

test('readings are above their words, also in an indented document and with delimiters', async ({ host }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await host.page.evaluate(async () => {
    element.pause();
    const span = (role: string, content: string) => `<span tts:ruby="${role}">${content}</span>\n`;
    const bracketed = ['(', 'とねがわ', ')'].map((text, at) => span(at === 1 ? 'text' : 'delimiter', text));
    const containers =
      span('baseContainer', `\n${span('base', '漢')}${span('base', '字')}`) +
      span('textContainer', `\n${span('text', 'かん')}${span('text', 'じ')}`);
    const paragraph =
      span('container', `\n${span('base', '利根川')}${bracketed.join('')}`) +
      span('container', `\n${containers}`);
    element.player.textTrack = await element.player.addTextTrack({
      text: `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="ja"><body><div><p begin="0s" end="30s">${paragraph}</p></div></body></tt>`,
      language: 'ja',
    });
  });
  const ruby = player.locator('smooth-captions ruby');
  await expect(ruby).toHaveText(['利根川とねがわ', '漢かん', '字じ']);
  await expect(player.locator('smooth-captions rt')).toHaveText(['とねがわ', 'かん', 'じ']);
  await expect(player.locator('smooth-captions .cue')).not.toContainText('(');
});

for (const width of [240, 320, 400, 1280])
  test(`at ${width} px captions at the top are clear of the title and the controls`, async ({ host }) => {
    const { page } = host;
    await page.setViewportSize({ width, height: 800 });
    const player = await host.open({ controls: true, 'media-title': 'The balloon' });
    await page.evaluate(() => document.body.style.setProperty('margin', '0'));
    await host.play();
    await page.evaluate(async () => {
      element.pause();
      element.player.textTrack = await element.player.addTextTrack({
        text: 'WEBVTT\n\n00:00.000 --> 00:30.000 line:0\nA balloon comes\nfrom the west.',
        language: 'en',
      });
    });
    const box = async (selector: string) => {
      const found = await player.locator(selector).boundingBox();
      return { top: found?.y ?? 0, bottom: (found?.y ?? 0) + (found?.height ?? 0) };
    };
    const cue = 'smooth-captions .cue';
    await expect(player.locator(cue)).toBeVisible();
    const title = player.locator('.title');
    // In the narrowest player the title makes room.
    if (width < 288) await expect(title).toBeHidden();
    else await expect(title).toBeVisible();
    await expect
      .poll(async () => (await box(cue)).top - (await box('.title')).bottom)
      .toBeGreaterThanOrEqual(0);
    expect((await box(cue)).top).toBeGreaterThanOrEqual((await box('video')).top);
    expect((await box(cue)).bottom).toBeLessThanOrEqual((await box('.bar[part=controls]')).top + 1);
    const withTitle = (await box(cue)).top;
    // Without controls it is where its author wanted it.
    await page.evaluate(() => {
      element.controls = false;
    });
    if (width >= 288) await expect.poll(async () => (await box(cue)).top).toBeLessThan(withTitle);
    await page.evaluate(() => {
      element.controls = true;
    });
    await expect.poll(async () => (await box(cue)).top).toBe(withTitle);
  });

test('the button, the menu and the key choose what is read', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true, muted: true });
  await host.play();
  // The controls stay.
  await page.evaluate(() => element.pause());
  const button = player.getByRole('button', { name: 'Subtitles and captions' });
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  expect(await page.evaluate(() => element.player.textTrack?.language)).toBe('en');
  await openCaptions(player);
  await page.getByRole('menuitemradio', { name: 'French' }).click();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('c');
  expect(await page.evaluate(() => element.player.textTrack)).toBeUndefined();
  await page.keyboard.press('c');
  expect(await page.evaluate(() => element.player.textTrack?.language)).toBe('fr');
  await openCaptions(player);
  expect(await axeFindings(page)).toEqual([]);
});

test('the viewer’s style is shown at once, kept, and taken back', async ({ host }) => {
  const { page } = host;
  const player = await host.open(WITH_TEXT);
  await host.play();
  await page.evaluate(() => {
    element.pause();
    element.currentTime = 5;
  });
  await expect(player.locator('smooth-captions .cue')).toHaveText('A balloon comes from the west.');
  await openCaptions(player);
  await page.getByRole('menuitem', { name: 'Style…' }).click();
  const dialog = player.getByRole('dialog', { name: 'Caption style' });
  await dialog.getByLabel('Text colour').selectOption('yellow');
  await dialog.getByLabel('Size').selectOption('1.5');
  const text = player.locator('smooth-captions .cue span').first();
  await expect(text).toHaveCSS('color', 'rgb(255, 255, 0)');
  expect(await page.evaluate(() => element.captionStyle)).toEqual({ color: 'yellow', size: 1.5 });
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  // Other pages of the origin have it too.
  const stored = await page.evaluate(() => localStorage.getItem('smooth-player'));
  expect(JSON.parse(stored ?? '')).toEqual({ captionStyle: { color: 'yellow', size: 1.5 } });
  await page.evaluate(() => {
    element.captionStyle = {};
  });
  await expect(text).not.toHaveCSS('color', 'rgb(255, 255, 0)');
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test('by keyboard alone: a track, its style, and back to where one was', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true, muted: true });
  await host.play();
  await page.evaluate(() => element.pause());
  const button = player.getByRole('button', { name: 'Settings' });
  const openPage = async () => {
    await button.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem').first()).toBeFocused();
    await page.keyboard.press('s');
    await expect(page.getByRole('menuitem', { name: 'Subtitles and captions' })).toBeFocused();
    await page.keyboard.press('Enter');
  };
  await openPage();
  await expect(page.getByRole('menuitemradio', { name: 'Off' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => element.player.textTrack?.language)).toBe('en');
  await openPage();
  // The menu opens at the track in use.
  await expect(page.getByRole('menuitemradio', { checked: true })).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: 'Style…' })).toBeFocused();
  await page.keyboard.press('Enter');
  const dialog = player.getByRole('dialog', { name: 'Caption style' });
  await expect(dialog).toBeVisible();
  const size = dialog.getByLabel('Size');
  for (let tabs = 0; tabs < 20 && !(await size.evaluate((one) => one.matches(':focus'))); tabs += 1)
    await page.keyboard.press('Tab');
  await expect(size).toBeFocused();
  await size.press('End');
  await expect.poll(() => page.evaluate(() => element.captionStyle.size)).toBeGreaterThan(1);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
});

test('chapters are marks on the seek bar, a menu, and a key away', async ({ host }) => {
  const { page } = host;
  const player = await host.open({ controls: true, muted: true });
  await host.play();
  await page.evaluate(() => element.pause());
  await expect(player.locator('.mark')).toHaveCount(2);
  await player.locator('smooth-seek-bar').hover();
  await expect(player.locator('.tooltip')).toContainText('The balloon');
  await player.locator('.stage').press('PageDown');
  await expect.poll(() => page.evaluate(() => element.currentTime)).toBe(8);
  await player.getByRole('button', { name: /^Chapters/ }).click();
  await page.getByRole('menuitemradio', { name: /Nightfall/ }).click();
  await expect.poll(() => page.evaluate(() => element.currentTime)).toBe(20);
});
