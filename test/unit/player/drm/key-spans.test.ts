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
  { at: 10, usable: [ONE, TWO], isMissing: false },
  { at: 10, usable: [ONE], isMissing: false },
  { at: 39.6, usable: [ONE], isMissing: true },
  { at: 50, usable: [TWO], isMissing: false },
  { at: 30, usable: [TWO], isMissing: true },
  { at: 0, usable: [], isMissing: true },
])('at $at s, with the keys $usable, a key is missing: $isMissing', ({ at, usable, isMissing }) => {
  expect(spans().isKeyMissing(at, (keyId) => usable.includes(keyId))).toBe(isMissing);
});

test('a key is given up when its media is well behind', () => {
  const all = spans();
  expect(all.takeBefore(60)).toEqual([]);
  expect(all.takeBefore(80)).toEqual([ONE]);
  expect(all.takeBefore(80)).toEqual([]);
  all.extend(ONE, 4, 6);
  expect(all.isKeyMissing(5, (keyId) => keyId === TWO)).toBe(true);
});

test('where nothing can follow, a key is missing for good', () => {
  const all = spans();
  expect(all.hasEnd).toBe(false);
  all.extend(TWO, 60, Number.POSITIVE_INFINITY);
  expect(all.hasEnd).toBe(true);
  expect(all.isKeyMissing(1000, (keyId) => keyId === ONE)).toBe(true);
  expect(all.takeBefore(1000)).toEqual([ONE]);
});
