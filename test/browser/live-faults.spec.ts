import { expect, type PlayerPage, test } from './fixtures.ts';

const PATH = '/live/channel.isml';

/** Plays the channel, and begins to watch its clock. */
async function tuneIn(player: PlayerPage): Promise<void> {
  await player.evaluate((url) => smooth.load(url).then(() => {}), `${player.url}${PATH}/Manifest`);
  await player.play();
  const from = await player.evaluate(() => video.currentTime);
  await player.evaluate((at) => until(() => video.currentTime > at + 1), from);
}

const stalled = async (player: PlayerPage) =>
  (await player.evaluate(() => smooth.getStats().stalls)).reduce((sum, { duration }) => sum + duration, 0);

test.describe('an encoder', () => {
  test.use({ live: [{ path: PATH, source: 'sample', epoch: 'unix', windowSeconds: 0, history: 40 }] });

  test('that leaves out a fragment, starts anew, jumps in time and ends is followed', async ({
    player,
    origin,
  }) => {
    await tuneIn(player);
    const channel = origin.live.get(PATH);
    channel?.apply({ type: 'missing', stream: 'video', seconds: 0.1 });
    channel?.apply({ type: 'restart', after: 4 });
    channel?.apply({ type: 'jump', seconds: 10, after: 8 });
    channel?.apply({ type: 'end', after: 14 });
    await player.until(() => smooth.live.source === 'ended', 30_000);
    const isFragment = ({ url }: { url: string }) => url.includes('Fragments(');
    const { entries } = origin.log;
    // What it made until then is still to come.
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
    // Each of the three holds up those fragments that would announce what is missing.
    expect(await stalled(player)).toBeLessThan(6);
    await player.evaluate(() => {
      video.currentTime = 0;
    });
    await player.until(() => !video.seeking && video.readyState >= 3);
    expect(entries.slice(asked).filter(({ url }) => url.endsWith('/Manifest'))).toEqual([]);
  });
});

test.describe('a picture that is missing for a while', () => {
  test.use({ live: [{ path: PATH, source: 'sample' }] });

  test('is passed, and the edge found again', async ({ player, origin }) => {
    await tuneIn(player);
    origin.live.get(PATH)?.apply({ type: 'missing', stream: 'video', seconds: 3 });
    await player.until(() => events.some(({ error }) => error?.code === 'media-gap'), 25_000);
    const from = await player.evaluate(() => video.currentTime);
    await player.evaluate(
      (at) => until(() => video.currentTime > at + 2 && smooth.live.atEdge, 10_000),
      from,
    );
    // Those before the hole are sent when those behind it are there.
    expect(await stalled(player)).toBeLessThan(4);
    expect(await player.events('error')).toEqual([]);
  });
});
