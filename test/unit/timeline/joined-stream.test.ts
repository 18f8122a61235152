import { describe, expect, test } from 'vitest';
import { type Ticks, ticks, timescale } from '../../../src/base/time.ts';
import { chunkList } from '../../../src/manifest/chunk-list.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { Stream } from '../../../src/manifest/presentation.ts';
import { clipBounds } from '../../../src/timeline/clip-bounds.ts';
import { joinParts, levelFor, makeRoomForLeads, type Part } from '../../../src/timeline/joined-stream.ts';
import fc from '../../support/properties.ts';

const SCALE = timescale(1000);

/** A stream of these chunks, start and duration each, at these bitrates. */
function streamOf(chunks: readonly (readonly [number, number])[], bitrates = [100], clock = 1000): Stream {
  const levels = bitrates.map((bitrate, index) => `<QualityLevel Index="${index}" Bitrate="${bitrate}"/>`);
  const list = chunks.map(([t, d]) => `<c t="${t}" d="${d}"><f i="0" s="5"/></c>`);
  const [stream] = parseManifest(
    `<SmoothStreamingMedia TimeScale="${clock}"><StreamIndex Type="video" Url="{bitrate}/{start time}">${levels.join('')}${list.join('')}</StreamIndex></SmoothStreamingMedia>`,
  ).streams;
  return stream as Stream;
}

const picture = streamOf([
  [0, 2000],
  [2000, 2000],
  [4000, 2000],
]);
const sound = streamOf([
  [0, 2005],
  [2005, 2005],
  [4010, 1960],
]);
const at = (time: number | undefined): Ticks | undefined => (time === undefined ? undefined : ticks(time));

describe('a clip begins and ends', () => {
  test.each<{ name: string; begin?: number; end?: number; bounds: [number, number] | undefined }>([
    { name: 'where its streams do, with the one that ends first', bounds: [0, 5970] },
    { name: 'where it says', begin: 2000, end: 3200, bounds: [2000, 3200] },
    { name: 'within a chunk', begin: 3000, end: 5000, bounds: [3000, 5000] },
    { name: 'no earlier than its streams', begin: 0, end: 3000, bounds: [0, 3000] },
    {
      name: 'with the last chunk, whatever it says of its end',
      begin: 2000,
      end: 90_000,
      bounds: [2000, 5970],
    },
    { name: 'after a length, where that alone makes sense', begin: 4000, end: 1500, bounds: [4000, 5500] },
    { name: 'nowhere, when it ends before it begins', begin: 2000, end: 1000, bounds: undefined },
    { name: 'nowhere, when it begins behind its chunks', begin: 9000, bounds: undefined },
  ])('$name', ({ begin, end, bounds }) => {
    const found = clipBounds({ begin: at(begin), end: at(end) }, picture, [sound], SCALE);
    expect(found && [Number(found.begin), Number(found.end)]).toEqual(bounds);
  });

  test('with the picture, when the sound ends much sooner', () => {
    const short = streamOf([[0, 3000]]);
    expect(clipBounds({ begin: undefined, end: undefined }, picture, [short], SCALE)?.end).toBe(6000n);
  });
});

const part = (stream: Stream, begin: number, end: number, offset: number): Part => ({
  stream,
  levels: stream.levels,
  bounds: { begin: ticks(begin), end: ticks(end) },
  offset: ticks(offset),
});
const outline = (parts: readonly Part[], levels = parts[0]?.stream.levels) => {
  const joined = levels && joinParts(parts, levels, SCALE);
  return (
    joined &&
    [...joined.chunks].map(({ index, start, duration }) => [
      Number(start),
      Number(start + duration),
      Number(joined.sourceOf(index)?.chunk.start),
    ])
  );
};

