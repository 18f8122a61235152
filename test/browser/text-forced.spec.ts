import { join } from 'node:path';
import { createOrigin, type Origin } from '../../demo/origin/server.ts';
import { documents, type TextCase } from '../conformance/text-case.ts';
import { mountsOf } from '../conformance/text-title.ts';
import { ttml } from '../support/text.ts';
import { expect, PlayerPage, test } from './fixtures.ts';

const ROOT = join(import.meta.dirname, '../..');
const IMSC = 'xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling"';
const BODY = `<div><p begin="0s" end="2s">what is said</p><p begin="0s" end="2s" FORCED>a sign</p></div>`;

const CASES: readonly TextCase[] = [
  {
    name: 'some cues are forced',
    place: 'IMSC 1.1, 8.2',
    fragment: documents(
      ttml(BODY.replace('FORCED', 'itts:forcedDisplay="true"'), { attributes: IMSC }),
      ttml('<div/>', { attributes: IMSC }),
    ),
    cues: [],
  },
  {
    name: 'none is',
    place: 'most titles',
    isLong: true,
    fragment: documents(ttml(BODY.replace('FORCED', ''))),
    cues: [],
  },
];

let origin: Origin;
let url: string;

test.beforeAll(async () => {
  origin = createOrigin({
    files: [
      ...(await mountsOf(CASES)),
      { at: '/dist/', from: join(ROOT, 'dist') },
      { at: '/build/', from: join(ROOT, 'build') },
      { at: '/', from: join(import.meta.dirname, 'page') },
    ],
  });
  url = await origin.listen();
});

test.afterAll(() => origin.close());

test('with captions off, forced cues of an ordinary track in the sound’s language are shown', async ({
  page,
}) => {
  await page.goto(url);
  await page.waitForFunction(() => 'smooth' in globalThis);
  const player = new PlayerPage(page, url);
  await player.load('/text/0.ism/Manifest');
  const texts = () => player.evaluate(() => smooth.activeCues.map(({ text }) => text));
  await expect.poll(texts).toEqual(['a sign']);
  expect(await player.evaluate(() => smooth.textTrack)).toBeUndefined();
  // The browser renders them for a plain video.
  const shown = () =>
    player.evaluate(() =>
      [...video.textTracks].flatMap(({ mode, cues }) =>
        mode === 'showing' ? [...(cues ?? [])].map((cue) => (cue as VTTCue).text) : [],
      ),
    );
  await expect.poll(shown).toEqual(['a sign']);
  await player.evaluate(() => {
    [smooth.textTrack] = smooth.textTracks;
  });
  await expect.poll(texts).toEqual(['what is said', 'a sign']);
  await player.evaluate(() => {
    smooth.textTrack = undefined;
  });
  await expect.poll(texts).toEqual(['a sign']);
});

test('with captions off, a track without forced cues costs one request', async ({ page }) => {
  await page.goto(url);
  await page.waitForFunction(() => 'smooth' in globalThis);
  const player = new PlayerPage(page, url);
  await player.load('/text/1.ism/Manifest');
  await player.play();
  await player.until(() => video.ended);
  expect(await player.evaluate(() => smooth.activeCues)).toEqual([]);
  const asked = origin.log.entries.filter(
    ({ url: path }) => path.startsWith('/text/1.ism/') && /text_en/.test(path),
  );
  expect(asked.length).toBe(1);
});
