import { expect, test } from './fixtures.ts';

test('a buffer that is full, while the code that makes room cannot be loaded: the title plays on', async ({
  page,
  player,
}) => {
  await page.route(/\/dist\/chunks\/make-room/, (route) => route.abort());
  await player.load();
  await player.play();
  await player.reach(1);
  await player.evaluate(() => {
    const { appendBuffer } = SourceBuffer.prototype;
    let isFull = true;
    SourceBuffer.prototype.appendBuffer = function (bytes) {
      if (isFull) {
        isFull = false;
        throw new DOMException('full', 'QuotaExceededError');
      }
      appendBuffer.call(this, bytes);
    };
    smooth.setQuality(smooth.qualities[0]?.bitrate ?? 0);
  });
  await player.reach(5);
  expect(await player.evaluate(() => smooth.state)).toBe('ready');
  expect(await player.events('error')).toEqual([]);
});
