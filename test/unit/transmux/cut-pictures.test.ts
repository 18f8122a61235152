import { expect, test } from 'vitest';
import type { SampleTable } from '../../../src/mp4/fragment.ts';
import { cutPictures } from '../../../src/transmux/cut-pictures.ts';

/** Pictures of 40 ticks each, in the order of decoding, by when they are shown. */
const pictures = (shown: readonly number[]): SampleTable => ({
  count: shown.length,
  durations: Uint32Array.from(shown, () => 40),
  sizes: Uint32Array.from(shown, () => 1),
  flags: new Uint32Array(shown.length),
  compositionOffsets: Int32Array.from(shown, (at, index) => at - 40 * index),
});

function spans({ durations, compositionOffsets }: SampleTable): number[][] {
  let decode = 0;
  return [...durations].map((duration, index) => {
    const start = decode + (compositionOffsets[index] ?? 0);
    decode += duration;
    return [start, start + duration];
  });
}

test.each([
  {
    name: 'pictures in order are cut where they end',
    shown: [0, 40, 80],
    end: 60,
    is: [
      [0, 40],
      [40, 60],
      [80, 120],
    ],
  },
  {
    name: 'an end between two pictures changes nothing',
    shown: [0, 40, 80],
    end: 80,
    is: [
      [0, 40],
      [40, 80],
      [80, 120],
    ],
  },
  {
    name: 'a later picture that earlier ones need is shown for a tick',
    shown: [0, 120, 40, 80, 160],
    end: 120,
    is: [
      [0, 40],
      [119, 120],
      [40, 80],
      [80, 120],
      [160, 200],
    ],
  },
  {
    name: 'so are several, in their order',
    shown: [0, 160, 80, 40, 120],
    end: 70,
    is: [
      [0, 40],
      [69, 70],
      [68, 69],
      [40, 70],
      [120, 160],
    ],
  },
  {
    name: 'an end behind all changes nothing',
    shown: [0, 80, 40],
    end: 500,
    is: [
      [0, 40],
      [80, 120],
      [40, 80],
    ],
  },
])('$name', ({ shown, end, is }) => {
  const samples = pictures(shown);
  const cut = cutPictures(samples, end, 1000);
  expect(spans(cut)).toEqual(is);
  expect(cut.sizes).toEqual(samples.sizes);
});
