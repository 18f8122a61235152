import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { seconds, ticks, timescale } from '../../../src/base/time.ts';
import { hasCaptions, readCaptionPictures } from '../../../src/text/captions/caption-pictures.ts';
import { InBandCaptions } from '../../../src/text/captions/in-band.ts';
import type { CaptionTriplet } from '../../../src/text/captions/sei.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { pairs, seiOf, triplet } from '../../support/captions.ts';
import { box, u32 } from '../../support/fragment-builder.ts';
import { FRAME, pictureSegment, SECOND, SLICE, unit } from '../../support/picture-segment.ts';

interface CaptionParser {
  init(): void;
  parse(
    segment: Uint8Array,
    tracks: readonly number[],
    timescales: Readonly<Record<number, number>>,
  ): {
    captions: readonly { startTime: number; endTime: number; content: readonly { text: string }[] }[];
  } | null;
}
const { CaptionParser } = createRequire(import.meta.url)('mux.js/lib/mp4/index.js') as {
  CaptionParser: new () => CaptionParser;
};

const A: CaptionTriplet = triplet(0, [0x94, 0x20]);
const B: CaptionTriplet = triplet(1, [0x15, 0x2c]);
const C: CaptionTriplet = triplet(3, [0x02, 0x21]);

const read = (parts: readonly Uint8Array[], codec: 'avc' | 'hevc' = 'avc', zero = SECOND) => {
  const { pictures, isUnreadable } = readCaptionPictures(parts, {
    codec,
    nalUnitLength: 4,
    timescale: timescale(SECOND),
    zero: ticks(zero),
  });
  return {
    isUnreadable,
    pictures: pictures.map(({ time, triplets }) => ({
      frame: Math.round((time * SECOND) / FRAME),
      triplets,
    })),
  };
};
const frames = (parts: readonly Uint8Array[], codec: 'avc' | 'hevc' = 'avc') => read(parts, codec).pictures;

test.each<[name: string, units: (Buffer | number[])[], expected: CaptionTriplet[]]>([
  ['one message', [seiOf([[A, B, C]]), SLICE.avc], [A, B, C]],
  ['several messages in a unit, each with a part', [seiOf([[A], [B], [C]]), SLICE.avc], [A, B, C]],
  ['several units', [seiOf([[A]]), seiOf([[B]]), [0x09, 0xf0], seiOf([[C]]), SLICE.avc], [A, B, C]],
  [
    'bytes that need emulation prevention',
    [seiOf([[triplet(3, [0, 0]), triplet(2, [0, 1]), triplet(2, [0, 0])]]), SLICE.avc],
    [triplet(3, [0, 0]), triplet(2, [0, 1]), triplet(2, [0, 0])],
  ],
  [
    'other messages before it',
    [
      Buffer.from([
        0x06,
        0x01,
        0x02,
        0xaa,
        0xbb,
        0x04,
        0x05,
        0xb5,
        0x00,
        0x31,
        0x44,
        0x54,
        ...seiOf([[A]]).subarray(1),
      ]),
      SLICE.avc,
    ],
    [A],
  ],
  [
    'more than 255 bytes',
    [
      seiOf([
        Array.from({ length: 31 }, () => A),
        Array.from({ length: 31 }, () => A),
        Array.from({ length: 31 }, () => B),
      ]),
      SLICE.avc,
    ],
    [...Array(62).fill(A), ...Array(31).fill(B)],
  ],
  ['a message that is cut', [seiOf([[A, B, C]]).subarray(0, 21), SLICE.avc], [A, B]],
  ['no captions', [SLICE.avc], []],
  ['user data of others', [Buffer.from([0x06, 0x05, 0x10, ...Buffer.alloc(16, 7), 0x80]), SLICE.avc], []],
])('%s', (_, units, expected) => {
  expect(frames(pictureSegment([{ units }]))).toEqual([{ frame: 0, triplets: expected }]);
});

test('H.265, in front of the picture and behind it', () => {
  const suffix = Buffer.from(seiOf([[B]], 'hevc'));
  suffix[0] = 40 << 1;
  expect(frames(pictureSegment([{ units: [seiOf([[A]], 'hevc'), SLICE.hevc, suffix] }]), 'hevc')).toEqual([
    { frame: 0, triplets: [A, B] },
  ]);
});

test('pairs that are not valid are none', () => {
  const sei = Buffer.from(seiOf([[A, B]]));
  sei[sei.indexOf(0xfc)] = 0xf8;
  expect(frames(pictureSegment([{ units: [sei, SLICE.avc] }]))).toEqual([{ frame: 0, triplets: [B] }]);
});

test('pictures come in the order in which they are shown', () => {
  const sample = (each: CaptionTriplet, offset: number) => ({ units: [seiOf([[each]]), SLICE.avc], offset });
  // I P B B, as decoded.
  const coded = [sample(A, 1), sample(C, 3), sample(B, 0), sample(triplet(2, [1, 2]), 0)];
  expect(frames(pictureSegment(coded)).map(({ frame, triplets }) => [frame, triplets[0]])).toEqual([
    [1, A],
    [2, B],
    [3, triplet(2, [1, 2])],
    [4, C],
  ]);
});

