import { expect, test } from 'vitest';
import { ticks } from '../../../../src/base/time.ts';
import { placeLookAhead } from '../../../../src/player/live/edge/place-look-ahead.ts';

const span = (start: bigint, duration: bigint) => ({ start: ticks(start), duration: ticks(duration) });
const CHUNK = span(740_000_000n, 1_200_000n);

test.each<{ name: string; own?: bigint; next: bigint; duration?: bigint; expected: readonly bigint[] }>([
  { name: 'as it is', own: 740_000_000n, next: 741_200_000n, expected: [741_200_000n] },
  { name: 'after a pause of an hour', own: 740_000_000n, next: 36_741_200_000n, expected: [36_741_200_000n] },
  { name: 'moved from another epoch', own: 5_000_000n, next: 6_200_000n, expected: [741_200_000n] },
  {
    name: 'as it is, though the fragment itself counts from another epoch',
    own: 5_000_000n,
    next: 741_200_000n,
    expected: [741_200_000n],
  },
  { name: 'not at another rate', own: 6_660_000n, next: 6_670_800n, duration: 10_800n, expected: [] },
  { name: 'as it is without an own time', next: 741_200_000n, expected: [741_200_000n] },
  { name: 'not at another rate without an own time', next: 6_670_800n, duration: 10_800n, expected: [] },
])('what a fragment announces is taken $name', ({ own, next, duration = 1_200_000n, expected }) => {
  const itself = own === undefined ? undefined : span(own, duration);
  const placed = placeLookAhead([span(next, duration)], itself, CHUNK);
  expect(placed.map(({ start }) => start)).toEqual(expected);
});
