import { codesOf, defineWindow, packets708, pairs, seiOf, triplet } from '../support/captions.ts';
import { type CaptionCase, script, silence, together, triplets, type Units } from './caption-case.ts';
import { kid, lock } from './locks.ts';
import { drm, header, ONE, PLAYREADY } from './protection.ts';

const CEA_608 = 'CEA-608';
const CEA_708 = 'CEA-708';
const SEI = 'ATSC A/53-4, 6.2.3';

/** Fifteen frames in which nothing is said. */
const REST = '~ '.repeat(15);
const POP_ON = `RCL! 1470! "ab" EOC! ${REST} EDM!`;
const AB = [3, 19, 'ab'] as const;

/** Pairs of one channel, and what is read of them. */
const modes: readonly (readonly [name: string, text: string, cues: CaptionCase['channels'][string]])[] = [
  ['pop-on, each code twice', `RCL ENM 1470 "abcd" EOC ${REST} EDM`, [[8, 25, 'abcd']]],
  [
    'pop-on, each code once: up to the next caption',
    `RCL! 1470! "ab" EOC! ${REST} RCL! ENM! 1470! "cd" EOC! ${REST} EDM!`,
    [
      [3, 23, 'ab'],
      [23, 39, 'cd'],
    ],
  ],
  ['pop-on in two rows', `RCL! 1450! "ab" 1470! "cd" EOC! ${REST} EDM!`, [[5, 21, 'ab\ncd']]],
  ['pop-on that nothing erases: open', 'RCL! 1470! "ab" EOC!', [[3, undefined, 'ab']]],
  [
    'roll-up of two rows',
    `RU2! CR! 1470! "ab" ${REST} CR! 1470! "cd" ${REST} CR! 1470! "ef" ${REST} EDM!`,
    [
      [3, 19, 'ab'],
      [19, 37, 'ab\ncd'],
      [37, 55, 'cd\nef'],
    ],
  ],
  [
    'roll-up of three rows',
    `RU3! CR! "a" ${REST} CR! "b" ${REST} CR! "c" ${REST} CR! "d" ${REST} EDM!`,
    [
      [2, 18, 'a'],
      [18, 35, 'a\nb'],
      [35, 52, 'a\nb\nc'],
      [52, 69, 'b\nc\nd'],
    ],
  ],
  [
    'roll-up of four rows',
    `RU4! CR! "a" CR! "b" CR! "c" CR! "d" ${REST} CR! "e" ${REST} EDM!`,
    [
      [2, 3, 'a'],
      [3, 5, 'a\nb'],
      [5, 7, 'a\nb\nc'],
      [7, 24, 'a\nb\nc\nd'],
      [24, 41, 'b\nc\nd\ne'],
    ],
  ],
  ['paint-on: from the first character', `RDC! 1470! "ab" "cd" ${REST} EDM!`, [[2, 19, 'abcd']]],
  ['text mode is no caption', `TR! "no" RTD! "no" RDC! "ab" ${REST} EDM!`, [[5, 21, 'ab']]],
  [
    'special characters, and extended ones in place of the one before',
    `RCL! 1470! "n" 1137 "u" 1221 EOC! ${REST} EDM!`,
    [[8, 24, 'n\u266a\u00c9']],
  ],
  ['text that looks like markup', `RCL! 1470! "<i>&amp;" EOC! ${REST} EDM!`, [[6, 22, '<i>&amp;']]],
  [
    'italics, colours and a backspace',
    `RCL! 1470! "ab" 112e! "cdx" BS! 1128! "ef" EOC! ${REST} EDM!`,
    [[9, 25, 'ab cd ef']],
  ],
];

const MODES: readonly CaptionCase[] = modes.map(([name, text, cues]) => ({
  name,
  place: CEA_608,
  frames: script(text),
  channels: { CC1: cues },
}));

/** Title and programme type, as extended data services. CEA-608, 9. */
const EXTENDED_DATA: readonly (readonly [number, number])[] = [
  [0x01, 0x83],
  [0xc1, 0xc2],
  [0x8f, 0x1d],
];

const CHANNELS: readonly CaptionCase[] = [
  ...([1, 2, 3, 4] as const).map((channel) => ({
    name: `the channel CC${channel}`,
    place: `${CEA_608}, 7.7`,
    frames: script(POP_ON, channel),
    channels: { [`CC${channel}`]: [AB] },
  })),
  {
    name: 'both fields at once, in one message',
    place: SEI,
    frames: triplets(
      pairs(POP_ON).map((pair, at) => [
        triplet(0, pair),
        triplet(1, pairs(POP_ON.replace('ab', 'cd'), 3)[at] ?? [0x80, 0x80]),
      ]),
    ),
    channels: { CC1: [AB], CC3: [[3, 19, 'cd']] },
  },
  {
    name: 'both channels of a field, by turns',
    place: `${CEA_608}, 8.4`,
    frames: [...script(POP_ON, 1), ...script(POP_ON.replace('ab', 'cd'), 2)],
    channels: { CC1: [AB], CC2: [[23, 39, 'cd']] },
  },
  {
    name: 'extended data between the captions of the second field',
    place: `${CEA_608}, 9`,
    frames: [
      ...script('RDC! "ab"', 3),
      ...triplets(EXTENDED_DATA.map(([first, second]) => [triplet(1, [first, second])])),
      ...script(`RDC! "cd" ${REST} EDM!`, 3),
    ],
    channels: { CC3: [[1, 22, 'abcd']] },
  },
  {
    name: 'nothing but empty pairs: no channel',
    place: SEI,
    frames: script('~ '.repeat(100)),
    channels: {},
  },
  { name: 'no captions at all: no channel', place: SEI, frames: [], channels: {} },
];

