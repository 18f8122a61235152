import type { CDPSession } from '@playwright/test';
import { expect, SAMPLE, test } from './fixtures.ts';

/** What a page holds once all that can go has gone. */
async function weigh(cdp: CDPSession) {
  for (let pass = 0; pass < 3; pass++) await cdp.send('HeapProfiler.collectGarbage');
  const { jsEventListeners, nodes } = await cdp.send('Memory.getDOMCounters');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return { jsEventListeners, nodes, usedSize };
}

/** How many objects of a class the page holds. */
async function count(cdp: CDPSession, name: string): Promise<number> {
  const { result } = await cdp.send('Runtime.evaluate', { expression: `${name}.prototype` });
  const { objects } = await cdp.send('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' });
  const { result: length } = await cdp.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length; }',
  });
  await cdp.send('Runtime.releaseObject', { objectId: objects.objectId ?? '' });
  return length.value;
}

const CYCLES = 80;
const CLASSES = ['SmoothPlayer', 'MediaSource', 'SourceBuffer', 'HTMLVideoElement', 'AbortController'];

test('players that came and went leave nothing behind', async ({ player }) => {
  const cdp = await player.page.context().newCDPSession(player.page);
  await cdp.send('HeapProfiler.enable');
  const cycles = (times: number) =>
    player.evaluate(
      async ([url, wanted]) => {
        for (let cycle = 0; cycle < wanted; cycle++) {
          const media = document.createElement('video');
          document.body.append(media);
          const one = new SmoothPlayer(media);
          await one.load(url);
          await media.play();
          await new Promise((resolve) => media.requestVideoFrameCallback(resolve));
          await one.destroy();
          media.remove();
        }
      },
      [player.url + SAMPLE, times] as const,
    );
  const survivors = async () =>
    Object.fromEntries(
      await Promise.all(CLASSES.map(async (name) => [name, await count(cdp, name)] as const)),
    );

  // The first ones warm the engine up: compiled code, and what it learnt of its shapes.
  await cycles(80);
  const before = await weigh(cdp);
  const alive = await survivors();
  await cycles(CYCLES);
  const after = await weigh(cdp);
  console.log(`${Math.round((after.usedSize - before.usedSize) / CYCLES)} bytes a player`);
  expect(await survivors()).toEqual(alive);
  expect(after.jsEventListeners).toBe(before.jsEventListeners);
  expect(after.nodes).toBe(before.nodes);
  expect((after.usedSize - before.usedSize) / CYCLES).toBeLessThan(1024);
});
