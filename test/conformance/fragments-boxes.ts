import { type Case, plays } from './case.ts';
import { box, fullBox, type Layout, longs, type Opened, open, words, write } from './fragment-tools.ts';

/** Every fragment written down in another way; its samples stay. */
const laidOut = (layout: Layout) => (clean: Buffer) => write(open(clean), layout);

const withBoxes =
  ({
    before = [],
    after = [],
  }: {
    readonly before?: readonly Buffer[];
    readonly after?: readonly Buffer[];
  }) =>
  (clean: Buffer) =>
    Buffer.concat([...before, clean, ...after]);

const VENDOR = Buffer.from('3c2fe51befee40a3ae815300199dc348', 'hex');
const styp = box('styp', Buffer.from('msdh\0\0\0\0msdhmsix', 'latin1'));
const sidx = fullBox('sidx', 0, 0, words(1, 10_000_000, 0, 0, 1, 1000, 20_000_000, 0x9000_0000));
const emsg = fullBox('emsg', 0, 0, Buffer.from('urn:x\0\0'), words(1, 0, 0, 1), Buffer.from('told'));
const prft = fullBox('prft', 1, 0, words(1), longs(0x1234_5678n, 0n));
const free = box('free', Buffer.alloc(33));
const unknown = box('Ab©1', Buffer.from('whatever'));
const vendor = box('uuid', VENDOR, Buffer.from('<x/>'));

/** As many fragments as asked for, one behind another, of the samples of one. */
function split({ samples, payload }: Opened, parts: number, layout: Layout = {}): Buffer {
  const each = Math.ceil(samples.length / parts);
  const pieces = Array.from({ length: parts }, (_, part) => {
    const own = samples.slice(part * each, (part + 1) * each);
    const from = own[0]?.offset ?? 0;
    const size = own.reduce((sum, sample) => sum + sample.size, 0);
    const moved = own.map((sample) => ({ ...sample, offset: sample.offset - from }));
    return write(
      { samples: moved, payload: payload.subarray(from, from + size) },
      { ...layout, sequence: part },
    );
  });
  return Buffer.concat(pieces);
}

/** The samples of a fragment in two `traf` of one track. */
function inTwoTracks(clean: Buffer): Buffer {
  const { samples, payload } = open(clean);
  const half = Math.ceil(samples.length / 2);
  const halves = [samples.slice(0, half), samples.slice(half)].map((own) => {
    const from = own[0]?.offset ?? 0;
    const moved = own.map((sample) => ({ ...sample, offset: sample.offset - from }));
    return write({ samples: moved, payload }, { dataOffset: () => undefined });
  });
  const trafs = halves.map((fragment) => fragment.subarray(24, fragment.readUInt32BE(0)));
  const mfhd = halves[0]?.subarray(8, 24) ?? Buffer.alloc(0);
  return Buffer.concat([box('moof', mfhd, ...trafs), box('mdat', payload)]);
}

/** The size that `mdat` says, changed. */
const mdatLargerBy = (bytes: number) => (clean: Buffer) => {
  const changed = Buffer.from(clean);
  const at = changed.readUInt32BE(0);
  changed.writeUInt32BE(changed.readUInt32BE(at) + bytes, at);
  return changed;
};

function mdatFirst(clean: Buffer): Buffer {
  const written = write(open(clean));
  const size = written.readUInt32BE(0);
  return Buffer.concat([written.subarray(size), written.subarray(0, size)]);
}

