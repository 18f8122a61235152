import { expect, test } from 'vitest';
import { inVirtualTime, type World } from './world.ts';

const begin = inVirtualTime();

/** A viewer who is a little late, and catches up. */
async function catchingUp(): Promise<World> {
  const world = await begin();
  const { time, viewer } = world;
  await time.pass(20);
  viewer.element.pause();
  await time.pass(2);
  void viewer.element.play();
  await time.pass(5);
  expect(viewer.element.playbackRate).toBeGreaterThan(1);
  return world;
}

test('a fast forward that gives the rate back doesn’t leave the channel too fast for good', async () => {
  const { time, viewer } = await catchingUp();
  const { element } = viewer;
  const before = element.playbackRate;
  element.playbackRate = 2;
  await time.pass(1);
  expect(element.playbackRate).toBe(2);
  element.playbackRate = before;
  await time.pass(120);
  expect(element.stalls).toEqual([]);
  const { latency, targetLatency } = viewer.live.info;
  expect(Math.abs(latency - targetLatency)).toBeLessThan(1);
});

test('a rate that the page sets stays', async () => {
  const { time, viewer } = await catchingUp();
  viewer.element.playbackRate = 0.5;
  await time.pass(30);
  expect(viewer.element.playbackRate).toBe(0.5);
});

test('when playback ends, the rate is normal again', async () => {
  const { viewer } = await catchingUp();
  viewer.close();
  expect(viewer.element.playbackRate).toBe(1);
});
