import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptPresentation } from '../../demo/origin/encrypt.ts';
import type { Origin } from '../../demo/origin/server.ts';
import { SAMPLE } from '../../demo/sample/strip.ts';
import { CAPTIONS, makeRichTitle } from '../unit/origin/formats/titles.ts';
import {
  addressOf,
  expect,
  openOrigin,
  PEERS,
  type PeerPage,
  peerName,
  serveLicences,
  test,
} from './peer.ts';

const SAMPLE_FOLDER = join(import.meta.dirname, '../../demo/sample');
const KEY = { keyId: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' };
const WINDOW_SECONDS = 60;

let folder: string;
let origin: Origin & { readonly url: string };
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'players-window-'));
  await makeRichTitle(folder);
  const encrypted = { folder: join(folder, 'sealed'), name: 'sealed' };
  const options = { keys: [KEY], piff: '1.1' } as const;
  await encryptPresentation({ folder: SAMPLE_FOLDER, name: 'sample' }, encrypted, options);
  const channel = (name: string, source: string) =>
    ({ path: `/live/${name}.isml`, source, epoch: 'unix', windowSeconds: WINDOW_SECONDS }) as const;
  origin = await openOrigin({
    live: [
      channel('clear', join(SAMPLE_FOLDER, 'sample.ism')),
      channel('rich', join(folder, 'rich/rich.ism')),
      channel('sealed', join(folder, 'sealed/sealed.ism')),
    ],
  });
});
test.afterAll(async () => {
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

/** How many frames the picture at a media time is ahead of the clock; the same for every picture of a channel. */
const phaseOf = ({ frame, mediaTime }: { readonly frame: number; readonly mediaTime: number }): number => {
  const phase = (frame - Math.round(mediaTime * SAMPLE.framesPerSecond)) % SAMPLE.frames;
  return (phase + SAMPLE.frames) % SAMPLE.frames;
};

/** How far two phases are apart, the short way round. */
const apart = (a: number, b: number): number => {
  const distance = Math.abs(a - b) % SAMPLE.frames;
  return Math.min(distance, SAMPLE.frames - distance);
};

async function phase(page: PeerPage): Promise<number> {
  const picture = await page.evaluate(() => peer.pictures.at(-1));
  if (picture?.frame === undefined) throw new Error('no frame number in the picture');
  return phaseOf({ frame: picture.frame, mediaTime: picture.mediaTime });
}

for (const { player, format } of PEERS) {
  test.describe(peerName({ player, format }), () => {
    test('seeks in the window of a channel, and changes level and language there', async ({ peerPage }) => {
      const page = await peerPage(origin.url);
      await page.evaluate(() => peer.listen());
      await page.open(player, origin.url + addressOf('/live/clear.isml', format), { isLive: true });
      await page.until(() => peer.pictures.length > 10 && peer.pitch.length > 0, undefined);
      const before = await phase(page);
      const { start, end } = await page.evaluate(() => ({
        start: peer.video.seekable.start(0),
        end: peer.video.seekable.end(peer.video.seekable.length - 1),
      }));
      expect(end - start).toBeGreaterThan(WINDOW_SECONDS / 2);

      // Well inside: the window's end moves on meanwhile.
      const back = await page.seek(start + 25);
      expect(apart(phaseOf({ frame: back.frame ?? -1, mediaTime: back.mediaTime }), before)).toBeLessThan(3);
      await page.evaluate(() => peer.setLevel(-1));
      await page.until(() => peer.pictures.at(-1)?.level === 5 && peer.video.videoHeight === 1080, undefined);
      expect(apart(await phase(page), before)).toBeLessThan(3);
      await page.evaluate(() => peer.setLanguage('fr'));
      await page.until((hertz) => Math.abs((peer.pitch.at(-1) ?? 0) - hertz) < 60, SAMPLE.beepHertz.fr);

      const ahead = await page.seek(end - 12);
      expect(apart(phaseOf({ frame: ahead.frame ?? -1, mediaTime: ahead.mediaTime }), before)).toBeLessThan(
        3,
      );
      expect(await page.problems()).toEqual([]);
    });

    test('shows the captions of a channel', async ({ peerPage }) => {
      const page = await peerPage(origin.url);
      await page.open(player, origin.url + addressOf('/live/rich.isml', format), { isLive: true });
      await page.until(() => peer.pictures.length > 10, undefined);
      await page.evaluate(() => peer.showCaptions());
      await page.until(
        () =>
          peer
            .cues()
            .some(
              ({ text, startTime }) =>
                /over the boundary/.test(text) && Math.abs(startTime - peer.video.currentTime) < 40,
            ),
        undefined,
        45_000,
      );
      const cue = await page.evaluate(() =>
        peer.cues().findLast(({ text }) => /over the boundary/.test(text)),
      );
      // On the picture's clock: the caption begins at the frame that it is of.
      const expected = Math.round((CAPTIONS[0].start - (cue?.startTime ?? 0)) * SAMPLE.framesPerSecond);
      const wanted = ((expected % SAMPLE.frames) + SAMPLE.frames) % SAMPLE.frames;
      expect(apart(await phase(page), wanted)).toBeLessThan(5);
      expect(await page.problems()).toEqual([]);
    });

    test('decrypts a channel with a key', async ({ peerPage }) => {
      const page = await peerPage(origin.url);
      await serveLicences(page);
      await page.open(player, origin.url + addressOf('/live/sealed.isml', format), {
        isLive: true,
        keys: { [KEY.keyId]: KEY.key },
      });
      await page.until(() => peer.pictures.length > 10, undefined);
      const begun = await page.evaluate(() => peer.video.currentTime);
      await page.until((to) => peer.video.currentTime > to, begun + 4);
      const shot = (await page.page.locator('video').screenshot()).toString('base64');
      expect(await page.evaluate((picture) => peer.readShot(picture), shot)).toBeGreaterThanOrEqual(0);
      expect(await page.problems()).toEqual([]);
    });
  });
}
