import type { LiveInfo } from '../../src/index.ts';
import { expect, type PlayerPage, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

const PATH = '/live/channel.isml';

/** The page's view of the live title, and its actual latency: on this clock an encoder's time is a date. */
const lookAt = (player: PlayerPage) =>
  player.evaluate(() => ({
    live: smooth.live,
    behind: (Date.now() - (smooth.toDate(video.currentTime)?.getTime() ?? 0)) / 1000,
    time: video.currentTime,
    rate: video.playbackRate,
    seekable: [video.seekable.start(0), video.seekable.end(0)] as const,
  }));

/** Loads the channel and plays until the picture moves. */
async function tuneIn(player: PlayerPage): Promise<void> {
  await player.evaluate((url) => smooth.load(url).then(() => {}), `${player.url}${PATH}/Manifest`);
  await player.play();
  const from = await player.evaluate(() => video.currentTime);
  await player.evaluate((at) => until(() => video.currentTime > at + 1), from);
}

const changes = async (player: PlayerPage): Promise<readonly (LiveInfo & { readonly at: number })[]> =>
  (await player.events('livechange')).flatMap(({ live, at }) => (live ? [{ ...live, at }] : []));

const stalled = async (player: PlayerPage) =>
  (await player.evaluate(() => smooth.getStats().stalls)).reduce((sum, { duration }) => sum + duration, 0);

// Alone: its latency depends on how soon it started.
test.describe('on the clock of 1970', () => {
  test.use({ live: [{ path: PATH, source: 'sample', epoch: 'unix' }] });

  test('it plays near the encoder, each address exact, and reads the manifest once', async ({
    player,
    origin,
  }) => {
    await tuneIn(player);
    const { time } = await lookAt(player);
    await player.evaluate((at) => until(() => video.currentTime > at + 13, 40_000), time);
    const { live, behind } = await lookAt(player);
    expect(await player.stalls()).toEqual([]);
    // It started at its target.
    expect(await player.events('warning')).toEqual([]);
    expect(live).toMatchObject({ isLive: true, atEdge: true, source: 'live' });
    expect(live.targetLatency).toBeGreaterThan(6.6);
    expect(live.targetLatency).toBeLessThan(7.6);
    expect(behind).toBeLessThan(9);
    expect(Math.abs(live.latency - behind)).toBeLessThan(0.2);
    const { entries } = origin.log;
    const statuses = entries.filter(({ url }) => url.includes('Fragments(')).map(({ status }) => status);
    expect(statuses.length).toBeGreaterThan(14);
    expect(statuses.filter((status) => status !== 200 && status !== 412)).toEqual([]);
    expect(statuses.filter((status) => status === 412).length).toBeLessThan(4);
    expect(entries.filter(({ url }) => url.endsWith('/Manifest'))).toHaveLength(1);
    // URLs beyond 2^53, exact to the tick as in the manifest.
    expect(entries.find(({ url }) => /Fragments\(video=\d{17}\)/.test(url))).toBeDefined();
  });

  test('after a seek in the window the first fragment is not of the lowest quality', async ({
    player,
    origin,
  }) => {
    await player.evaluate(() => smooth.configure({ heuristics: { capToSize: false } }));
    await tuneIn(player);
    origin.log.clear();
    await player.evaluate(() => {
      video.currentTime = video.seekable.start(0) + 8.5;
    });
    await player.until(() => !video.seeking && video.readyState >= 3);
    const bitrates = origin.log.entries
      .flatMap(({ url }) => /QualityLevels\((\d+)\)\/Fragments\(video=/.exec(url)?.[1] ?? [])
      .map(Number);
    const lowest = await player.evaluate(() => smooth.qualities[0]?.bitrate ?? Number.NaN);
    expect(bitrates[0]).toBeGreaterThan(lowest);
  });
});

test.describe('after a failure in the window', () => {
  test.use({ live: [{ path: PATH, source: 'sample', epoch: 'unix', windowSeconds: 120 }] });

  test('retry() plays on from the same moment', async ({ player }) => {
    await player.evaluate(() => smooth.configure({ buffer: { ahead: 4 } }));
    await tuneIn(player);
    await player.evaluate(() => {
      video.currentTime = video.seekable.start(0) + 50;
    });
    await player.until(() => !video.seeking && video.readyState >= 3);
    const moment = () => smooth.toDate(video.currentTime)?.getTime() ?? Number.NaN;
    const before = await player.evaluate(moment);
    await player.evaluate(() => {
      const { appendBuffer } = SourceBuffer.prototype;
      SourceBuffer.prototype.appendBuffer = () => {
        throw new TypeError('refused by the test');
      };
      smooth.addEventListener('error', () => {
        SourceBuffer.prototype.appendBuffer = appendBuffer;
      });
    });
    await player.until(() => smooth.state === 'failed', 20_000);
    expect((await player.events('error')).map(({ error }) => error?.code)).toEqual(['media-append']);
    await player.evaluate(() => void smooth.retry());
    await player.until(() => smooth.state === 'ready' && video.readyState >= 3);
    const since = ((await player.evaluate(moment)) - before) / 1000;
    expect(since).toBeGreaterThan(-0.5);
    expect(since).toBeLessThan(5);
  });
});

sideBySide(undefined, (scene) => {
  scene(
    'an encoder that leaves out a fragment, restarts, jumps in time and ends is followed',
    async ({ player, origin }) => {
      await tuneIn(player);
      const channel = origin.live.get(PATH);
      channel?.apply({ type: 'missing', stream: 'video', seconds: 0.1 });
      channel?.apply({ type: 'restart', after: 4 });
      channel?.apply({ type: 'jump', seconds: 10, after: 8 });
      channel?.apply({ type: 'end', after: 14 });
      await player.until(() => smooth.live.source === 'ended', 30_000);
      const isFragment = ({ url }: { url: string }) => url.includes('Fragments(');
      const { entries } = origin.log;
      // What it produced until then is still to come.
      await player.until(() => Number.isFinite(video.duration), 5000);
      await player.until(() => events.some(({ type }) => type === 'ended'), 20_000);
      const asked = entries.length;
      const facts = await player.evaluate(() => ({
        duration: video.duration,
        seekable: [video.seekable.start(0), video.seekable.end(0)],
        live: smooth.live,
      }));
      expect(facts.seekable).toEqual([0, facts.duration]);
      expect(facts.live).toMatchObject({ isLive: false, source: 'ended', window: { start: 0 } });
      const codes = (await player.events('warning')).map(({ error }) => error?.code);
      expect(codes.filter((code) => code === 'media-gap').length).toBeGreaterThan(1);
      expect(await player.events('error')).toEqual([]);
      expect(entries.filter(isFragment).filter(({ status }) => status !== 200 && status !== 412)).toEqual([]);
      // Each of the three delays the fragments that would announce what is missing.
      expect(await stalled(player)).toBeLessThan(6);
      await player.evaluate(() => {
        video.currentTime = 0;
      });
      await player.until(() => !video.seeking && video.readyState >= 3);
      expect(entries.slice(asked).filter(({ url }) => url.endsWith('/Manifest'))).toEqual([]);
    },
    [{ path: PATH, source: 'sample', epoch: 'unix', windowSeconds: 0, history: 40 }],
  );

  scene(
    'a picture that is missing for a while is passed, and the edge found again',
    async ({ player, origin }) => {
      await tuneIn(player);
      origin.live.get(PATH)?.apply({ type: 'missing', stream: 'video', seconds: 3 });
      // The last picture is held where audio continues, or playback is moved on.
      const isPassed = () =>
        Boolean(smooth.getStats().repairs['picture-held']) ||
        events.some(({ error }) => error?.code === 'media-gap');
      await player.until(isPassed, 25_000);
      const from = await player.evaluate(() => video.currentTime);
      await player.evaluate(
        (at) => until(() => video.currentTime > at + 2 && smooth.live.atEdge, 10_000),
        from,
      );
      // Those before the hole are sent when those after it exist.
      expect(await stalled(player)).toBeLessThan(4);
      expect(await player.events('error')).toEqual([]);
    },
    [{ path: PATH, source: 'sample' }],
  );

  scene(
    'on the clock of 1970 it seeks in the window, and is at the edge again',
    async ({ player }) => {
      await tuneIn(player);
      const before = await lookAt(player);
      expect(before.live).toMatchObject({ isDvr: true });
      const [start, end] = before.seekable;
      expect(end - start).toBeGreaterThan(50);
      await player.evaluate((to) => {
        video.currentTime = to;
      }, start + 20);
      await player.until(() => !video.seeking && video.readyState >= 3 && !smooth.live.atEdge);
      await player.until(() => video.currentTime > smooth.live.window.start + 19);
      await player.evaluate(() => smooth.seekToLive());
      await player.until(() => smooth.live.atEdge && !video.seeking && video.readyState >= 3, 6000);
      expect((await lookAt(player)).behind).toBeLessThan(10);
      expect(await player.events('error')).toEqual([]);
    },
    [{ path: PATH, source: 'sample', epoch: 'unix' }],
  );

  scene(
    'with a window that slides a viewer who pauses is moved on when it slides past, and told',
    async ({ player }) => {
      await tuneIn(player);
      await player.evaluate(() => video.pause());
      await player.until(() => events.some(({ error }) => error?.code === 'behind-live-window'), 20_000);
      await player.play();
      const from = await player.evaluate(() => video.currentTime);
      await player.evaluate(
        (at) => until(() => video.currentTime > at + 1 && video.currentTime > smooth.live.window.start, 8000),
        from,
      );
      expect(await player.events('error')).toEqual([]);
    },
    [{ path: PATH, source: 'sample', windowSeconds: 16, epoch: 'dotnet' }],
  );

  scene(
    'when the encoder stops, that is told within two fragments; when it returns playback goes on',
    async ({ player, origin }) => {
      await tuneIn(player);
      const channel = origin.live.get(PATH);
      const stoppedAt = await player.evaluate(() => performance.now());
      channel?.apply({ type: 'stop' });
      await player.until(() => smooth.live.source === 'stopped', 8000);
      const told = (await changes(player)).find(({ source }) => source === 'stopped');
      expect((told?.at ?? Infinity) - stoppedAt).toBeLessThan(4500);
      // Up to the last available picture.
      await player.until(() => (smooth.getStats().bufferAhead.video ?? 9) < 0.2, 8000);
      const from = await player.evaluate(() => video.currentTime);
      channel?.apply({ type: 'restart' });
      await player.evaluate(
        (at) => until(() => video.currentTime > at + 2 && video.readyState >= 3, 20_000),
        from,
      );
      await player.until(() => smooth.live.source === 'live');
      expect(await player.events('error')).toEqual([]);
    },
    [{ path: PATH, source: 'sample', epoch: 'dotnet' }],
  );
});
