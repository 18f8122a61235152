import { expect, test } from 'vitest';
import { ListPace } from '../../../../../src/player/live/lists/list-pace.ts';

test.each<{
  name: string;
  lists: readonly number[];
  lookAhead?: number;
  isMute?: boolean;
  held?: number;
  chunks: number;
  delay: number;
}>([
  { name: 'before any is known it is one', lists: [], chunks: 1, delay: 0 },
  { name: 'or none, in a title that tells of more', lists: [], lookAhead: 2, chunks: 0, delay: 0 },
  { name: 'one each time', lists: [1, 1, 0, 1], chunks: 1, delay: 0 },
  { name: 'once more is chance', lists: [1, 1, 3, 1], chunks: 1, delay: 0 },
  { name: 'several each time', lists: [2, 3, 2, 3], chunks: 3, delay: 2 },
  { name: 'in a title that tells of more too', lists: [2, 3, 2, 3], lookAhead: 2, chunks: 3, delay: 2 },
  { name: 'what was long ago is forgotten', lists: [5, 5, 1, 1, 1, 1, 1], chunks: 1, delay: 0 },
  { name: 'a list after a long pause tells little', lists: [100, 100], chunks: 6, delay: 5 },
  { name: 'HTTP tells before any is known', lists: [], held: 2.5, chunks: 3, delay: 2 },
  { name: 'and while few are', lists: [1, 1, 2, 1, 1], held: 5, chunks: 6, delay: 5 },
  { name: 'but not against what is known', lists: [1, 1, 2, 1, 1, 1], held: 5, chunks: 1, delay: 0 },
  { name: 'no more than a chunk is nothing to speak of', lists: [], held: 1, chunks: 1, delay: 0 },
  { name: 'what it tells is bounded', lists: [], held: 1800, chunks: 6, delay: 5 },
  {
    name: 'it is nothing to a title that tells of more',
    lists: [],
    held: 5,
    lookAhead: 2,
    chunks: 0,
    delay: 5,
  },
  {
    name: 'unless that says so and does not',
    lists: [],
    held: 5,
    lookAhead: 2,
    isMute: true,
    chunks: 6,
    delay: 5,
  },
])('chunks that come with a list: $name', ({ lists, lookAhead = 0, isMute, held = 0, chunks, delay }) => {
  const pace = new ListPace();
  pace.held(held);
  for (const grown of lists) pace.grew(grown);
  expect([pace.chunks(lookAhead, isMute), pace.delay]).toEqual([chunks, delay]);
});