const [DSW, HDW, DLW] = [0x89, 0x8a, 0x8c];
/** Packets of a service, each with its frame. */
const packets = (
  service: number,
  all: readonly (readonly [frame: number, codes: readonly number[]])[],
): Units[] => {
  const made = packets708(all.map(([, codes]) => ({ service, codes })));
  const frames = silence(100);
  for (const [at, [frame]] of all.entries()) frames[frame] = [seiOf([made[at] ?? []])];
  return frames;
};

const SERVICES: readonly CaptionCase[] = [
  ...[1, 2, 9].map((service) => ({
    name: `the service ${service}`,
    place: `${CEA_708}, 6.2`,
    frames: packets(service, [
      [5, [...defineWindow(0), ...codesOf('ab')]],
      [30, [DLW, 1]],
    ]),
    channels: { [`708-${service}`]: [[5, 30, 'ab']] as const },
  })),
  {
    name: 'a window that is filled unseen, displayed and hidden',
    place: `${CEA_708}, 8.10.5`,
    frames: packets(1, [
      [5, [...defineWindow(0, { isVisible: false }), ...codesOf('ab')]],
      [20, [DSW, 1]],
      [45, [HDW, 1]],
    ]),
    channels: { '708-1': [[20, 45, 'ab']] },
  },
  {
    name: 'a service that repeats CC1: offered once',
    place: `${CEA_708}, 4.3; most broadcasts`,
    frames: together(
      script(POP_ON),
      packets(1, [
        [3, [...defineWindow(0), ...codesOf('ab')]],
        [19, [DLW, 1]],
      ]),
    ),
    channels: { CC1: [AB] },
  },
];

const POP = pairs(POP_ON).map((pair) => triplet(0, pair));
const OTHER = pairs(POP_ON.replace('ab', 'cd'), 3).map((pair) => triplet(1, pair));
/** From the year 1 to 2026, in ticks. */
const YEAR_ONE = 639_000_000_000_000_000n;
const protectedBy = (clean: string) =>
  clean.replace(
    '  <StreamIndex',
    `  <Protection><ProtectionHeader SystemID="${PLAYREADY}">${header('4.0.0.0', `<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${kid(ONE)}</KID>`)}</ProtectionHeader></Protection>\n  <StreamIndex`,
  );
const whole = (text: string) => ({ frames: script(text), channels: { CC1: [AB] } });

const CARRIAGE: readonly CaptionCase[] = [
  {
    name: 'two messages in one NAL unit, a field each',
    place: 'encoders that split fields',
    frames: POP.map((first, at) => [seiOf([[first], [OTHER[at] ?? first]])]),
    channels: { CC1: [AB], CC3: [[3, 19, 'cd']] },
  },
  {
    name: 'a NAL unit for each field',
    place: 'encoders that split fields',
    frames: POP.map((first, at) => [seiOf([[first]]), seiOf([[OTHER[at] ?? first]])]),
    channels: { CC1: [AB], CC3: [[3, 19, 'cd']] },
  },
  {
    name: 'bytes that need emulation prevention beside the captions',
    place: 'ITU-T H.264, 7.4.1',
    frames: POP.map((first) => [seiOf([[first, triplet(2, [0, 0]), triplet(2, [0, 1])]])]),
    channels: { CC1: [AB] },
  },
  { name: 'pictures at times past 2^53', place: 'IIS live archives', shift: YEAR_ONE, ...whole(POP_ON) },
  {
    name: 'pictures encrypted but for what is no slice',
    place: 'PIFF 1.1, 5.3.2; ISO/IEC 23001-7, 9.5',
    manifest: protectedBy,
    lock: (fragment) => lock(fragment, ONE, true),
    drm,
    ...whole(POP_ON),
  },
  {
    name: 'seeks to and fro: the same captions, once',
    place: 'players that decode from where they are',
    seeks: [3, 0.1, 2.2, 0],
    frames: [...script(POP_ON), ...silence(40), ...script(POP_ON.replace('ab', 'cd'))],
    channels: { CC1: [AB, [63, 79, 'cd']] },
  },
  {
    name: 'another quality in the middle of a caption: once',
    place: 'levels that carry the same captions',
    isQualityChanged: true,
    frames: [...silence(30), ...script(`RCL! 1470! "ab" EOC! ${REST}${REST} EDM!`)],
    channels: { CC1: [[33, 64, 'ab']] },
  },
];

/** Captions in the picture, by chapter. */
export const CAPTION_CHAPTERS: Readonly<Record<string, readonly CaptionCase[]>> = {
  'Modes of CEA-608': MODES,
  'Channels of CEA-608': CHANNELS,
  'Services of CEA-708': SERVICES,
  'Captions in pictures': CARRIAGE,
};

/** What is not played; unit tests cover it. */
export const UNPLAYED_CAPTIONS = {
  hevc: { name: 'captions in H.265', place: 'ITU-T H.265, D.2.6' },
  reordered: {
    name: 'captions of pictures that are not in display order',
    place: 'ITU-T H.264, 7.4.1',
    reason: 'the pictures of the sample are in display order',
  },
  sealed: {
    name: 'pictures encrypted as wholes',
    place: 'PIFF 1.1, 5.3.2',
    reason: 'Chromium refuses to append H.264 that is encrypted as wholes',
  },
} as const;
