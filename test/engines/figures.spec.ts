import { expect, type PlayerPage, test } from '../browser/fixtures.ts';

/** A figure for the table that `npm run engines` prints. */
const tell = (name: string, value: string): void => {
  test.info().annotations.push({ type: 'figure', description: `${name}: ${value}` });
};

const nextPicture = (player: PlayerPage, act: 'load' | 'seek'): Promise<number> =>
  player.evaluate(async (what) => {
    const begun = performance.now();
    const shown = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
    if (what === 'load') await smooth.load('/presentations/sample.ism/Manifest');
    else video.currentTime = 20.5;
    await shown;
    return performance.now() - begun;
  }, act);

test('figures of this engine', async ({ player }) => {
  const first = await nextPicture(player, 'load');
  await player.evaluate(() => smooth.configure({ buffer: { ahead: 6 } }));
  const sought = await nextPicture(player, 'seek');
  await player.evaluate(() => {
    video.currentTime = 0;
  });
  await player.play();
  await player.reach(10);
  const { presented, dropped, stalls, userAgent } = await player.evaluate(() => ({
    presented: pictures.length,
    dropped: smooth.getStats().droppedFrames,
    stalls: smooth.getStats().stalls.length,
    userAgent: navigator.userAgent,
  }));
  expect(presented).toBeGreaterThan(0);
  tell('browser', userAgent.split(' ').slice(-2).join(' '));
  tell('first picture', `${Math.round(first)} ms`);
  tell('picture after a seek', `${Math.round(sought)} ms`);
  tell('frames dropped in 10 s', String(dropped));
  tell('stalls', String(stalls));
});
