import type { Request, Route } from '@playwright/test';
import type { DrmOptions } from '../../src/index.ts';
import { encryptedTitles, encryptedUrl, KEYS, ONE, TWO } from './encrypted-titles.ts';
import { expect, type PlayerPage } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

const RECOMMENDED = 'com.microsoft.playready.recommendation';
const WIDEVINE = 'com.widevine.alpha';
/** Levels from here on have the second key, as in titles whose best quality requires a secure output. */
const BEST_FROM = 200_000;
const LA_URL = 'https://licences.invalid/rm.asmx?token=of-the-manifest';

const folder = encryptedTitles({
  plain: { licenceUrl: LA_URL },
  best: {
    keys: [ONE, TWO],
    keyOf: ({ kind, bitrate }) => (kind === 'video' && bitrate >= BEST_FROM ? 1 : 0),
  },
  sound: { keys: [ONE, TWO], keyOf: ({ kind }) => (kind === 'audio' ? 1 : 0) },
});

interface FakeCdm {
  readonly asked: readonly {
    readonly keySystem: string;
    readonly configurations: readonly MediaKeySystemConfiguration[];
  }[];
  readonly granted: MediaKeySystemConfiguration;
  readonly certificates: readonly { readonly bytes: string; readonly before: number }[];
  readonly sessions: readonly {
    readonly initData: { readonly type: string; readonly data: string };
    readonly updates: readonly object[];
    readonly isClosed: boolean;
    say(type: string, message: Uint8Array): void;
    show(statuses: Readonly<Record<string, string>>): void;
    expire(): Promise<void>;
  }[];
}

declare global {
  var cdm: FakeCdm;
}

const challengeOf = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('hex');
const WRAPPED = challengeOf(
  `<PlayReadyKeyMessage type="LicenseAcquisition"><LicenseAcquisition Version="1"><Challenge encoding="base64encoded">${Buffer.from('<soap:Envelope/>').toString('base64')}</Challenge><HttpHeaders><HttpHeader><name>Content-Type</name><value>text/xml; charset=utf-8</value></HttpHeader><HttpHeader><name>SOAPAction</name><value>"AcquireLicense"</value></HttpHeader></HttpHeaders></LicenseAcquisition></PlayReadyKeyMessage>`,
  'utf16le',
);

interface Setting {
  readonly title?: string;
  readonly systems: Readonly<Record<string, readonly string[]>>;
  readonly challenge?: string;
  readonly drm: DrmOptions;
}

/** Loads a protected title with a simulated content decryption module. */
async function load(player: PlayerPage, { title = 'plain', systems, challenge = '00', drm }: Setting) {
  return player.evaluate(
    async ([url, options, drm]) => {
      const { installFakeCdm } = await import('/fake-cdm.js' as string);
      installFakeCdm(options);
      return smooth.load({ url, drm }).then(
        () => undefined,
        ({ code }: { code: string }) => code,
      );
    },
    [encryptedUrl(player.url, title), { systems, challenge, keys: KEYS }, drm] as const,
  );
}

const statuses = (two?: string): string =>
  JSON.stringify({ [ONE.keyId]: 'usable', ...(two && { [TWO.keyId]: two }) });

/** Answers licence requests, and records them. */
async function serve(
  player: PlayerPage,
  body: string | ((route: Route) => Promise<void>),
  at = '**/licence',
) {
  const asked: Request[] = [];
  await player.page.route(at, (route) => {
    asked.push(route.request());
    const headers = { 'access-control-allow-origin': '*' };
    return typeof body === 'string' ? route.fulfill({ body, headers }) : body(route);
  });
  return asked;
}

const codes = async (player: PlayerPage, type = 'error') =>
  (await player.events(type)).map(({ error }) => error?.code);

