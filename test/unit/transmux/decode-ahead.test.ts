import { expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { chunkList } from '../../../src/manifest/chunk-list.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import type { FragmentContext } from '../../../src/transmux/movie-fragment.ts';
import { buildFragment, type FragmentSpec, readBack } from '../../support/fragment-builder.ts';

/** Pictures of 40 ticks, in the order of decoding, by how many precede them on the screen. */
const pictures = (order: readonly number[], delay: number): FragmentSpec => ({
  runs: [
    {
      dataOffset: 'auto',
      samples: order.map((rank, i) => ({
        size: 10,
        duration: 40,
        flags: i === 0 ? 0x02000000 : 0x01010000,
        offset: 40 * (rank - i + delay),
      })),
    },
  ],
});

const PLAIN = [0, 1, 2, 3];
const REORDERED = [0, 3, 1, 2];
const PYRAMID = [0, 4, 2, 1, 3];

function transmux(order: readonly number[], delay: number, overrides: Partial<FragmentContext> = {}) {
  const duration = 40 * order.length;
  const transmuxer = new FragmentTransmuxer({
    stream: {
      type: 'video',
      timescale: timescale(1000),
      chunks: chunkList({ firsts: [0], starts: [0], durations: [duration], counts: [10] }),
    },
    start: ticks(4 * duration),
    duration: ticks(duration),
    origin: ticks(0),
    ...overrides,
  });
  const segment = Buffer.concat(transmuxer.push(buildFragment(pictures(order, delay))));
  const { lead } = transmuxer.finish();
  const { decodeTime, samples } = readBack(segment);
  let decode = Number(decodeTime);
  const times = samples.map(({ duration: own, offset }) => {
    decode += own;
    return { decoded: decode - own, shown: decode - own + offset };
  });
  return { times, lead, end: decode };
}

const shownOf = (order: readonly number[], start: number): number[] => order.map((rank) => start + 40 * rank);

test.each([
  { name: 'in order', order: PLAIN, delay: 0, ahead: 0 },
  { name: 'in order, with a delay', order: PLAIN, delay: 1, ahead: 0 },
  { name: 'reordered', order: REORDERED, delay: 1, ahead: 40 },
  { name: 'reordered, with signed offsets', order: REORDERED, delay: 0, ahead: 40 },
  { name: 'reordered twice', order: PYRAMID, delay: 2, ahead: 80 },
])('$name: decoded ahead by $ahead ticks, and shown at the same time', ({ order, delay, ahead }) => {
  const start = 160 * order.length;
  const { times, lead, end } = transmux(order, delay, { alignFirstPicture: true });
  expect(lead).toBe(ahead);
  expect(times.map(({ decoded }) => decoded)).toEqual(order.map((_, i) => start + 40 * i - ahead));
  expect(times.map(({ shown }) => shown)).toEqual(shownOf(order, start));
  expect(end).toBe(start + 40 * order.length - ahead);
});

test.each([
  { name: 'reordered', order: REORDERED, delay: 1, decoded: [0, 20, 40, 80], ahead: 40 },
  { name: 'reordered twice', order: PYRAMID, delay: 2, decoded: [0, 13, 26, 40, 80], ahead: 80 },
])(
  '$name, at the start of a title: the first ones are decoded sooner',
  ({ order, delay, decoded, ahead }) => {
    for (const place of [
      { start: ticks(0) },
      // Where the sound begins a second sooner.
      { start: ticks(0), origin: ticks(-1000) },
    ]) {
      const { times, end } = transmux(order, delay, place);
      const zero = Number(place.start) - Number(place.origin ?? 0n);
      expect(times.map((time) => time.decoded - zero)).toEqual(decoded);
      expect(times.map(({ shown }) => shown - zero)).toEqual(shownOf(order, 0));
      expect(times.every((time) => time.decoded <= time.shown)).toBe(true);
      // The next fragment, decoded ahead, follows.
      expect(end - zero).toBe(40 * order.length - ahead);
    }
  },
);

test('a single picture at the start of a title cannot be decoded sooner', () => {
  const { times, lead } = transmux([0], 0, { start: ticks(0) });
  expect(times).toEqual([{ decoded: 0, shown: 0 }]);
  expect(lead).toBe(0);
});

test('pictures that were edited keep their durations at the start of a title', () => {
  const { times, lead } = transmux(REORDERED, 1, { start: ticks(0), edit: (samples) => samples });
  expect(times.map(({ decoded }) => decoded)).toEqual([0, 40, 80, 120]);
  expect(times.map(({ shown }) => shown)).toEqual(shownOf(REORDERED, 0));
  expect(lead).toBe(0);
});
