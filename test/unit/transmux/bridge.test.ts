import { expect, test } from 'vitest';
import { readMovieFragment, readSamples } from '../../../src/mp4/fragment.ts';
import { stillPicture } from '../../../src/transmux/bridge.ts';
import { segmentOf, TIMESCALE } from './pictures.ts';

/** Each picture in the order in which it is shown: its first byte, and from when to when, in ticks. */
function picturesOf(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [track] = readMovieFragment(view).tracks;
  if (!track) throw new Error('no track');
  const samples = readSamples(view, track);
  let [time, offset] = [Number(track.decodeTime), track.runs[0]?.dataOffset ?? 0];
  const pictures = Array.from({ length: samples.count }, (_, i) => {
    const start = time + (samples.compositionOffsets[i] ?? 0);
    const picture = {
      first: bytes[offset],
      decoded: time,
      start,
      end: start + (samples.durations[i] ?? 0),
    };
    time += samples.durations[i] ?? 0;
    offset += samples.sizes[i] ?? 0;
    return picture;
  });
  return pictures.sort((a, b) => a.start - b.start);
}

test('a still of the first picture is given again every half second, and shortly before the end', () => {
  const bytes = stillPicture(segmentOf([0, 2, 1]), 2_000_000n, 12_000_000, TIMESCALE);
  expect(picturesOf(bytes)).toMatchObject([
    { first: 1, start: 2_000_000, end: 5_866_667 },
    { first: 1, start: 5_866_667, end: 9_733_333 },
    { first: 1, start: 9_733_333, end: 13_600_000 },
    { first: 1, start: 13_600_000, end: 14_000_000 },
  ]);
});

test('of a segment in several pieces it is the first', () => {
  const segment = [...segmentOf([0, 1]), ...segmentOf([0])];
  expect(picturesOf(stillPicture(segment, 0n, 100, TIMESCALE))).toMatchObject([
    { first: 1, start: 0, end: 100 },
  ]);
});