test('pieces cut anywhere', () => {
  const samples = [{ units: [seiOf([[A, B, C]]), SLICE.avc] }, { units: [seiOf([[B, B]]), SLICE.avc] }];
  const whole = frames(pictureSegment(samples));
  for (const cut of [1, 2, 3, 7, 50, 101, 400])
    expect(frames(pictureSegment(samples, { cut }))).toEqual(whole);
});

describe('encrypted', () => {
  const sei = seiOf([[A]]);
  const clear = 4 + sei.length + 5;
  const senc = (flags: number, entry: readonly Buffer[]) => box('senc', u32(flags, 1), ...entry);
  const u16 = (value: number) => u32(value).subarray(2);
  const vector = Buffer.alloc(8, 1);

  test('slices only: SEI is clear', () => {
    const extra = [senc(2, [vector, u16(1), u16(clear), u32(SLICE.avc.length - 1)])];
    expect(read(pictureSegment([{ units: [sei, SLICE.avc] }], { extra }))).toEqual({
      isUnreadable: false,
      pictures: [{ frame: 0, triplets: [A] }],
    });
  });

  test('SEI too: nothing is read of it', () => {
    const extra = [senc(2, [vector, u16(1), u16(6), u32(4 + sei.length + 4 + SLICE.avc.length - 6)])];
    expect(read(pictureSegment([{ units: [sei, SLICE.avc] }], { extra }))).toEqual({
      isUnreadable: false,
      pictures: [{ frame: 0, triplets: [] }],
    });
  });

  test('whole samples', () => {
    expect(read(pictureSegment([{ units: [sei, SLICE.avc] }], { extra: [senc(0, [vector])] }))).toMatchObject(
      {
        isUnreadable: true,
      },
    );
  });
});

test.each<[name: string, triplets: CaptionTriplet[], expected: boolean]>([
  [
    'empty pairs are no captions',
    [triplet(0, [0x80, 0x80]), triplet(1, [0x80, 0x80]), triplet(2, [0, 0])],
    false,
  ],
  ['a pair of CEA-608 is', [triplet(0, [0x80, 0x80]), A], true],
  ['a packet of CEA-708 is', [C], true],
])('%s', (_, triplets, expected) => {
  expect(hasCaptions([{ time: seconds(0), duration: seconds(1), triplets }])).toBe(expected);
});

test('damaged samples: no error, and the rest is read', () => {
  const whole = Buffer.concat([unit(seiOf([[A, B, C]])), unit(SLICE.avc)]);
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    const samples = [{ units: [changed.subarray(4)] }, { units: [seiOf([[A]]), SLICE.avc] }];
    expect(frames(pictureSegment(samples)).at(-1)?.triplets).toEqual([A]);
  }
});

test('mux.js finds the same captions, where each picture has one message and each caption an end', () => {
  const script = pairs('RCL ENM 1470 "ab" EOC ~ ~ EDM RCL ENM 1470 "cd" EOC ~ ~ ~ EDM ~');
  const parts = pictureSegment(script.map((pair) => ({ units: [seiOf([[triplet(0, pair)]]), SLICE.avc] })));
  const captions = new InBandCaptions();
  captions.add(
    readCaptionPictures(parts, {
      codec: 'avc',
      nalUnitLength: 4,
      timescale: timescale(SECOND),
      zero: ticks(0),
    }).pictures,
  );

  const parser = new CaptionParser();
  parser.init();
  const found = parser.parse(Buffer.concat(parts), [1], { 1: SECOND });
  const frameOf = (time: number) => Math.round((time * SECOND) / FRAME);
  expect(captions.cuesOf('CC1').map(({ start, end, text }) => [frameOf(start), frameOf(end), text])).toEqual(
    found?.captions.map(({ startTime, endTime, content }) => [
      frameOf(startTime),
      frameOf(endTime),
      content.map(({ text }) => text).join('/'),
    ]),
  );
  expect(captions.cuesOf('CC1')).toHaveLength(2);
});

const SEGMENT = fileURLToPath(
  new URL('../../../../shared/corpus/text/shaka-cea-segment.mp4', import.meta.url),
);
if (!existsSync(SEGMENT)) console.info(`corpus test skipped: corpus not present at ${SEGMENT}`);

test.skipIf(!existsSync(SEGMENT))(
  'a segment of others: two messages a picture, the second field with the codes of the first',
  () => {
    const transmuxer = new FragmentTransmuxer({
      stream: { type: 'video', timescale: timescale(90_000) },
      start: ticks(0),
      duration: ticks(90_000),
      origin: ticks(0),
    });
    const parts = transmuxer.push(new Uint8Array(readFileSync(SEGMENT)));
    const { pictures } = readCaptionPictures(parts, {
      codec: 'avc',
      nalUnitLength: 4,
      timescale: timescale(90_000),
      zero: ticks(0),
    });
    expect(pictures.filter(({ triplets }) => triplets.length > 0)).toHaveLength(2);
    const captions = new InBandCaptions();
    captions.add(pictures);
    expect(captions.channels).toEqual(['CC1', 'CC3']);
    expect(captions.cuesOf('CC1').map(({ text }) => text)).toEqual([
      'eng:\u00a000:00:00:00',
      'eng:\u00a000:00:01:00',
    ]);
    expect(captions.cuesOf('CC3').map(({ text }) => text)).toEqual([
      'swe:\u00a000:00:00:00',
      'swe:\u00a000:00:01:00',
    ]);
    expect(captions.cuesOf('CC3').map(({ end }) => Number.isFinite(end))).toEqual([true, false]);
  },
);