describe('joined chunks', () => {
  test('of video that begins within a chunk take a millisecond of the clip before', () => {
    const parts = makeRoomForLeads([part(picture, 3000, 5000, 0), part(picture, 1000, 1500, 2000)], SCALE);
    // Nothing is before the first clip.
    expect(outline(parts)).toEqual([
      [0, 1000, 2000],
      [1000, 1999, 4000],
      [1999, 2500, 0],
    ]);
    const audio: Stream = { ...sound, type: 'audio' };
    const sounds = makeRoomForLeads([part(audio, 3000, 5000, 0), part(audio, 1000, 1500, 2000)], SCALE);
    expect(sounds.map(({ lead, bounds }) => [lead, bounds.end])).toEqual([
      [0n, 5000n],
      [0n, 1500n],
    ]);
  });

  test('lie one behind another, cut to their clips', () => {
    expect(outline([part(picture, 2000, 5000, 0), part(picture, 0, 1500, 3000)])).toEqual([
      [0, 2000, 2000],
      [2000, 3000, 4000],
      [3000, 4500, 0],
    ]);
  });

  test('of sound may begin before the very first picture, and are cut where another clip is before', () => {
    expect(outline([part(sound, 1000, 4000, 0), part(sound, 1000, 4000, 3000)])).toEqual([
      [-1000, 1005, 0],
      [1005, 3000, 2005],
      [3000, 4005, 0],
      [4005, 6000, 2005],
    ]);
  });

  test('leave out what a clip has hardly any of', () => {
    expect(outline([part(sound, 2004, 4011, 0), part(sound, 0, 2006, 2007)])).toEqual([
      [1, 2006, 2005],
      [2007, 4012, 0],
    ]);
  });

  test('keep to the clock of all, whatever that of a part', () => {
    const slow = streamOf([[50, 50]], [100], 25);
    const joined = outline([part(picture, 0, 2000, 0), part(slow, 2000, 4000, 2000)]);
    expect(joined?.at(-1)).toEqual([2000, 4000, 50]);
  });

  test('are found by time, whatever the clocks', () => {
    const clock = fc.constantFrom(1, 7, 25, 1000, 90_000);
    const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(clock, lengths), { minLength: 1, maxLength: 3 }),
        clock,
        (clips, joint) => {
          const scale = timescale(joint);
          let offset = 0n;
          const parts = clips.flatMap(([own, list]) => {
            let t = 0;
            const chunks = list.map((d) => {
              t += d;
              return [t - d, d] as const;
            });
            const end = (BigInt(t) * scale) / BigInt(own);
            if (end === 0n) return [];
            const stream = streamOf(chunks, [100], own);
            const one = {
              stream,
              levels: stream.levels,
              bounds: { begin: ticks(0), end: ticks(end) },
              offset: ticks(offset),
            };
            offset += end;
            return [one];
          });
          const [model] = parts;
          const joined = model && joinParts(parts, model.levels, scale);
          if (!joined) return;
          const all = [...joined.chunks];
          for (const { index } of all) expect(joined.chunks.at(index)).toEqual(all[index]);
          for (const time of [
            -1n,
            ...all.flatMap(({ start, duration }) => [start, start + duration - 1n, start + duration]),
          ]) {
            const last = all.findLast(({ start }) => start <= time) ?? all[0];
            const expected =
              last && last.start <= time && last.start + last.duration <= time ? all[last.index + 1] : last;
            expect(joined.chunks.from(ticks(time))).toEqual(expected);
          }
          expect(joined.chunks.runs.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        },
      ),
    );
  });

  test('may be thousands of millions', () => {
    const list = chunkList({ firsts: [0], starts: [0], durations: [1], counts: [4_294_967_295] });
    const endless = { ...picture, chunks: { ...picture.chunks, ...list } };
    const joined = joinParts(
      [part(endless, 5, 4_000_000_005, 0), part(picture, 0, 6000, 4_000_000_000)],
      picture.levels,
      SCALE,
    );
    expect(joined?.chunks.length).toBe(3_999_999_997 + 3);
    expect(joined?.chunks.at(3_999_999_997)?.start).toBe(4_000_000_000n);
    expect(joined?.chunks.from(ticks(3_000_000_000))?.index).toBe(2_999_999_999);
  });

  test('of a clip without any are impossible', () => {
    expect(outline([part(picture, 0, 2000, 0), part(picture, 7000, 9000, 2000)])).toBeUndefined();
  });
});

describe('the level of a part', () => {
  const whole = streamOf([[0, 2000]], [100, 300, 900]).levels;
  test.each([
    { name: 'has the same bitrate', bitrates: [300, 999], of: 300, is: 300 },
    { name: 'has the same rank, where there are as many', bitrates: [200, 600, 1800], of: 300, is: 600 },
    { name: 'is the nearest otherwise', bitrates: [150, 800], of: 900, is: 800 },
  ])('$name', ({ bitrates, of, is }) => {
    const level = whole.find(({ bitrate }) => bitrate === of) ?? whole[0];
    expect(levelFor(streamOf([[0, 2000]], bitrates).levels, whole, level).bitrate).toBe(is);
  });

  test('tells by the size of a chunk what it costs where its bitrate is another', () => {
    const other = streamOf([[0, 2000]], [16_384]);
    const joined = joinParts([part(picture, 0, 2000, 0), part(other, 0, 2000, 2000)], picture.levels, SCALE);
    expect([joined?.chunks.sizeHint(0, 0), joined?.chunks.sizeHint(1, 0)]).toEqual([5, 5]);
    const bare = { ...other, chunks: { ...other.chunks, sizeHint: () => undefined } };
    const guessed = joinParts([part(bare, 0, 2000, 0)], picture.levels, SCALE);
    expect(guessed?.chunks.sizeHint(0, 0)).toBe(4);
  });
});
