import { expect, test } from 'vitest';
import { seconds, ticks } from '../../../src/base/time.ts';
import { chunkList } from '../../../src/manifest/chunk-list.ts';
import { nextTextChunk } from '../../../src/text/fetch-plan.ts';

/** Ten chunks of the same length, one tick a second, from 0 on. */
function planOf(length: number, count = 10) {
  const chunks = chunkList({ firsts: [0], starts: [0], durations: [length], counts: [count] });
  return {
    chunks,
    chunkAt: (time: number) => chunks.from(ticks(BigInt(Math.floor(time)))),
    startOf: ({ start }: { start: bigint }) => seconds(Number(start)),
  };
}

/** The order in which chunks are requested, by their indices, while the position stays where it is. */
function order(length: number, position: number, bufferEnd: number, settled: readonly number[] = []) {
  const plan = planOf(length);
  const done = [...settled];
  for (;;) {
    const chunk = nextTextChunk(plan, {
      position: seconds(position),
      bufferEnd: seconds(bufferEnd),
      isSettled: ({ index }) => done.includes(index),
    });
    if (!chunk) return done.slice(settled.length);
    done.push(chunk.index);
  }
}

test.each<[name: string, got: number[], expected: number[]]>([
  ['at the start, 20 seconds', order(4, 0, 60), [0, 1, 2, 3, 4, 5]],
  ['the chunk at the position, the one before, then those ahead', order(4, 17, 60), [4, 3, 5, 6, 7, 8, 9]],
  ['what is there or was given up is passed over', order(4, 17, 60, [4, 5, 7]), [3, 6, 8, 9]],
  ['short chunks: no more than 5 beyond the buffer', order(2, 4, 8), [2, 1, 3, 4, 5, 6, 7, 8]],
  ['long chunks', order(60, 130, 160), [2, 1]],
  ['a long chunk that begins soon', order(60, 170, 175), [2, 1, 3]],
  ['at the end', order(4, 39, 40), [9, 8]],
  ['behind the end: the last one may hold cues that go on', order(4, 50, 60), [9]],
])('%s', (_, got, expected) => {
  expect(got).toEqual(expected);
});

test('a stream without chunks', () => {
  const chunks = chunkList({ firsts: [], starts: [], durations: [], counts: [] });
  const plan = { chunks, chunkAt: () => undefined, startOf: () => seconds(0) };
  const demand = { position: seconds(0), bufferEnd: seconds(0), isSettled: () => false };
  expect(nextTextChunk(plan, demand)).toBeUndefined();
});
