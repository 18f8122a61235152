import { expect, test, vi } from 'vitest';
import { seconds, ticks, timescale } from '../../../../src/base/time.ts';
import type { QualityLevel, Stream } from '../../../../src/manifest/presentation.ts';
import { InBandReader } from '../../../../src/player/text/in-band-reader.ts';
import type { CaptionTriplet } from '../../../../src/text/captions/sei.ts';
import { pairs, seiOf, triplet } from '../../../support/captions.ts';
import { FRAME, pictureSegment, SECOND, SLICE } from '../../../support/picture-segment.ts';

const RATE = SECOND / FRAME;
const NULL: readonly CaptionTriplet[] = [triplet(0, [0x80, 0x80])];
const CAPTION = pairs('RCL ENM 1470 "ab" EOC').map((pair) => [triplet(0, pair)]);

/** Adds a fragment from a time on, whose pictures have these triplets; without them they have no SEI. */
function add(reader: InBandReader, start: number, pictures: readonly (readonly CaptionTriplet[])[]): void {
  const parts = pictureSegment(
    pictures.map((triplets) => ({
      units: triplets.length > 0 ? [seiOf([triplets]), SLICE.avc] : [SLICE.avc],
    })),
    { start: Math.round(start * SECOND) },
  );
  reader.add({
    parts,
    stream: { timescale: timescale(SECOND) } as Stream,
    level: { codec: 'avc1.64001f', nalUnitLength: 4 } as QualityLevel,
    start: seconds(start),
    end: seconds(start + pictures.length / RATE),
    zero: ticks(0),
  });
}

const pictures = (length: number, triplets: readonly CaptionTriplet[]) =>
  Array.from({ length: Math.ceil(length * RATE) }, () => triplets);

test.each<[name: string, before: readonly (readonly CaptionTriplet[])[][]]>([
  ['at once', []],
  ['after a while of padding', Array(6).fill(pictures(2, NULL))],
  ['after padding, and a while without', [pictures(2, NULL), ...Array(6).fill(pictures(2, []))]],
  ['after less than ten seconds without caption data', Array(4).fill(pictures(2, []))],
])('captions are found %s', async (_, before) => {
  const onChange = vi.fn();
  const reader = new InBandReader(onChange);
  for (const [at, each] of before.entries()) add(reader, at * 2, each);
  expect(reader.isInterested).toBe(true);
  add(reader, before.length * 2, CAPTION);
  await vi.waitFor(() => expect(reader.channels).toEqual(['CC1']));
  expect(reader.cuesOf('CC1')).toMatchObject([{ text: 'ab' }]);
  expect(onChange).toHaveBeenCalled();
});

test('after ten seconds without caption data the search ends', () => {
  const reader = new InBandReader(() => {});
  for (let at = 0; at < 5; at++) add(reader, at * 2, pictures(2, []));
  expect(reader.isInterested).toBe(false);
});
