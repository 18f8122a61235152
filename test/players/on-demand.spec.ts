import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptPresentation } from '../../demo/origin/encrypt.ts';
import type { Origin } from '../../demo/origin/server.ts';
import { SAMPLE } from '../../demo/sample/strip.ts';
import { makeRichTitle } from '../unit/origin/formats/titles.ts';
import {
  addressOf,
  expect,
  frameAt,
  openOrigin,
  PEERS,
  type PeerPage,
  peerName,
  serveLicences,
  test,
} from './peer.ts';
import { playThrough } from './play-through.ts';

const SAMPLE_FOLDER = join(import.meta.dirname, '../../demo/sample');
const KEY = { keyId: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' };

let folder: string;
let origin: Origin & { readonly url: string };
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'players-'));
  await makeRichTitle(folder);
  await encryptPresentation(
    { folder: SAMPLE_FOLDER, name: 'sample' },
    { folder: join(folder, 'sealed'), name: 'sealed' },
    { keys: [KEY], piff: '1.1' },
  );
  origin = await openOrigin({
    presentations: { '/sample': SAMPLE_FOLDER, '/titles': folder },
  });
});
test.afterAll(async () => {
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});
test.beforeEach(() => {
  origin.log.clear();
  origin.rules.clear();
});

/** Nothing that was asked for was refused, and the player says that all is well. */
async function expectNoTrouble(page: PeerPage): Promise<void> {
  expect(await page.problems()).toEqual([]);
  const refused = origin.log.entries.filter(({ status, url }) => status >= 400 && !url.includes('favicon'));
  expect(refused.map(({ url, status }) => `${status} ${url}`)).toEqual([]);
}

for (const { player, format } of PEERS) {
  test.describe(peerName({ player, format }), () => {
    test('plays to the end, with a change of level and a seek @short', async ({ peerPage }) => {
      const page = await peerPage(origin.url);
      await page.open(player, origin.url + addressOf('/sample/sample.ism', format));
      expect((await page.evaluate(() => peer.languages())).map((one) => one.slice(0, 2)).sort()).toEqual([
        'en',
        'fr',
      ]);
      await playThrough(page);
      await expectNoTrouble(page);
    });

    test('speaks the language that is chosen', async ({ peerPage }) => {
      const page = await peerPage(origin.url);
      await page.evaluate(() => peer.listen());
      await page.open(player, origin.url + addressOf('/sample/sample.ism', format));
      await page.until(() => peer.pitch.length > 0, undefined);
      const { en, fr } = SAMPLE.beepHertz;
      expect(Math.abs((await page.evaluate(() => peer.pitch[0] ?? 0)) - en)).toBeLessThan(60);
      await page.evaluate(() => peer.setLanguage('fr'));
      await page.until((hertz) => Math.abs((peer.pitch.at(-1) ?? 0) - hertz) < 60, fr);
      await expectNoTrouble(page);
    });

    test('shows captions', async ({ peerPage }) => {
      const page = await peerPage(origin.url);
      await page.open(player, origin.url + addressOf('/titles/rich/rich.ism', format));
      await page.evaluate(() => peer.showCaptions());
      await page.until(() => peer.cues().some(({ text }) => /over the boundary/.test(text)), undefined);
      const cue = await page.evaluate(() => peer.cues().find(({ text }) => /over the boundary/.test(text)));
      expect(cue?.startTime).toBeCloseTo(1, 1);
      await expectNoTrouble(page);
    });

    test('decrypts with a key', async ({ peerPage }) => {
      const page = await peerPage(origin.url);
      await serveLicences(page);
      await page.open(player, origin.url + addressOf('/titles/sealed/sealed.ism', format), {
        keys: { [KEY.keyId]: KEY.key },
      });
      await page.until(() => peer.video.currentTime > 3, undefined);
      await page.evaluate(() => peer.video.pause());
      await page.seek(8);
      const shot = (await page.page.locator('video').screenshot()).toString('base64');
      expect(await page.evaluate((picture) => peer.readShot(picture), shot)).toBe(frameAt(8));
      await expectNoTrouble(page);
    });

    test('is seen to fail where a segment is missing', async ({ peerPage }) => {
      origin.rules.add({
        match: { url: 'Fragments(video=20000000,' },
        effect: { type: 'status', status: 404 },
      });
      const page = await peerPage(origin.url);
      await page.open(player, origin.url + addressOf('/sample/sample.ism', format));
      await page.until(
        () =>
          peer.problems.length > 0 ||
          performance.getEntriesByType('resource').some(({ name }) => /video=20000000/.test(name)),
        undefined,
      );
      await expect(expectNoTrouble(page)).rejects.toThrow();
    });
  });
}
