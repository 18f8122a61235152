import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ticks } from '../../../src/base/time.ts';
import { segmentClockOf } from '../../../src/player/delivery/segment-clock.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { inVirtualTime, type World } from './world.ts';

const HOUR = 3600;
const MANIFEST = 'http://origin.example/live/channel.isml/Manifest';
/** Bytes of heap that an hour may leave behind. */
const HEAP_AN_HOUR = 50_000;
/** Hours of watching: `LIVE_HOURS=24` for a whole day. The first ones are not judged by their heap. */
const HOURS = Number(process.env.LIVE_HOURS ?? 10);
const WARM = 4;

const begin = inVirtualTime();

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

async function heap({ time }: World): Promise<number> {
  // What the garbage collector frees takes turns of the real loop.
  for (let turn = 0; turn < 5; turn += 1) {
    await time.outside(new Promise((resolve) => void setImmediate(resolve)));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Seconds on the element's clock at which media of one stream that is in the buffer now begins, as its segment says. */
async function segmentStart({ onAir, viewer }: World, type: 'video' | 'audio') {
  const { presentation } = viewer.live.title;
  const stream = viewer.feeds.find((feed) => feed.type === type)?.playable.stream;
  const chunk = stream?.chunks.at(stream.chunks.length - 6);
  if (!stream || !chunk) throw new Error(`no ${type}`);
  const clock = segmentClockOf(presentation);
  const response = await onAir.fetch(fragmentUrl(MANIFEST, stream, stream.levels[0], chunk.start));
  const transmuxer = new FragmentTransmuxer({
    stream,
    start: chunk.start,
    duration: chunk.duration,
    origin: clock.zeroOf(stream),
    isLive: true,
  });
  const segment = Buffer.concat(transmuxer.push(new Uint8Array(await response.arrayBuffer())));
  const tfdt = segment.indexOf('tfdt') + 4;
  const decode =
    segment.readUInt8(tfdt) === 1 ? segment.readBigUInt64BE(tfdt + 4) : segment.readUInt32BE(tfdt + 4);
  const found = Number(decode) / Number(stream.timescale) + clock.offset;
  // By the channel: what the encoder took in then. Exact, since the origin is near.
  const meant = Number(ticks(chunk.start) - presentation.origin) / 1e7;
  return { found, meant };
}

/** Seconds that sound is later than the picture it belongs to. */
async function soundIsLate(world: World): Promise<number> {
  const [sound, picture] = [await segmentStart(world, 'audio'), await segmentStart(world, 'video')];
  return sound.found - sound.meant - (picture.found - picture.meant);
}

test(`${HOURS} hours of live leave nothing behind, and are as near and as exact at their end`, {
  timeout: 900_000,
}, async () => {
  let seed = 1;
  const chance = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const world = await begin({ epoch: 'dotnet' }, { keepsClock: false, bodyMs: () => 100 + 600 * chance() });
  const { time, onAir, viewer } = world;
  const seen: { readonly told: number; readonly real: number }[] = [];
  const watch = async (hours: number) => {
    for (let minute = 0; minute < 60 * hours; minute += 1) {
      await time.pass(60);
      seen.push({ told: viewer.live.info.latency, real: viewer.behind });
    }
  };
  await watch(1);
  expect(Math.abs(await soundIsLate(world))).toBeLessThan(0.04);
  // Until then code is compiled, and rings fill.
  await watch(WARM - 1);
  const before = await heap(world);
  await watch(HOURS - WARM);
  const after = await heap(world);
  expect(after - before).toBeLessThan((HOURS - WARM) * HEAP_AN_HOUR);
  expect(Math.abs(await soundIsLate(world))).toBeLessThan(0.04);
  expect(viewer.element.stalls).toEqual([]);
  for (const { told, real } of seen) {
    expect(Math.abs(real - 6.9)).toBeLessThan(0.5);
    expect(Math.abs(told - real)).toBeLessThan(0.2);
  }
  const [good = 0, early = 0] = [onAir.statuses.get(200), onAir.statuses.get(412)];
  expect(good).toBeGreaterThan((2 * HOURS * HOUR) / 2);
  expect(early / good).toBeLessThan(0.01);
  expect([...onAir.statuses.keys()].toSorted()).toEqual([200, 412]);
  expect(onAir.manifests).toBe(1);
  expect(viewer.failure).toBeUndefined();
  for (const { playable } of viewer.feeds) {
    expect(playable.stream.chunks.runs.length).toBeLessThan(100);
  }
});
