import { expect, test } from 'vitest';
import type { SampleTable } from '../../../src/mp4/fragment.ts';
import { type Lead, squeezeLead } from '../../../src/transmux/squeeze-lead.ts';

/** Pictures of 40 ticks each, in the order of decoding, by when they are shown. */
const pictures = (shown: readonly number[]): SampleTable => ({
  count: shown.length,
  durations: Uint32Array.from(shown, () => 40),
  sizes: Uint32Array.from(shown, () => 1),
  flags: new Uint32Array(shown.length),
  compositionOffsets: Int32Array.from(shown, (at, index) => at - 40 * index),
});

test.each<{ name: string; shown: number[]; lead: Lead; is: number[][]; end?: number }>([
  {
    name: 'pictures before the beginning share the room before it',
    shown: [0, 40, 80, 120],
    lead: { from: 0, begin: 80, room: [70, 80] },
    is: [
      [70, 75],
      [75, 80],
      [80, 120],
      [120, 160],
    ],
  },
  {
    name: 'a picture over the beginning is shown from there on',
    shown: [0, 40, 80],
    lead: { from: 0, begin: 60, room: [50, 60] },
    is: [
      [50, 56],
      [56, 80],
      [80, 120],
    ],
  },
  {
    name: 'a picture that is decoded before others lasts as long as it is shown',
    shown: [0, 120, 40, 80],
    lead: { from: 0, begin: 120, room: [114, 120] },
    is: [
      [114, 116],
      [120, 160],
      [116, 118],
      [118, 120],
    ],
  },
  {
    name: 'in the first clip they are shown behind its beginning',
    shown: [0, 40, 80],
    lead: { from: 0, begin: 40, room: [40, 50] },
    is: [
      [40, 50],
      [50, 80],
      [80, 120],
    ],
  },
  {
    name: 'in the second moof of a fragment they go on where those of the first ended',
    shown: [0, 40],
    lead: { from: -80, begin: 40, room: [28, 40] },
    is: [
      [36, 40],
      [40, 80],
    ],
    end: 80,
  },
])('$name', ({ shown, lead, is, end = 40 * shown.length }) => {
  const samples = pictures(shown);
  const { durations, compositionOffsets, sizes, delay = 0n } = squeezeLead(samples, lead);
  let decode = Number(delay);
  const spans = [...durations].map((duration, index) => {
    const start = decode + (compositionOffsets[index] ?? 0);
    decode += duration;
    return [start, start + duration];
  });
  expect(spans).toEqual(is);
  // The next fragment is decoded right after.
  expect(decode).toBe(end);
  expect(sizes).toEqual(samples.sizes);
});
