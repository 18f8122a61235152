import { join } from 'node:path';
import type { Route } from '@playwright/test';
import type { DrmOptions } from '../../src/index.ts';
import { encryptedTitles, encryptedUrl, KEYS, ONE, TWO } from './encrypted-titles.ts';
import { expect, type PlayerPage } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

const WRONG = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const CLEAR_KEY = 'org.w3.clearkey';
const CHANNEL = '/live/protected.isml';
/** Frames of the sample, which the channel repeats. */
const LOOP = 750;

/** The sample, encrypted in several ways. */
const folder = encryptedTitles({
  piff11: { piff: '1.1' },
  piff13: { piff: '1.3' },
  rotating11: { piff: '1.1', keys: [ONE, TWO] },
  rotating13: { piff: '1.3', keys: [ONE, TWO] },
  lead: { clearLead: 3 },
  mixed: { clearStreams: ['audio_en', 'audio_fr'] },
  unchecked: { hasChecksum: false },
});

/** Loads a protected title; returns the error code, if loading failed. */
function load(
  player: PlayerPage,
  title: string,
  drm: DrmOptions,
  startTime = 0,
): Promise<string | undefined> {
  return player.evaluate(
    ([url, options, at]) =>
      smooth.load({ url, drm: options }, { startTime: at }).then(
        () => undefined,
        (error: { code?: string; name: string }) => error.code ?? error.name,
      ),
    [encryptedUrl(player.url, title), drm, startTime] as const,
  );
}

/** Plays until the title fails; returns the reported codes, which should be one. */
async function failureOf(player: PlayerPage, withinMs = 30_000): Promise<(string | undefined)[]> {
  // A title that is never unlocked never starts to play.
  await player.evaluate(() => {
    // After a failure it would be another attempt.
    if (smooth.state !== 'failed') void video.play().catch(() => {});
  });
  await player.until(() => smooth.state === 'failed', withinMs);
  return (await player.events('error')).map(({ error }) => error?.code);
}

/** Seeks, and returns the number of the frame on screen, read from its pixels, which a wrong key would destroy. */
async function frameAt(player: PlayerPage, time: number): Promise<number | undefined> {
  await player.evaluate((at) => {
    video.pause();
    return seekTo(at);
  }, time);
  const shot = await player.page.locator('video').screenshot();
  return player.evaluate((base64) => readShot(base64), shot.toString('base64'));
}

const server = (player: PlayerPage): DrmOptions => ({ servers: { [CLEAR_KEY]: `${player.url}/licence` } });
const serve = (player: PlayerPage, answer: (route: Route, count: number) => Promise<void>) => {
  let count = 0;
  return player.page.route('**/licence', (route) => {
    count += 1;
    return answer(route, count);
  });
};
const base64Url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const licence = (keys: readonly { keyId: string; key: string }[]): string =>
  JSON.stringify({
    keys: keys.map(({ keyId, key }) => ({ kty: 'oct', kid: base64Url(keyId), k: base64Url(key) })),
    type: 'temporary',
  });

/** Those that wait come first, so that they wait at the same time. */
const REFUSALS: readonly { name: string; code: string; answer: (route: Route) => Promise<void> }[] = [
  { name: 'no answer', code: 'drm-licence-timeout', answer: () => new Promise(() => {}) },
  { name: 'no key', code: 'drm-key-missing', answer: (route) => route.fulfill({ body: licence([TWO]) }) },
  { name: '403', code: 'drm-licence-refused', answer: (route) => route.fulfill({ status: 403 }) },
  { name: '500 for good', code: 'drm-licence-failed', answer: (route) => route.fulfill({ status: 500 }) },
  { name: 'no connection', code: 'drm-licence-failed', answer: (route) => route.abort() },
  { name: 'garbage', code: 'drm-licence-invalid', answer: (route) => route.fulfill({ body: '<html>' }) },
  {
    name: 'a wrong key',
    code: 'drm-key-wrong',
    answer: (route) => route.fulfill({ body: licence([{ ...ONE, key: WRONG }]) }),
  },
];

