import { expect, test } from 'vitest';
import { seconds } from '../../../../src/base/time.ts';
import type { Feed } from '../../../../src/player/delivery/feed.ts';
import { makeRoom } from '../../../../src/player/delivery/make-room.ts';

type Span = readonly [start: number, end: number];

/** A feed with a full buffer; notes what is removed from it. */
function feedWith(spans: readonly Span[], nextStart: number | undefined) {
  const evicted: Span[] = [];
  const feed = {
    type: 'video',
    buffered: spans.map(([start, end]) => ({ start: seconds(start), end: seconds(end) })),
    nextStart,
    evict: async (start: number, end: number) => void evicted.push([start, end]),
  };
  return { feed: feed as unknown as Feed, evicted };
}
const never = () => Promise.reject(new Error('waited'));

test.each([
  {
    name: 'what a seek left ahead',
    spans: [
      [0, 20],
      [90, 120],
    ] as const,
    next: 20,
    evicted: [[90, 120]],
  },
  {
    name: 'not what plays after a hole',
    spans: [
      [0, 10],
      [11, 20],
      [90, 120],
    ] as const,
    next: 20,
    evicted: [[90, 120]],
  },
  {
    name: 'not what plays up to the end',
    spans: [
      [0, 10],
      [11, 20],
    ] as const,
    next: undefined,
    evicted: [],
  },
  { name: 'nothing at the playhead', spans: [[30, 40]] as const, next: 5, evicted: [[30, 40]] },
])('removes ahead of the playhead: $name', async ({ spans, next, evicted: expected }) => {
  const { feed, evicted } = feedWith(spans, next);
  await makeRoom(feed, seconds(5), 0, never);
  expect(evicted.slice(1)).toEqual(expected);
});

test('with media after a hole, it waits for the playhead, and removes what is behind', async () => {
  const { feed, evicted } = feedWith(
    [
      [0, 10],
      [11, 20],
    ],
    20,
  );
  let waits = 0;
  for (const tried of [1, 4, 9])
    await makeRoom(feed, seconds(9.5), tried, async () => {
      waits += 1;
    });
  expect(waits).toBe(3);
  expect(evicted).toEqual([
    [0, 8.5],
    [0, 8.5],
    [0, 8.5],
  ]);
});

test('without any media ahead it fails', async () => {
  const { feed } = feedWith([[0, 10]], 10);
  await expect(makeRoom(feed, seconds(9.5), 4, never)).rejects.toMatchObject({
    code: 'media-quota',
    fatal: true,
  });
});
