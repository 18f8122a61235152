import { expect, test } from 'vitest';
import { chooseImprovement, type ImproveInput } from '../../../src/heuristics/improve.ts';
import fc from '../../support/properties.ts';

const [LOW, HIGH] = [300_000, 2_000_000];
/** Chunks of 2 s from the playhead on. */
const chunksOf = (bitrates: readonly number[]) =>
  bitrates.map((bitrate, index) => ({ index, start: 100 + index * 2, end: 102 + index * 2, bitrate }));
/** Low up to 16 s ahead, high from there on. */
const afterStart = chunksOf([
  ...Array.from({ length: 8 }, () => LOW),
  ...Array.from({ length: 7 }, () => HIGH),
]);
const base: ImproveInput = {
  buffered: afterStart,
  playhead: 100,
  bitrate: HIGH,
  estimate: 10e6,
  firstByte: 0.05,
};

test.each<{ name: string; when: Partial<ImproveInput>; index: number | undefined }>([
  { name: 'the last low chunk first: the picture improves only once', when: {}, index: 7 },
  {
    name: 'all of one quality: nothing',
    when: { buffered: chunksOf([HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH]) },
    index: undefined,
  },
  { name: 'the newest is no better: nothing', when: { bitrate: LOW }, index: undefined },
  { name: 'hardly better: nothing', when: { bitrate: LOW * 1.2 }, index: undefined },
  { name: 'a network that only just sustains it: nothing', when: { estimate: HIGH * 1.1 }, index: undefined },
  { name: 'too near to be in time', when: { playhead: 106 }, index: undefined },
  { name: 'in time on a fast network only', when: { playhead: 103, estimate: 3e6 }, index: undefined },
  { name: 'a first byte that takes long', when: { playhead: 103, firstByte: 1 }, index: undefined },
  { name: 'an empty buffer', when: { buffered: [] }, index: undefined },
])('$name', ({ when, index }) => {
  expect(chooseImprovement({ ...base, ...when })?.index).toBe(index);
});

test('what is replaced is always lower, and far ahead', () => {
  const bitrate = fc.integer({ min: 1, max: 1e7 });
  const inputs = fc.record({
    bitrates: fc.array(bitrate),
    bitrate,
    playhead: fc.double({ min: 90, max: 200, noNaN: true }),
    estimate: fc.double({ min: 1, max: 1e9, noNaN: true }),
    firstByte: fc.double({ min: 0, max: 5, noNaN: true }),
  });
  fc.assert(
    fc.property(inputs, ({ bitrates, ...input }) => {
      const chunks = chunksOf(bitrates);
      const found = chooseImprovement({ ...input, buffered: chunks });
      const chunk = chunks.find(({ index }) => index === found?.index);
      if (!chunk) return;
      expect(chunk.bitrate).toBeLessThan(input.bitrate);
      expect(chunk.start - input.playhead).toBeGreaterThan(8);
    }),
  );
});
