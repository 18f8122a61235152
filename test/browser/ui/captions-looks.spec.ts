import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { LOOK_VTT, TEXT_LOOKS } from '../../conformance/text-looks.ts';
import { mountsOf } from '../../conformance/text-title.ts';
import { expect, test } from '../fixtures.ts';

/** Screenshots are stored in `test-results/captions`. */
const FOLDER = 'test-results/captions';
const ROOT = join(import.meta.dirname, '../../..');
const WIDTHS = [320, 1440] as const;

let origin: Origin;
let url: string;

test.beforeAll(async () => {
  origin = createOrigin({
    files: [
      ...(await mountsOf(TEXT_LOOKS)),
      { at: '/dist/', from: join(ROOT, 'dist') },
      { at: '/', from: join(ROOT, 'test/browser/page') },
    ],
  });
  url = await origin.listen();
});

test.afterAll(() => origin.close());

async function open(page: Page, index: number, width: number, file?: string): Promise<Locator> {
  await page.setViewportSize({ width, height: Math.round((width * 9) / 16) + 40 });
  await page.goto(`${url}/player.html`);
  await page.waitForFunction(() => globalThis.isReady);
  await page.evaluate(
    async ([src, text]) => {
      document.querySelector('h1')?.remove();
      document.body.style.setProperty('margin', '0');
      globalThis.element = document.createElement('smooth-player');
      Object.assign(element, { muted: true, captions: true, controls: true });
      document.querySelector('main')?.append(element);
      await element.player.load(src);
      if (text)
        element.player.textTrack = await element.player.addTextTrack({
          text,
          language: 'de',
          label: 'Beside',
        });
      element.currentTime = 1;
    },
    [`${url}/text/${index}.ism/Manifest`, file] as const,
  );
  const player = page.locator('smooth-player');
  await expect(player.locator('smooth-captions .cue')).toHaveCount(1);
  await expect.poll(() => page.evaluate(() => element.video.readyState)).toBeGreaterThanOrEqual(2);
  return player;
}

/** The position of the text itself, or of the image. */
const boxOf = (player: Locator) =>
  player.locator('smooth-captions .cue').evaluate((cue) => {
    const parts = [...cue.querySelectorAll('span, canvas')].map((part) => part.getBoundingClientRect());
    return {
      left: Math.min(...parts.map(({ left }) => left)),
      right: Math.max(...parts.map(({ right }) => right)),
      top: Math.min(...parts.map(({ top }) => top)),
      bottom: Math.max(...parts.map(({ bottom }) => bottom)),
    };
  });

async function expectInside(player: Locator): Promise<void> {
  const [box, picture] = [await boxOf(player), await player.locator('video').boundingBox()];
  if (!picture) throw new Error('there is no picture');
  expect(box.left).toBeGreaterThanOrEqual(picture.x - 1);
  expect(box.right).toBeLessThanOrEqual(picture.x + picture.width + 1);
  expect(box.top).toBeGreaterThanOrEqual(picture.y - 1);
  expect(box.bottom).toBeLessThanOrEqual(picture.y + picture.height + 1);
}

/** With the controls, without overlapping them, and without controls. */
async function look(page: Page, player: Locator, name: string): Promise<void> {
  const bar = player.locator('.bar[part=controls]');
  await expect
    .poll(async () => (await boxOf(player)).bottom - ((await bar.boundingBox())?.y ?? 0))
    .toBeLessThanOrEqual(2);
  await expectInside(player);
  await page.screenshot({ path: `${FOLDER}/${name}-controls.png` });
  await page.evaluate(() => {
    element.controls = false;
  });
  await expect(bar).toHaveCount(0);
  await expectInside(player);
  await page.screenshot({ path: `${FOLDER}/${name}.png` });
}