sideBySide(folder, (scene) => {
  scene(
    'PlayReady: the best it has, its certificate first, its challenge unwrapped, closed at the end',
    async ({ player }) => {
      const asked = await serve(player, statuses());
      const outcome = await load(player, {
        systems: { 'com.microsoft.playready': ['2000', '150'], [RECOMMENDED]: ['2000', '150'] },
        challenge: WRAPPED,
        drm: { servers: { 'com.microsoft.playready': `${player.url}/licence` }, certificate: 'Bwg=' },
      });
      expect(outcome).toBeUndefined();
      await player.play();
      await player.until(() => video.currentTime > 2);
      const told = await player.evaluate(() => ({
        systems: cdm.asked.map(({ keySystem }) => keySystem),
        wanted: cdm.asked[0]?.configurations.map(
          ({ videoCapabilities }) => videoCapabilities?.[0]?.robustness,
        ),
        granted: cdm.granted.videoCapabilities?.[0]?.robustness,
        certificates: cdm.certificates,
        sessions: cdm.sessions.map(({ initData }) => initData),
      }));
      expect(told).toMatchObject({
        systems: [RECOMMENDED],
        wanted: ['3000', '2000', '150', undefined],
        granted: '2000',
        certificates: [{ bytes: '0708', before: 0 }],
      });
      expect(told.sessions).toHaveLength(1);
      const header = Buffer.from(told.sessions[0]?.data ?? '', 'hex');
      expect(header.toString('utf16le', 32)).toContain(LA_URL);
      expect(header.toString('hex', 4, 28)).toBe('70737368000000009a04f07998404286ab92e65be0885f95');
      expect(asked).toHaveLength(1);
      expect(asked[0]?.postData()).toBe('<soap:Envelope/>');
      expect(asked[0]?.headers()).toMatchObject({
        'content-type': 'text/xml; charset=utf-8',
        soapaction: '"AcquireLicense"',
      });
      await player.evaluate(() => smooth.destroy());
      expect(await player.evaluate(() => cdm.sessions.every(({ isClosed }) => isClosed))).toBe(true);
      expect(await player.evaluate(() => video.mediaKeys)).toBeNull();
    },
  );

  scene(
    'a key that expires in play is renewed within two seconds, and its session closed',
    async ({ player }) => {
      const asked = await serve(player, statuses());
      await load(player, {
        systems: { [WIDEVINE]: [] },
        drm: { servers: { [WIDEVINE]: `${player.url}/licence` } },
      });
      await player.play();
      await player.until(() => video.currentTime > 2);
      for (const round of [1, 2]) {
        const renewedAfter = await player.evaluate(async () => {
          const from = performance.now();
          const renewed = new Promise<number>((resolve) => {
            smooth.addEventListener('keystatuschange', ({ status }) => {
              if (status === 'usable') resolve(performance.now() - from);
            });
          });
          await cdm.sessions.at(-1)?.expire();
          return renewed;
        });
        expect(renewedAfter).toBeLessThan(2000);
        expect(asked).toHaveLength(round + 1);
        // A licence that expires again within five seconds isn't renewed again.
        const at = await player.evaluate(() => video.currentTime);
        await player.page.waitForFunction((goal) => video.currentTime > goal, at + 6, { timeout: 20_000 });
      }
      expect(await player.evaluate(() => cdm.sessions.map(({ isClosed }) => isClosed))).toEqual([
        true,
        true,
        false,
      ]);
      expect(await codes(player)).toEqual([]);
      const stalls = (await player.events('recover')).map(({ stall }) => stall?.duration ?? 0);
      expect(Math.max(0, ...stalls)).toBeLessThan(2);
    },
  );

  scene('a renewal that is refused ends playback with the server’s word', async ({ player }) => {
    let isRefusing = false;
    await serve(player, (route) => route.fulfill(isRefusing ? { status: 403 } : { body: statuses() }));
    await load(player, {
      systems: { [WIDEVINE]: [] },
      drm: { servers: { [WIDEVINE]: `${player.url}/licence` } },
    });
    await player.play();
    await player.until(() => video.currentTime > 2);
    isRefusing = true;
    // While the key is usable, a renewal may fail.
    await player.evaluate(() => cdm.sessions.at(-1)?.say('license-renewal', new Uint8Array(1)));
    await player.until(() => events.some(({ type }) => type === 'warning'));
    expect(await codes(player, 'warning')).toEqual(['drm-licence-refused']);
    await player.evaluate(() => cdm.sessions.at(-1)?.expire());
    await player.until(() => smooth.state === 'failed');
    expect(await codes(player)).toEqual(['drm-licence-refused']);
  });

  scene(
    'levels whose key the output isn’t good enough for are left, and the others play on',
    async ({ player }) => {
      await serve(player, statuses('usable'));
      const outcome = await load(player, {
        title: 'best',
        systems: { [WIDEVINE]: ['SW_SECURE_DECODE', 'SW_SECURE_CRYPTO'] },
        drm: { servers: { [WIDEVINE]: `${player.url}/licence` } },
      });
      expect(outcome).toBeUndefined();
      await player.evaluate(() =>
        smooth.configure({ heuristics: { capToSize: false }, buffer: { ahead: 8 } }),
      );
      await player.play();
      await player.until(() => (smooth.getStats().playing?.bitrate ?? 0) > 200_000);
      const { one, two } = { one: ONE.keyId, two: TWO.keyId };
      await player.evaluate(
        ([one, two]) => cdm.sessions[0]?.show({ [one]: 'usable', [two]: 'output-restricted' }),
        [one, two] as const,
      );
      const from = await player.evaluate(() => ({ position: video.currentTime, events: events.length }));
      await player.page.waitForFunction((goal) => video.currentTime > goal, from.position + 6, {
        timeout: 25_000,
      });
      const later = await player.evaluate((count) => events.slice(count), from.events);
      const loaded = later.flatMap(({ fragment }) => (fragment?.stream === 'video' ? fragment.bitrate : []));
      expect(loaded.length).toBeGreaterThan(2);
      expect(Math.max(...loaded)).toBeLessThan(BEST_FROM);
      expect(await codes(player)).toEqual([]);
      // Which other levels have that key is known once a fragment of each has arrived.
      const told = new Set(await codes(player, 'warning'));
      expect([...told].filter((code) => code !== 'fragment-lowered')).toEqual(['drm-output-restricted']);
      // The last that is left, too.
      await player.evaluate(
        ([one, two]) => {
          cdm.sessions[0]?.show({ [one]: 'output-restricted', [two]: 'output-restricted' });
        },
        [one, two] as const,
      );
      await player.until(() => smooth.state === 'failed');
      expect(await codes(player)).toEqual(['drm-output-restricted']);
      await player.until(() => cdm.sessions.every(({ isClosed }) => isClosed));
    },
  );

  scene('levels that were never allowed are not waited for', async ({ player }) => {
    await serve(player, statuses('output-restricted'));
    await load(player, {
      title: 'best',
      systems: { [WIDEVINE]: [] },
      drm: { servers: { [WIDEVINE]: `${player.url}/licence` } },
    });
    await player.evaluate(() => smooth.configure({ heuristics: { capToSize: false } }));
    await player.play();
    await player.until(() => video.currentTime > 6);
    expect(await codes(player)).toEqual([]);
    expect(await player.evaluate(() => (smooth.getStats().playing?.bitrate ?? 0) < 200_000)).toBe(true);
  });

  scene(
    'a licence URL in the manifest is asked by the app’s leave alone, and sent nothing of its',
    async ({ player }) => {
      const own = await serve(player, statuses());
      const foreign = await serve(player, statuses(), 'https://licences.invalid/**');
      const systems = { [RECOMMENDED]: ['2000'] };
      const headers = { 'X-Token': 'secret-of-the-app' };
      await player.page
        .context()
        .addCookies([{ name: 'session', value: 'secret', url: 'https://licences.invalid' }]);
      await player.evaluate(() => smooth.configure({ network: { credentials: 'include' } }));
      await load(player, { systems, drm: { headers } });
      await player.evaluate(() => {
        // After a failure it would be another attempt.
        if (smooth.state !== 'failed') void video.play().catch(() => {});
      });
      await player.until(() => smooth.state === 'failed');
      expect(await codes(player)).toEqual(['drm-no-server']);

      const servers = { 'com.microsoft.playready': `${player.url}/licence` };
      await load(player, { systems, drm: { headers, servers, trustManifestUrl: true } });
      await player.play();
      await player.until(() => video.currentTime > 0.5);
      expect(own.map((request) => request.headers()['x-token'])).toEqual(['secret-of-the-app']);
      expect(foreign).toEqual([]);

      await load(player, { systems, drm: { headers, trustManifestUrl: true } });
      await player.play();
      await player.until(() => video.currentTime > 0.5);
      const [asked, ...more] = await Promise.all(foreign.map((request) => request.allHeaders()));
      expect(more).toEqual([]);
      expect(asked).not.toHaveProperty('x-token');
      expect(asked).not.toHaveProperty('cookie');
      const told = await player.evaluate(async () => JSON.stringify([events, await smooth.getDiagnostics()]));
      expect(told).not.toMatch(/secret|of-the-manifest|0123456789abcdef0123/);
    },
  );

  for (const [what, title, own] of [
    ['nothing', 'best', { [ONE.keyId]: 'output-restricted', [TWO.keyId]: 'output-restricted' }],
    ['no sound', 'sound', { [ONE.keyId]: 'usable', [TWO.keyId]: 'output-restricted' }],
  ] as const) {
    scene(`${what} that the output is good enough for: one error that says so`, async ({ player }) => {
      await serve(player, JSON.stringify(own));
      const servers = { [WIDEVINE]: `${player.url}/licence` };
      await load(player, { title, systems: { [WIDEVINE]: [] }, drm: { servers } });
      await player.evaluate(() => {
        // After a failure it would be another attempt.
        if (smooth.state !== 'failed') void video.play().catch(() => {});
      });
      await player.until(() => smooth.state === 'failed');
      expect(await codes(player)).toEqual(['drm-output-restricted']);
    });
  }

  scene(
    'Widevine: a header made from the key’s id, a certificate from its URL, nothing taken by force',
    async ({ player }) => {
      const asked = await serve(player, statuses());
      await serve(player, 'certificate', '**/certificate');
      await load(player, {
        systems: { [WIDEVINE]: ['SW_SECURE_CRYPTO', 'SW_SECURE_DECODE'] },
        challenge: challengeOf('challenge'),
        drm: { servers: { [WIDEVINE]: `${player.url}/licence` }, certificate: `${player.url}/certificate` },
      });
      await player.play();
      await player.until(() => video.currentTime > 1);
      const told = await player.evaluate(() => ({
        initData: cdm.sessions[0]?.initData,
        certificates: cdm.certificates,
        video: cdm.granted.videoCapabilities?.[0]?.robustness,
        audio: cdm.granted.audioCapabilities?.[0]?.robustness,
      }));
      const pssh = `0000003470737368${'0'.repeat(8)}edef8ba979d64acea3c827dcd51d21ed0000001408011210${ONE.keyId}`;
      expect(told).toEqual({
        initData: { type: 'cenc', data: pssh },
        certificates: [{ bytes: challengeOf('certificate'), before: 0 }],
        video: 'SW_SECURE_DECODE',
        audio: 'SW_SECURE_CRYPTO',
      });
      expect(asked.map((request) => request.postData())).toEqual(['challenge']);
    },
  );
});