sideBySide(folder, (scene) => {
  scene('a licence 20 s late is waited for', async ({ player }) => {
    await serve(player, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      await route.fulfill({ body: licence([ONE]) }).catch(() => {});
    });
    await load(player, 'piff11', server(player));
    await player.play();
    await player.until(() => video.currentTime > 2, 45_000);
    expect(await player.events('error')).toEqual([]);
  });

  for (const title of ['piff11', 'piff13', 'rotating11', 'rotating13', 'lead', 'mixed', 'unchecked']) {
    scene(`${title} plays to the end, its pictures legible`, async ({ player }) => {
      expect(await load(player, title, { clearKeys: KEYS }, 4)).toBeUndefined();
      await player.play();
      await player.until(() => video.currentTime > 9);
      expect(await player.events('stall')).toEqual([]);
      // Back into the clear part of one of the titles, and then to the end.
      await player.evaluate(() => seekTo(1));
      await player.until(() => video.currentTime > 2);
      await player.evaluate(() => seekTo(video.duration - 3));
      await player.until(() => video.ended);
      expect(await player.events('error')).toEqual([]);
      expect(await player.evaluate(() => pictures.length)).toBeGreaterThan(100);
      for (const time of [3.02, 5.02, 11.02]) expect(await frameAt(player, time)).toBe(Math.floor(25 * time));
      const usable = (await player.events('keystatuschange')).filter(({ status }) => status === 'usable');
      const ids = title.startsWith('rotating') ? [ONE.keyId, TWO.keyId] : [ONE.keyId];
      expect(usable.map(({ keyId }) => keyId).sort()).toEqual(ids);
    });
  }

  scene(
    'a channel whose keys change from fragment to fragment plays at its edge and back in its window',
    async ({ player }) => {
      const url = `${player.url}${CHANNEL}/Manifest`;
      await player.evaluate(([url, clearKeys]) => smooth.load({ url, drm: { clearKeys } }).then(() => {}), [
        url,
        KEYS,
      ] as const);
      await player.play();
      const from = await player.evaluate(() => video.currentTime);
      await player.evaluate((at) => until(() => video.currentTime > at + 10, 25_000), from);
      expect(await player.events('stall')).toEqual([]);
      const usable = (await player.events('keystatuschange')).filter(({ status }) => status === 'usable');
      expect(usable.map(({ keyId }) => keyId).sort()).toEqual([ONE.keyId, TWO.keyId]);
      const start = await player.evaluate(() => smooth.live.window.start);
      const first = (await frameAt(player, start + 20.02)) ?? Number.NaN;
      for (const later of [2, 4, 6]) {
        expect(await frameAt(player, start + 20.02 + later)).toBe((first + 25 * later) % LOOP);
      }
      expect(await player.events('error')).toEqual([]);
    },
    [{ path: CHANNEL, source: join(folder, 'rotating13/rotating13') }],
  );

  scene('one protected title follows another, and a clear one them', async ({ player }) => {
    await load(player, 'piff11', { clearKeys: KEYS });
    await player.play();
    await player.until(() => video.currentTime > 1);
    await load(player, 'rotating13', { clearKeys: KEYS });
    await player.play();
    await player.until(() => video.currentTime > 3);
    expect(await player.load()).toBeUndefined();
    await player.play();
    await player.until(() => video.currentTime > 1);
    expect(await frameAt(player, 1.02)).toBe(25);
    await player.evaluate(() => smooth.destroy());
    expect(await player.evaluate(() => video.mediaKeys)).toBeNull();
    expect(await player.events('error')).toEqual([]);
  });

  scene('what is clear plays on before a refusal is told', async ({ player }) => {
    await serve(player, (route) => route.fulfill({ status: 403 }));
    await load(player, 'lead', server(player));
    expect(await failureOf(player)).toEqual(['drm-licence-refused']);
    const [error] = await player.events('error');
    expect(error?.position).toBeGreaterThan(4);
  });

  for (const { name, code, answer } of REFUSALS) {
    scene(`${name} from the licence server: ${code} within 25 s`, async ({ player }) => {
      await serve(player, answer);
      // It may be reported while the title is still being loaded.
      expect([undefined, code]).toContain(await load(player, 'piff11', server(player)));
      expect(await failureOf(player, 25_000)).toEqual([code]);
    });
  }

  scene('a licence server gives the key, asked in ClearKey’s own words', async ({ player }) => {
    const asked: string[] = [];
    await serve(player, (route) => {
      asked.push(route.request().postData() ?? '');
      return route.fulfill({ body: licence([ONE]) });
    });
    await load(player, 'piff11', server(player));
    await player.play();
    await player.until(() => video.currentTime > 2);
    expect(asked.map((body) => JSON.parse(body))).toEqual([
      { kids: [base64Url(ONE.keyId)], type: 'temporary' },
    ]);
    expect(await frameAt(player, 1.02)).toBe(25);
  });

  scene('a server in passing trouble is asked again', async ({ player }) => {
    await serve(player, (route, count) =>
      count < 3 ? route.fulfill({ status: 500 }) : route.fulfill({ body: licence([ONE]) }),
    );
    await load(player, 'piff11', server(player));
    await player.play();
    await player.until(() => video.currentTime > 2);
    expect(await player.events('error')).toEqual([]);
  });

  scene('a wrong key at hand is told by the header’s checksum', async ({ player }) => {
    await load(player, 'piff11', { clearKeys: { [ONE.keyId]: WRONG } });
    expect(await failureOf(player)).toEqual(['drm-key-wrong']);
  });

  scene('a wrong key without a checksum to tell is told by the decoder', async ({ player }) => {
    await load(player, 'unchecked', { clearKeys: { [ONE.keyId]: WRONG } });
    expect(await failureOf(player)).toEqual(['drm-key-wrong']);
  });

  scene('without keys and servers: one error that says so', async ({ player }) => {
    await load(player, 'piff11', {});
    expect(await failureOf(player)).toEqual(['drm-no-server']);
  });

  scene('a key system that the browser lacks: one error that names it', async ({ player }) => {
    await load(player, 'piff11', { servers: { 'com.microsoft.playready': `${player.url}/licence` } });
    expect(await failureOf(player)).toEqual(['drm-no-key-system']);
  });

  scene('hooks see what goes and comes; the app’s headers go to its own server', async ({ player }) => {
    const tokens: (string | undefined)[] = [];
    await serve(player, (route) => {
      tokens.push(route.request().headers()['x-token']);
      return route.fulfill({ body: `wrapped:${licence([ONE])}` });
    });
    await player.evaluate((url) => {
      smooth.configure({
        drm: {
          servers: { 'org.w3.clearkey': `${url}/licence` },
          headers: { 'X-Token': 'secret' },
          response: (message) => ({ ...message, body: message.body.subarray('wrapped:'.length) }),
        },
      });
    }, player.url);
    await load(player, 'piff13', {});
    await player.play();
    await player.until(() => video.currentTime > 2);
    expect(tokens).toEqual(['secret']);
  });

  scene('probe() names the key systems that are there', async ({ player }) => {
    const { keySystems } = await player.evaluate(() => SmoothPlayer.probe());
    expect(keySystems).toContain(CLEAR_KEY);
    expect(keySystems).not.toContain('com.microsoft.playready');
  });
});