for (const width of WIDTHS) {
  for (const [index, { name, direction, writingMode, color, isImage, isAbove }] of TEXT_LOOKS.entries())
    test(`${name} captions at ${width} px: whole, and clear of the controls`, async ({ page }) => {
      const player = await open(page, index, width);
      const cue = player.locator('smooth-captions .cue');
      if (direction) await expect(cue).toHaveCSS('direction', direction);
      if (writingMode) await expect(cue).toHaveCSS('writing-mode', writingMode);
      if (color) await expect(cue.locator('span').first()).toHaveCSS('color', color);
      if (isImage)
        await expect
          .poll(() =>
            cue.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
              const { width: across, height } = canvas;
              return [...(canvas.getContext('2d')?.getImageData(across / 2, height / 2, 1, 1).data ?? [])];
            }),
          )
          .toEqual([255, 224, 0, 255]);
      await look(page, player, `${name}-${width}`);
      if (isAbove) {
        const picture = await player.locator('video').boundingBox();
        expect((await boxOf(player)).bottom).toBeLessThan((picture?.height ?? 0) / 2);
      }
    });

  test(`a file beside the title at ${width} px: whole, and clear of the controls`, async ({ page }) => {
    await look(page, await open(page, 0, width, LOOK_VTT), `beside-${width}`);
  });

  test(`in forced colours at ${width} px captions have the system’s, also where they are styled`, async ({
    page,
  }) => {
    await page.emulateMedia({ forcedColors: 'active' });
    const player = await open(page, 1, width);
    const colours = await player
      .locator('smooth-captions .cue span')
      .evaluateAll((spans) =>
        spans.map((span) => [getComputedStyle(span).color, getComputedStyle(span).backgroundColor]),
      );
    const [first] = colours;
    expect(first?.[0]).not.toBe(first?.[1]);
    for (const pair of colours) expect(pair).toEqual(first);
    await look(page, player, `forced-colours-${width}`);
  });

  const low = [
    ['WebVTT', 'WEBVTT\n\n00:00.000 --> 00:30.000 line:90%\nThe first line\nand the second'],
    [
      'TTML',
      '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"><head><layout><region xml:id="r" tts:origin="10% 85%" tts:extent="80% 10%"/></layout></head><body><div><p region="r" begin="0s" end="30s">The first line<br/>and the second</p></div></body></tt>',
    ],
  ] as const;
  for (const [format, text] of low)
    test(`${format} at ${width} px that begins near the lower edge: whole, and clear of the controls`, async ({
      page,
    }) => {
      const player = await open(page, 0, width, text);
      await expect(player.locator('smooth-captions .cue')).toHaveText(/The first line\s*and the second/);
      await page.evaluate(() => {
        element.captionStyle = { size: 1.5 };
      });
      await look(page, player, `low-${format}-${width}`);
    });
}

/** A cue in a paragraph with a background, in a region with one. */
const BOXED_TTML = `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling">
  <head><layout><region xml:id="r" tts:origin="10% 60%" tts:extent="80% 30%" tts:backgroundColor="#0000ff"/></layout></head>
  <body region="r" tts:fontSize="100%" tts:lineHeight="125%"><div>
    <p begin="0s" end="2s" tts:backgroundColor="#000000">One line<br/>and <span tts:backgroundColor="#ff0000">another</span></p>
  </div></body></tt>`;

test('the viewer’s style scales lines, and overrides the author’s backgrounds', async ({ page }) => {
  const player = await open(page, 0, 1440, BOXED_TTML);
  const looks = () =>
    player.locator('smooth-captions .cue').evaluate((cue) => {
      const { fontSize, lineHeight } = getComputedStyle(cue);
      const [plain, , marked] = cue.querySelectorAll('span');
      const colours = [cue.closest('.region'), cue, plain, marked].map(
        (one) => one && getComputedStyle(one).backgroundColor,
      );
      return { lines: Number.parseFloat(lineHeight) / Number.parseFloat(fontSize), colours };
    });
  const none = 'rgba(0, 0, 0, 0)';
  expect(await looks()).toEqual({
    lines: expect.closeTo(1.25, 2),
    colours: ['rgb(0, 0, 255)', 'rgb(0, 0, 0)', none, 'rgb(255, 0, 0)'],
  });
  await page.evaluate(() => {
    element.captionStyle = { size: 2, background: 'green', window: 'yellow' };
  });
  expect(await looks()).toEqual({
    lines: expect.closeTo(1.25, 2),
    colours: ['rgb(255, 255, 0)', 'rgb(0, 255, 0)', none, 'rgb(0, 255, 0)'],
  });
  await page.evaluate(() => {
    element.captionStyle = { backgroundOpacity: 0, windowOpacity: 0 };
  });
  expect((await looks()).colours).toEqual(['rgba(0, 0, 255, 0)', none, none, 'rgba(255, 0, 0, 0)']);
  await expect(player.locator('smooth-captions .window')).toHaveCount(0);
});

/** Paragraphs in the middle of the picture, magenta on black. */
const magentaTtml = (attributes: string, content: string) =>
  `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling">
  <head><layout><region xml:id="r" tts:origin="10% 10%" tts:extent="80% 60%" tts:textAlign="center" ${attributes}/></layout></head>
  <body region="r" tts:color="#ff00ff"><div><p begin="0s" end="30s">${content}</p></div></body></tt>`;

/** The number of magenta pixels of a caption. */
async function countLetters(page: Page, player: Locator): Promise<number> {
  await page.evaluate(() => element.video.style.setProperty('visibility', 'hidden'));
  const shot = await player.locator('smooth-captions .cue').screenshot();
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const data = context?.getImageData(0, 0, width, height).data ?? [];
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if ((data[at] ?? 0) > 200 && (data[at + 1] ?? 0) < 60 && (data[at + 2] ?? 0) > 200) count++;
    return count;
  }, shot.toString('base64'));
}