/** Where samples lie, and what lies about them. [MS-SSTR] 2.2.4, ISO/IEC 14496-12. */
export const FRAGMENTS_BOXES: readonly Case[] = [
  ...[
    { name: 'data offsets that forget a box', dataOffset: (right: number) => right - 61 },
    { name: 'data offsets of 0', dataOffset: () => 0 },
    { name: 'data offsets below 0', dataOffset: (right: number) => right - 5000 },
    { name: 'data offsets behind the end', dataOffset: (right: number) => right + 5_000_000 },
    { name: 'data offsets counted from mdat', dataOffset: () => 8 },
    { name: 'no data offsets', dataOffset: () => undefined },
  ].map(
    ({ name, dataOffset }): Case => ({
      name,
      place: 'ISO/IEC 14496-12, 8.8.8; origins that insert boxes',
      fragment: laidOut({ dataOffset }),
      expect: plays({ repairs: ['data-offset'] }),
    }),
  ),
  {
    name: 'a base for offsets, of a file that is not there',
    place: 'ISO/IEC 14496-12, 8.8.7; .ismv cut verbatim',
    fragment: laidOut({ base: 123_456_789n }),
    expect: plays({ repairs: ['base-data-offset'] }),
  },
  {
    name: 'a base for offsets, which themselves count within the file',
    place: 'ISO/IEC 14496-12, 8.8.7; .ismv cut verbatim',
    fragment: laidOut({ base: 0n, dataOffset: (right) => right + 77_000_000 }),
    expect: plays({ repairs: ['base-data-offset'] }),
  },
  {
    name: 'samples in several runs',
    place: '[MS-SSTR] 2.2.4.7',
    fragment: laidOut({ runs: 4 }),
    expect: plays(),
  },
  {
    name: 'several runs, the offset of the first alone',
    place: 'ISO/IEC 14496-12, 8.8.8',
    fragment: laidOut({ runs: 3, dataOffset: (right, run) => (run === 0 ? right : undefined) }),
    expect: plays(),
  },
  {
    name: 'several runs, all stale by as much',
    place: 'ISO/IEC 14496-12, 8.8.8',
    fragment: laidOut({ runs: 4, dataOffset: (right) => right - 61 }),
    expect: plays({ repairs: ['data-offset'] }),
  },
  {
    name: 'a track id of its own for each level',
    place: '[MS-SSTR] 2.2.4.6; IIS',
    fragment: (clean, { bitrate }) => laidOut({ trackId: bitrate % 251 })(clean),
    expect: plays(),
  },
  {
    name: 'a track id of 0',
    place: 'ISO/IEC 14496-12, 8.3.2: forbidden',
    fragment: laidOut({ trackId: 0 }),
    expect: plays(),
  },
  {
    name: 'sequence numbers that count down',
    place: '[MS-SSTR] 2.2.4.5',
    fragment: (clean, { time }) => laidOut({ sequence: Number(4_294_967_295n - time / 10_000_000n) })(clean),
    expect: plays(),
  },
  {
    name: 'mdat up to the end',
    place: 'ISO/IEC 14496-12, 4.2: size 0',
    fragment: laidOut({ mdat: 'open' }),
    expect: plays({ repairs: ['mdat-size'] }),
  },
  {
    name: 'sizes in 64 bits',
    place: 'ISO/IEC 14496-12, 4.2: size 1',
    fragment: laidOut({ mdat: 'long', isLongMoof: true }),
    expect: plays(),
  },
  ...[
    { name: 'styp and sidx', before: [styp, sidx] },
    { name: 'prft', before: [prft] },
    { name: 'emsg', before: [emsg] },
    { name: 'free, and vendors’ boxes', before: [free, vendor, unknown, box('skip')] },
  ].map(
    ({ name, before }): Case => ({
      name: `${name} before moof`,
      place: 'ISO/IEC 14496-12, 8.16; SSTR-HEVC; CMAF origins',
      fragment: withBoxes({ before }),
      expect: plays({ repairs: ['skipped-boxes'] }),
    }),
  ),
  {
    name: 'boxes between moof and mdat',
    place: 'ISO/IEC 14496-12, 8.1',
    fragment: laidOut({ between: [free, emsg, vendor] }),
    expect: plays({ repairs: ['skipped-boxes'] }),
  },
  {
    name: 'boxes behind mdat',
    place: 'mfra of files cut too late',
    fragment: withBoxes({ after: [free, box('mfra', fullBox('mfro', 0, 0, words(24))), unknown] }),
    expect: plays(),
  },
  {
    name: 'bytes behind mdat that are no box',
    place: 'padding',
    fragment: withBoxes({ after: [Buffer.from('\0\0\0\0\0\0\0\0<!-- -->')] }),
    expect: plays(),
  },
  {
    name: 'room behind the last sample',
    place: 'ISO/IEC 14496-12, 8.1.1',
    fragment: (clean) => {
      const { samples, payload } = open(clean);
      return write({ samples, payload: Buffer.concat([payload, Buffer.alloc(100, 7)]) });
    },
    expect: plays(),
  },
  {
    name: 'room in front of the first sample',
    place: 'ISO/IEC 14496-12, 8.8.8',
    fragment: (clean) => {
      const { samples, payload } = open(clean);
      const moved = samples.map((sample) => ({ ...sample, offset: sample.offset + 100 }));
      return write({ samples: moved, payload: Buffer.concat([Buffer.alloc(100, 7), payload]) });
    },
    expect: plays(),
  },
  {
    name: 'boxes in traf in another order',
    place: '[MS-SSTR] 2.2.4.4: tfxd before trun; vendors’ boxes',
    fragment: laidOut({ early: [vendor, free, unknown], late: [box('tfhX'), vendor] }),
    expect: plays(),
  },
  {
    name: 'a second traf, which is empty',
    place: 'ISO/IEC 14496-12, 8.8.6',
    fragment: laidOut({ second: box('traf', fullBox('tfhd', 0, 0, words(2))) }),
    expect: plays(),
  },
  {
    name: 'two traf of one track',
    place: 'ISO/IEC 14496-12, 8.8.6: zero or more for each track',
    fragment: inTwoTracks,
    expect: plays({ repairs: ['data-offset'] }),
  },
  {
    name: 'mdat before moof',
    place: 'ISO/IEC 14496-12, 8.1.1: any order',
    fragment: mdatFirst,
    expect: plays({ repairs: ['skipped-boxes', 'data-offset'] }),
  },
  {
    name: 'an mdat that says it is larger',
    place: 'packagers that reserve room',
    fragment: mdatLargerBy(4096),
    expect: plays({ repairs: ['mdat-size'] }),
  },
  {
    name: 'an mdat that forgets its header in its size',
    place: 'encoders that miscount',
    fragment: mdatLargerBy(-8),
    expect: plays({ frames: [0, 98], duration: 4, repairs: ['lost-samples'] }),
  },
  {
    name: 'a line break and a byte order mark in front',
    place: 'scripts that hand fragments out',
    fragment: withBoxes({ before: [Buffer.from('\ufeff\r\n')] }),
    expect: plays({ repairs: ['skipped-boxes'] }),
  },
  {
    name: 'two fragments in one response',
    place: 'origins that join fragments; CMAF chunks',
    fragment: (clean) => split(open(clean), 2),
    expect: plays(),
  },
  {
    name: 'five fragments in one response, flags in none',
    place: 'origins that join fragments; CMAF chunks',
    fragment: (clean, { stream }) => split(open(clean), 5, stream === 'video' ? { flags: 'none' } : {}),
    expect: plays({ repairs: ['sync-flags'] }),
  },
  {
    name: 'two fragments in one response, boxes about each',
    place: 'CMAF chunks',
    fragment: (clean) => {
      const half = split(open(clean), 2);
      const size = half.readUInt32BE(0);
      const end = size + half.readUInt32BE(size);
      return Buffer.concat([styp, half.subarray(0, end), prft, emsg, half.subarray(end), free]);
    },
    expect: plays({ repairs: ['skipped-boxes'] }),
  },
];
