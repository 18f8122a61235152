import { type Case, plays, swap } from './case.ts';
import { LEVELS, longer } from './clean-title.ts';
import { box, cut, fullBox, type Layout, longs, open, resampled, words, write } from './fragment-tools.ts';

type Asked = Parameters<NonNullable<Case['fragment']>>[1];

/** Fragments written down in a way that depends on their time. */
const timed = (layout: (asked: Asked) => Layout) => (clean: Buffer, asked: Asked) =>
  write(open(clean), layout(asked));

const TFXD = Buffer.from('6d1d9b0542d544e680e2141daff757b2', 'hex');
const tfxd = (time: bigint, version = 1): Buffer => {
  const span = version === 0 ? words(Number(time), 20_000_000) : longs(time, 20_000_000n);
  return box('uuid', TFXD, words(version * 0x100_0000), span, Buffer.alloc(version > 1 ? 8 : 0));
};
const tfdt = (time: bigint, version = 1): Buffer =>
  fullBox('tfdt', version, 0, version === 0 ? words(Number(time)) : longs(time));

/** What says when a fragment is, and what of it is told. */
const CLOCKS: readonly {
  readonly name: string;
  readonly boxes: (time: bigint) => readonly Buffer[];
  readonly isOff?: boolean;
}[] = [
  { name: 'tfdt, right', boxes: (time) => [tfdt(time)] },
  { name: 'tfdt in 32 bits, right', boxes: (time) => [tfdt(time, 0)] },
  { name: 'tfdt 0 everywhere', boxes: () => [tfdt(0n)], isOff: true },
  { name: 'tfdt of another epoch', boxes: (time) => [tfdt(time + 17_900_000_000_000_000n)], isOff: true },
  { name: 'tfdt off by a tick', boxes: (time) => [tfdt(time + 1n)], isOff: true },
  { name: 'tfdt below 0', boxes: (time) => [tfdt(time - 213_333n)], isOff: true },
  { name: 'tfdt on another clock', boxes: (time) => [tfdt((time * 9n) / 1000n)], isOff: true },
  { name: 'tfxd, right', boxes: (time) => [tfxd(time)] },
  { name: 'tfxd in 32 bits, right', boxes: (time) => [tfxd(time, 0)] },
  { name: 'tfxd of a version with more behind it', boxes: (time) => [tfxd(time, 2)] },
  { name: 'tfxd below 0', boxes: (time) => [tfxd(time - 213_333n)] },
  { name: 'tfxd of another epoch', boxes: (time) => [tfxd(time + 17_900_000_000_000_000n)] },
  { name: 'tfxd and tfdt at odds', boxes: (time) => [tfxd(time + 5n), tfdt(time + 7n)], isOff: true },
];

const SYNC = 0x0200_0000;
const NON_SYNC = 0x0101_0000;
const sdtp = (count: number) =>
  fullBox('sdtp', 0, 0, Buffer.from(Array.from({ length: count }, (_, i) => (i === 0 ? 0x26 : 0x02))));

/** Pictures alone are laid out so. */
const pictures =
  (change: (clean: Buffer, asked: Asked) => Buffer | undefined) => (clean: Buffer, asked: Asked) =>
    asked.stream === 'video' ? change(clean, asked) : clean;

const flagged = (flags: (index: number) => number) =>
  pictures((clean) => resampled(clean, (sample, index) => ({ ...sample, flags: flags(index) })));

const delayed = (by: (asked: Asked) => number, version: 0 | 1) =>
  pictures((clean, asked) => {
    const { samples, payload } = open(clean);
    const moved = samples.map((sample) => ({ ...sample, compositionOffset: by(asked) >>> 0 }));
    return write({ samples: moved, payload }, { version });
  });

/** The third picture's requests are answered with the second fragment, all of them or but the first. */
const mixedUp = (isForGood: boolean): Pick<Case, 'manifest' | 'locate' | 'fragment'> => {
  let isMixedUp = true;
  return {
    manifest: longer,
    locate: ({ fragment }) => {
      if (fragment?.stream !== 'video' || fragment.time !== 40_000_000n || !isMixedUp) return fragment;
      isMixedUp = isForGood;
      return { ...fragment, time: 20_000_000n };
    },
    fragment: timed(({ time }) => ({ early: [tfxd(time)] })),
  };
};

