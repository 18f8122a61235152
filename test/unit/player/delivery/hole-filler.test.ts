import { expect, test } from 'vitest';
import { normalise, type Ranges } from '../../../../src/base/ranges.ts';
import { seconds, ticks, timescale } from '../../../../src/base/time.ts';
import { readMovieFragment, readSamples } from '../../../../src/mp4/fragment.ts';
import type { Feed } from '../../../../src/player/delivery/feed.ts';
import { HoleFiller } from '../../../../src/player/delivery/hole-filler.ts';
import type { SegmentWriter } from '../../../../src/player/delivery/segment-writer.ts';
import { segmentOf, TIMESCALE } from '../../transmux/pictures.ts';

const FRAME = 0.04;
const HOLE = { start: seconds(2), end: seconds(5) };

/** A filler of a buffer in which pictures last at most `longest` seconds, whatever their durations say. */
function fillerFor(longest: number) {
  let buffered: Ranges = [{ start: seconds(0), end: HOLE.start }];
  const inserted: number[] = [];
  const segment = {
    ...{ index: 0, start: seconds(0), protection: {}, pieces: segmentOf([0]) },
    request: { chunk: { start: ticks(0) }, zero: ticks(0), stream: { timescale: timescale(TIMESCALE) } },
  };
  const feed = {
    type: 'video',
    get buffered() {
      return buffered;
    },
    timeline: { chunkAt: () => ({ index: 0 }) },
  };
  const writer = {
    recent: { of: () => segment },
    insert: async (_request: unknown, _track: unknown, { bytes }: { readonly bytes: Uint8Array }) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const [track] = readMovieFragment(view).tracks;
      if (!track) throw new Error('no track');
      const { durations } = readSamples(view, track);
      let at = Number(track.decodeTime) / TIMESCALE;
      for (const lasts of durations) {
        const end = seconds(at + Math.min(longest, lasts / TIMESCALE));
        buffered = normalise([...buffered, { start: seconds(at), end }]);
        at += lasts / TIMESCALE;
      }
      inserted.push(durations.length);
    },
  };
  const filler = new HoleFiller(feed as unknown as Feed, writer as unknown as SegmentWriter);
  return { filler, inserted, buffered: () => buffered };
}

const { signal } = new AbortController();

test('a still of half a second is held over a hole', async () => {
  const { filler, inserted, buffered } = fillerFor(60);
  expect(await filler.fill(HOLE, signal)).toEqual({ range: HOLE, kind: 'picture-held' });
  expect(inserted).toEqual([7]);
  expect(buffered()).toEqual([{ start: 0, end: expect.closeTo(5) }]);
});

test('where pictures last no longer than a frame, there is one for each frame, from then on at once', async () => {
  const { filler, inserted, buffered } = fillerFor(FRAME);
  expect(await filler.fill(HOLE, signal)).toEqual({ range: HOLE, kind: 'picture-held' });
  expect(inserted).toEqual([7, 75]);
  expect(buffered()).toEqual([{ start: 0, end: expect.closeTo(5) }]);
  await filler.fill({ start: HOLE.end, end: seconds(6) }, signal);
  expect(inserted).toEqual([7, 75, 25]);
});
