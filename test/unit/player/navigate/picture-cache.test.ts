import { expect, test } from 'vitest';
import { seconds } from '../../../../src/base/time.ts';
import { PictureCache } from '../../../../src/player/navigate/picture-cache.ts';

/** A picture of so many bytes, and whether it was closed. */
function picture(start: number, bytes = 57_600) {
  const state = { isClosed: false };
  const image = {
    width: bytes / 4,
    height: 1,
    close: () => {
      state.isClosed = true;
    },
  };
  return { state, start: seconds(start), end: seconds(start + 2), image };
}

test('the picture of a moment, or the nearest one within reach', () => {
  const cache = new PictureCache();
  const [near, far] = [picture(10), picture(40)];
  cache.add(near, seconds(10));
  cache.add(far, seconds(10));
  expect(cache.at(seconds(11))).toBe(near);
  expect(cache.at(seconds(12))).toBeUndefined();
  expect(cache.near(seconds(15), 6)).toBe(near);
  expect(cache.near(seconds(20), 6)).toBeUndefined();
});

test('those furthest from where the viewer looks go first, and are closed', () => {
  const cache = new PictureCache();
  const all = Array.from({ length: 200 }, (_, i) => picture(2 * i));
  for (const one of all) cache.add(one, one.start);
  expect(cache.bytes).toBeLessThanOrEqual(6 * 1024 * 1024);
  expect(cache.at(seconds(399))).toBe(all[199]);
  expect(all.filter(({ state }) => state.isClosed).length).toBe(200 - Math.floor((6 * 1024 * 1024) / 57_600));
  expect(all[0]?.state.isClosed).toBe(true);
});

test('a picture takes the place of another of its moment', () => {
  const cache = new PictureCache();
  const [before, after] = [picture(4), picture(4)];
  cache.add(before, seconds(4));
  cache.add(after, seconds(4));
  expect([before.state.isClosed, cache.at(seconds(5))]).toEqual([true, after]);
  cache.clear();
  expect([after.state.isClosed, cache.bytes]).toEqual([true, 0]);
});