/** When fragments are, which of their pictures are keys, and when these are shown. */
export const FRAGMENTS_TIMES: readonly Case[] = [
  ...CLOCKS.map(
    ({ name, boxes, isOff = false }): Case => ({
      name,
      place: '[MS-SSTR] 2.2.4.4; ISO/IEC 14496-12, 8.8.12',
      fragment: timed(({ time }) => ({ early: boxes(time) })),
      expect: plays(isOff ? { repairs: ['decode-time'] } : {}),
    }),
  ),
  {
    name: 'a fragment that says it is another one, once',
    place: 'caches that mix up their keys',
    ...mixedUp(false),
    expect: plays({ frames: [0, 199], warnings: ['fragment-malformed'] }),
  },
  {
    name: 'a fragment that says it is another one, always',
    place: 'caches that mix up their keys',
    ...mixedUp(true),
    // At one level alone, for another one would do.
    manifest: (clean) =>
      longer(swap(swap(clean, /.*Bitrate="91797".*\n/, ''), 'QualityLevels="2"', 'QualityLevels="1"')),
    expect: plays({
      frames: [0, 199],
      skips: 1,
      warnings: ['fragment-malformed', 'fragment-skipped'],
      bridges: ['picture-held'],
    }),
  },
  {
    name: 'flags of the first picture alone',
    place: 'IIS on demand',
    fragment: pictures((clean) => write(open(clean), { flags: 'first' })),
    expect: plays({ repairs: ['sync-flags'] }),
  },
  {
    name: 'flags of the first picture, and others by default',
    place: 'ISO/IEC 14496-12, 8.8.7',
    fragment: pictures((clean) => write(open(clean), { flags: 'first', defaultFlags: NON_SYNC })),
    expect: plays(),
  },
  {
    name: 'flags by default alone: no picture is a key frame',
    place: 'ISO/IEC 14496-12, 8.8.7; live encoders',
    fragment: pictures((clean) => write(open(clean), { flags: 'none', defaultFlags: NON_SYNC })),
    expect: plays({ repairs: ['sync-flags'] }),
  },
  {
    name: 'flags by default alone: every picture is a key frame',
    place: 'Media3’s work-around for Smooth',
    fragment: pictures((clean) => write(open(clean), { flags: 'none', defaultFlags: SYNC })),
    expect: plays(),
  },
  {
    name: 'flags in sdtp alone',
    place: 'IIS on demand',
    fragment: pictures((clean) => {
      const opened = open(clean);
      return write(opened, { flags: 'none', late: [sdtp(opened.samples.length)] });
    }),
    expect: plays({ repairs: ['sync-flags'] }),
  },
  {
    name: 'flags nowhere',
    place: '[MS-SSTR] 2.2.4.7',
    fragment: pictures((clean) => write(open(clean), { flags: 'none' })),
    expect: plays({ repairs: ['sync-flags'] }),
  },
  {
    name: 'each picture says that it is no key frame, the first as well',
    place: 'encoders that forget',
    fragment: flagged(() => NON_SYNC),
    expect: plays({ repairs: ['sync-flags'] }),
  },
  {
    name: 'each picture says that it depends on nothing',
    place: 'encoders that forget',
    fragment: flagged(() => SYNC),
    expect: plays(),
  },
  ...[
    { name: 'played through', startTime: 0 },
    { name: 'from its midst', startTime: 3.42 },
    { name: 'from its midst, flags nowhere', startTime: 3.42, flags: 'none' as const },
  ].map(
    ({ name, startTime, flags }): Case => ({
      name: `a fragment that begins without a key frame, ${name}`,
      place: 'PIFF 1.1, 5.2.3: forbidden; packagers that cut by time',
      startTime,
      manifest: (clean) =>
        swap(
          swap(clean, '<c t="20000000" d="20000000"/>', '<c d="12000000"/><c d="8000000"/>'),
          'Chunks="2"',
          'Chunks="3"',
        ),
      locate: ({ fragment }) =>
        fragment?.time === 32_000_000n ? { ...fragment, time: 20_000_000n } : fragment,
      fragment: (clean, { stream, time }, { fragment }) => {
        if (stream !== 'video' || time === 0n) return clean;
        const piece = fragment?.time === time ? cut(clean, 0, 30) : cut(clean, 30, 50);
        return flags ? write(open(piece), { flags }) : piece;
      },
      expect: plays({
        frames: [Math.floor(startTime * 25), 99],
        zero: 0,
        duration: 4,
        repairs: ['sync-flags'],
      }),
    }),
  ),
  {
    name: 'a quarter of a second to the first picture',
    place: 'encoders with B-frames',
    fragment: delayed(() => 2_500_000, 0),
    expect: plays({ repairs: ['composition-offsets'] }),
  },
  {
    name: 'composition offsets below 0 in version 0',
    place: 'azure-media-migration',
    fragment: delayed(() => -800_000, 0),
    expect: plays({ repairs: ['composition-offsets', 'signed-offsets'] }),
  },
  {
    name: 'composition offsets below 0 in version 1',
    place: 'ISO/IEC 14496-12, 8.8.8',
    fragment: delayed(() => -800_000, 1),
    expect: plays({ repairs: ['composition-offsets'] }),
  },
  {
    name: 'composition offsets of one level alone',
    place: 'Expression Encoder: Baseline beside Main',
    fragment: delayed(({ bitrate, time }) => (bitrate === LEVELS.high || time > 0n ? 1_200_000 : 0), 0),
    expect: plays({ repairs: ['composition-offsets'] }),
  },
  {
    name: 'no durations',
    place: '[MS-SSTR] 2.2.4.7: no trex',
    fragment: (clean) => resampled(clean, (sample) => ({ ...sample, duration: 0 })),
    expect: plays({ repairs: ['sample-durations'] }),
  },
  {
    name: 'samples that last a hair longer than their chunk',
    place: 'rounding',
    fragment: (clean) =>
      resampled(clean, (sample, index) => ({
        ...sample,
        duration: sample.duration + (index === 0 ? 999 : 0),
      })),
    expect: plays(),
  },
  {
    name: 'samples that last a hair less than their chunk',
    place: 'rounding',
    fragment: (clean) =>
      resampled(clean, (sample, index) => ({
        ...sample,
        duration: sample.duration - (index === 0 ? 999 : 0),
      })),
    expect: plays(),
  },
];
