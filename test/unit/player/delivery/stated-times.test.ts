import { expect, test } from 'vitest';
import { ticks } from '../../../../src/base/time.ts';
import { chunkList } from '../../../../src/manifest/chunk-list.ts';
import type { Chunk, QualityLevel, Stream } from '../../../../src/manifest/presentation.ts';
import { StatedTimes } from '../../../../src/player/delivery/stated-times.ts';

const chunks = chunkList({ firsts: [0], starts: [100], durations: [20], counts: [9] });
const stream = { chunks } as Stream;
const [low, high] = [{ bitrate: 1 }, { bitrate: 2 }] as unknown as [QualityLevel, QualityLevel];
const at = (index: number) => chunks.at(index) as Chunk;

type Asked = readonly [index: number, stated: number | undefined, level?: QualityLevel];

/** Checks fragments in turn, by the chunk asked for and the time stated; gives the codes of those refused. */
const refusedOf = (...asked: readonly Asked[]) => {
  const times = new StatedTimes();
  return asked.flatMap(([index, stated, level = low], i) => {
    try {
      times.check(stream, level, at(index), stated === undefined ? undefined : ticks(stated));
      return [];
    } catch (error) {
      return [`${i}: ${(error as Error).message}`];
    }
  });
};

test('once a fragment has told its time, one that tells of another chunk is refused', () => {
  expect(refusedOf([1, 120], [2, 120], [2, 140], [3, 240])).toEqual([
    expect.stringContaining('1: fragment-malformed'),
    expect.stringContaining('3: fragment-malformed'),
  ]);
});

test('each level speaks for itself', () => {
  expect(refusedOf([1, 120, high], [2, 120, low])).toEqual([]);
});

test.each<[string, Asked[]]>([
  [
    'that tell nothing',
    [
      [1, undefined],
      [2, undefined],
    ],
  ],
  [
    'on a clock that stands still',
    [
      [0, 100],
      [1, 100],
      [2, 100],
    ],
  ],
  [
    'on a clock that counts from 0',
    [
      [5, 100],
      [6, 120],
      [7, 140],
    ],
  ],
  [
    'a tick off, or of no chunk that is known',
    [
      [1, 120],
      [2, 141],
      [3, 999],
    ],
  ],
])('fragments %s are let be', (_, asked) => {
  expect(refusedOf(...asked)).toEqual([]);
});
