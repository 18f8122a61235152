import type { SmoothTranscript } from '../../../src/transcript.ts';
import { axeFindings } from './axe.ts';
import { expect, test } from './element-fixture.ts';

test('a transcript lists what is said, marks what is spoken, seeks, and can be searched', async ({
  host,
}) => {
  const { page } = host;
  await host.open({ controls: true, muted: true, id: 'film' });
  await page.evaluate(() => {
    const transcript = document.createElement('smooth-transcript') as SmoothTranscript;
    transcript.htmlFor = 'film';
    document.querySelector('main')?.append(transcript);
  });
  const transcript = page.locator('smooth-transcript');
  const lines = transcript.getByRole('listitem').filter({ has: page.getByRole('button') });
  await expect(lines).toHaveCount(8);
  // Chapters are between the lines, with their pictures.
  await expect(transcript.locator('.chapter')).toHaveText(['Dusk', 'The balloon', 'Nightfall']);
  // While they are not visible, nothing is fetched for them.
  await expect(transcript.locator('canvas')).toHaveCount(0);
  await transcript.scrollIntoViewIfNeeded();
  await expect.poll(() => host.readCanvas(transcript.locator('canvas').nth(1))).toBe(200);
  await expect(lines.nth(1)).toContainText('A balloon comes from the west.');
  await transcript.getByRole('button', { name: /Nothing else happens here/ }).click();
  await expect.poll(() => page.evaluate(() => element.currentTime)).toBe(16);
  await expect(transcript.locator('[aria-current=true]')).toContainText('Nothing else happens here.');
  await transcript.getByRole('searchbox').fill('dark');
  await expect(lines).toHaveCount(2);
  await expect(transcript.locator('.chapter')).toHaveCount(0);
  await expect(transcript.getByRole('status')).toContainText('Results: 2');
  // By keyboard only.
  await transcript.getByRole('searchbox').press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => element.currentTime)).toBe(2);
  expect(await axeFindings(page)).toEqual([]);
});

test('in the document of a frame it looks as before, moved or created there', async ({ host }) => {
  await host.open({ controls: true, muted: true, id: 'film' });
  await host.page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const [moved, created] = [1, 2].map(
      () => document.createElement('smooth-transcript') as SmoothTranscript,
    );
    for (const one of [moved, created]) if (one) one.htmlFor = 'film';
    if (moved) document.body.append(moved);
    frame.contentDocument?.body.append(element, ...[moved, created].filter((one) => one !== undefined));
  });
  await host.page.waitForFunction(() => element.readyState >= 2);
  const transcripts = host.page.frameLocator('iframe').locator('smooth-transcript');
  for (const index of [0, 1]) {
    await expect(transcripts.nth(index)).toHaveCSS('display', 'flex');
    await expect(transcripts.nth(index)).toContainText('A balloon comes from the west.');
    await expect(transcripts.nth(index).locator('.line').first()).toHaveCSS('display', 'grid');
  }
});

test('a transcript finds a player that is inserted later, and follows `for` to another one', async ({
  host,
}) => {
  const { page } = host;
  await host.open({ controls: true, muted: true, id: 'film' });
  await page.evaluate(() => {
    element.remove();
    const transcript = document.createElement('smooth-transcript') as SmoothTranscript;
    transcript.htmlFor = 'film';
    document.querySelector('main')?.append(transcript);
    return transcript.updateComplete;
  });
  const lines = page.locator('smooth-transcript').locator('.line');
  await page.evaluate(() => document.querySelector('main')?.append(element));
  await expect(lines).toHaveCount(8);
  // Another player, whose track has the same id, as the id of a track is only its title's.
  await page.evaluate(async () => {
    const other = document.createElement('smooth-player');
    other.id = 'other';
    document.querySelector('main')?.append(other);
    await other.player.load(`${element.src}?other`);
    other.player.getCues = () => Promise.resolve([]);
    const transcript = document.querySelector<SmoothTranscript>('smooth-transcript');
    if (transcript) transcript.htmlFor = 'other';
  });
  await expect(lines).toHaveCount(0);
  // Replaced by one with its id.
  await page.evaluate(() => {
    document.getElementById('other')?.remove();
    element.id = 'other';
  });
  await expect(lines).toHaveCount(8);
});
