import { expect, test } from 'vitest';
import { KeySpans } from '../../../../src/player/drm/key-spans.ts';

const ONE = '00112233445566778899aabbccddeeff';
const TWO = 'ffeeddccbbaa99887766554433221100';

/** A title whose key changes at 40 s. */
function spans(): KeySpans {
  const spans = new KeySpans();
  for (let start = 0; start < 40; start += 2) spans.extend(ONE, start, start + 2);
  for (let start = 40; start < 60; start += 2) spans.extend(TWO, start, start + 2);
  return spans;
}

test.each([
  { at: 10, usable: [ONE, TWO], isLocked: false },
  { at: 10, usable: [ONE], isLocked: false },
  { at: 39.6, usable: [ONE], isLocked: true },
  { at: 50, usable: [TWO], isLocked: false },
  { at: 30, usable: [TWO], isLocked: true },
  { at: 0, usable: [], isLocked: true },
])('at $at s, with the keys $usable, playback is locked: $isLocked', ({ at, usable, isLocked }) => {
  expect(spans().isLocked(at, (keyId) => usable.includes(keyId))).toBe(isLocked);
});

test('a key is given up when its media is well behind', () => {
  const all = spans();
  expect(all.takeBefore(60)).toEqual([]);
  expect(all.takeBefore(80)).toEqual([ONE]);
  expect(all.takeBefore(80)).toEqual([]);
  all.extend(ONE, 4, 6);
  expect(all.isLocked(5, (keyId) => keyId === TWO)).toBe(true);
});

test('where nothing can follow, playback is locked for good', () => {
  const all = spans();
  expect(all.hasEnd).toBe(false);
  all.extend(TWO, 60, Number.POSITIVE_INFINITY);
  expect(all.hasEnd).toBe(true);
  expect(all.isLocked(1000, (keyId) => keyId === ONE)).toBe(true);
  expect(all.takeBefore(1000)).toEqual([ONE]);
});
