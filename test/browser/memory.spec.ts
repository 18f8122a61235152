import type { CDPSession } from '@playwright/test';
import { expect, SAMPLE, test } from './fixtures.ts';

const CYCLES = 80;
const CLASSES = ['SmoothPlayer', 'MediaSource', 'SourceBuffer', 'HTMLVideoElement', 'AbortController'];
const NEXT_TURNS = 'new Promise((resolve) => setTimeout(resolve, 250))';

/** The memory of a page: counters, and objects by class. */
async function weigh(cdp: CDPSession): Promise<Weight> {
  for (let pass = 0; pass < 3; pass++) await cdp.send('HeapProfiler.collectGarbage');
  const { jsEventListeners, nodes } = await cdp.send('Memory.getDOMCounters');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const survivors: number[] = [];
  for (const name of CLASSES) survivors.push(await count(cdp, name));
  return { counts: [jsEventListeners, nodes, ...survivors], usedSize };
}

interface Weight {
  /** Listeners, nodes, and objects of each class. */
  readonly counts: readonly number[];
  /** Bytes. */
  readonly usedSize: number;
}

/** The memory of a page after garbage collection: a detached media pipeline takes a while to end. */
async function settle(cdp: CDPSession): Promise<Weight> {
  let before = await weigh(cdp);
  for (;;) {
    await cdp.send('Runtime.evaluate', { expression: NEXT_TURNS, awaitPromise: true });
    const now = await weigh(cdp);
    if (now.counts.every((held, index) => held === before.counts[index])) return now;
    before = now;
  }
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

  // The first ones warm up the engine: compiled code, and type feedback.
  await cycles(CYCLES);
  const before = await settle(cdp);
  await cycles(CYCLES);
  const after = await settle(cdp);
  console.log(`${Math.round((after.usedSize - before.usedSize) / CYCLES)} bytes a player`);
  expect(after.counts).toEqual(before.counts);
  expect((after.usedSize - before.usedSize) / CYCLES).toBeLessThan(1024);
});