test('the background of a line doesn\u2019t cover the letters above it, however low the lines are', async ({
  page,
}) => {
  const content = '<span tts:backgroundColor="black">gypsy jumping<br/>puppy gypsy</span>';
  const counts: number[] = [];
  for (const lineHeight of ['80%', '200%']) {
    const player = await open(page, 0, 1440, magentaTtml(`tts:lineHeight="${lineHeight}"`, content));
    counts.push(await countLetters(page, player));
  }
  const [low = 0, high = 0] = counts;
  expect(high).toBeGreaterThan(1000);
  expect(low / high).toBeCloseTo(1, 1);
});

test('backgrounds extend equally beyond both ends of each line, also where it is wrapped', async ({
  page,
}) => {
  const content =
    'one <span tts:fontStyle="italic">two<br/>three</span> four<br/>a line that has to be wrapped since no picture is as wide as this line would be';
  const player = await open(page, 0, 1440, magentaTtml('', content));
  const lines = await player.locator('smooth-captions .cue').evaluate((cue) => {
    const rectsOf = (name: string) =>
      [...cue.querySelectorAll(name)].flatMap((one) => [...one.getClientRects()]);
    const { left: from, right: to } = cue.getBoundingClientRect();
    const tops = [...new Set(rectsOf('data').map(({ top }) => Math.round(top)))];
    return tops.map((line) => {
      const [text, box] = ['data', 'span'].map((name) => {
        const rects = rectsOf(name).filter(({ top }) => Math.abs(top - line) < 8);
        return [
          Math.min(...rects.map(({ left }) => left)),
          Math.max(...rects.map(({ right }) => right)),
        ] as const;
      });
      const [[textLeft = 0, textRight = 0] = [], [left = 0, right = 0] = []] = [text, box];
      return { before: textLeft - left, after: right - textRight, centre: (left + right - from - to) / 2 };
    });
  });
  expect(lines.length).toBeGreaterThanOrEqual(4);
  for (const { before, after, centre } of lines) {
    expect(before).toBeGreaterThan(1);
    expect(after).toBeCloseTo(before, 0);
    expect(centre).toBeCloseTo(0, 0);
  }
});

test('text in a region with a background has no other one, unless the viewer chooses it', async ({
  page,
}) => {
  const player = await open(page, 0, 1440, magentaTtml('tts:backgroundColor="#0000ff80"', 'text'));
  const span = player.locator('smooth-captions .cue span');
  await expect(span).toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
  await page.evaluate(() => {
    element.captionStyle = { background: 'green' };
  });
  await expect(span).toHaveCSS('background-color', 'rgb(0, 255, 0)');
});

for (const align of ['before', 'after'])
  test(`the background of a region is behind all lines, also those that it has no room for: ${align}`, async ({
    page,
  }) => {
    const player = await open(
      page,
      0,
      1440,
      magentaTtml(
        `tts:backgroundColor="blue" tts:displayAlign="${align}"`,
        Array.from({ length: 8 }, (_, line) => `line ${line}`).join('<br/>'),
      ),
    );
    const room = await player.locator('smooth-captions .cue').evaluate((cue) => {
      const [inner, outer] = [cue, cue.closest('.region')].map((one) => one?.getBoundingClientRect());
      return [(inner?.top ?? 0) - (outer?.top ?? 0), (outer?.bottom ?? 0) - (inner?.bottom ?? 0)];
    });
    for (const side of room) expect(side).toBeGreaterThanOrEqual(-0.5);
  });

test('filled gaps between lines are filled, however far apart the lines are', async ({ page }) => {
  const content =
    '<span tts:backgroundColor="black">one<br/>two <span tts:fontSize="50%">small</span></span><br/><span tts:backgroundColor="black">three</span>';
  const style = 'xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling" itts:fillLineGap="true"';
  const player = await open(page, 0, 1440, magentaTtml(`tts:lineHeight="250%" ${style}`, content));
  const boxes = await player.locator('smooth-captions .cue span').evaluateAll((spans) =>
    spans.map((span) => {
      const { top, bottom } = span.getBoundingClientRect();
      return { top, bottom };
    }),
  );
  const [one, two, , three] = boxes;
  expect(one?.bottom).toBeGreaterThanOrEqual(two?.top ?? Number.POSITIVE_INFINITY);
  expect(two?.bottom).toBeGreaterThanOrEqual(three?.top ?? Number.POSITIVE_INFINITY);
  expect(boxes).toHaveLength(4);
});
