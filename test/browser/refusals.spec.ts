import { expect, type PlayerPage, SAMPLE } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

/** The sample, with an app that is asked for a new token after a 401, and has one or not. */
function loadWithToken(player: PlayerPage, hasNewToken: boolean): Promise<void> {
  return player.evaluate(
    ([url, isRenewed]) => {
      let token = 'old';
      const page = globalThis as unknown as { asked: number };
      page.asked = 0;
      smooth.configure({
        buffer: { ahead: 6 },
        network: {
          request: (plain) => new Request(`${plain.url}?token=${token}`, plain),
          refused: () => {
            page.asked += 1;
            if (isRenewed) token = 'new';
            return true;
          },
        },
      });
      return smooth.load(url).then(() => {});
    },
    [player.url + SAMPLE, hasNewToken] as const,
  );
}

const asked = (player: PlayerPage) =>
  player.evaluate(() => (globalThis as unknown as { asked: number }).asked);

sideBySide(undefined, (scene) => {
  scene('a token that runs out in play is asked for once, and playback doesn’t stand', async ({ player }) => {
    let isOut = false;
    await player.page.route(/Fragments\(.*token=old/, (route) =>
      isOut ? route.fulfill({ status: 403 }) : route.fallback(),
    );
    await loadWithToken(player, true);
    await player.fill(4);
    isOut = true;
    await player.play();
    await player.until(() => video.currentTime > 9);
    expect(await asked(player)).toBe(1);
    expect(await player.events('stall')).toEqual([]);
    expect(await player.events('error')).toEqual([]);
    expect(await player.evaluate(() => smooth.getStats().skipped)).toEqual([]);
  });

  scene('a refusal for good ends playback, once what is there has been played', async ({ player }) => {
    const refused: string[] = [];
    await player.page.route(/Fragments\(video=80000000\)/, (route) => {
      refused.push(route.request().url());
      return route.fulfill({ status: 403 });
    });
    await loadWithToken(player, false);
    await player.play();
    await player.until(() => smooth.state === 'failed');
    const [error, ...more] = await player.events('error');
    expect(more).toEqual([]);
    expect(error?.error).toMatchObject({ code: 'network-unauthorized', details: { status: 403 } });
    expect(error?.position).toBeGreaterThan(7.5);
    expect(refused).toHaveLength(2);
    expect(await asked(player)).toBe(1);
  });

  scene(
    'a title’s headers and cookies go to its own origin, and to those that the app names',
    async ({ player }) => {
      const cdn = player.url.replace('127.0.0.1', 'localhost');
      await player.page.route('**/Manifest', async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replaceAll(' Url="', ` Url="${cdn}/presentations/sample.ism/`);
        await route.fulfill({ response, body });
      });
      const sentTo = (allowedOrigins: readonly string[]) =>
        player.evaluate(
          async ([url, allowedOrigins]) => {
            const sent = new Set<string>();
            const look = (request: Request) => {
              const { hostname } = new URL(request.url);
              const { credentials, headers } = request;
              sent.add(`${hostname} ${headers.get('x-token')} ${credentials}`);
              // The origin allows all sites, which browsers don't accept together with cookies.
              return new Request(request, { credentials: 'omit' });
            };
            smooth.configure({ network: { credentials: 'include', request: look, allowedOrigins } });
            await smooth.load({ url, headers: { 'X-Token': 'token' } });
            await video.play();
            await until(() => video.currentTime > 0.5);
            return [...sent].sort();
          },
          [player.url + SAMPLE, allowedOrigins] as const,
        );
      const own = '127.0.0.1 token include';
      expect(await sentTo([])).toEqual([own, 'localhost null same-origin']);
      expect(await sentTo([cdn])).toEqual([own, 'localhost token include']);
    },
  );

  scene('a manifest that is refused: one error', async ({ player }) => {
    await player.page.route('**/Manifest*', (route) => route.fulfill({ status: 401 }));
    expect(await player.load()).toBe('network-unauthorized');
  });
});
