import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { ticks, timescale } from '../../../src/base/time.ts';
import type { QualityLevel } from '../../../src/manifest/presentation.ts';
import { replaceStartCodes } from '../../../src/transmux/annex-b.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { completeLevel, readTellingSample } from '../../../src/transmux/in-band.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import { box, buildFragment, readBack, u8, u32, u64, uuidBox } from '../../support/fragment-builder.ts';
import fc from '../../support/properties.ts';

/** Fragments of others, kept beside the project. */
const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/fragments', import.meta.url));
const others = existsSync(CORPUS)
  ? readdirSync(CORPUS)
      .filter((file) => file.endsWith('.mp4'))
      .map((file) => ({ file, bytes: readFileSync(join(CORPUS, file)) }))
  : [];
if (others.length === 0) console.info('without the corpus only fragments of our own are changed');

const PIFF = 'a2394f525a9b4f14a2446c427c648df4';
const samples = [100, 20, 30].map((size, i) => ({ size, duration: 400_000, offset: 800_000 - i, flags: 0 }));
const entry = [u64(7n), u8(0, 1, 0, 10), u32(90)];
const clear = { tfxd: { version: 1, time: 90n, duration: 5n }, tfrf: [{ time: 95n, duration: 5n }] } as const;
const OWN = [
  buildFragment({ ...clear, runs: [{ samples, dataOffset: 'auto' }], sdtp: [0x26, 2, 2], tfdt: 5n }),
  buildFragment({
    runs: [{ samples: samples.slice(0, 1) }, { samples: samples.slice(1), dataOffset: 3 }],
    baseDataOffset: 1n << 40n,
    before: [box('styp', u32(1, 2)), box('emsg', u32(0, 0))],
    mdatSize: '64',
  }),
  buildFragment({
    runs: [{ samples: samples.slice(0, 1), dataOffset: 'auto' }],
    extra: [
      uuidBox(PIFF, u32(2, 1), ...entry),
      box('saiz', u32(0), u8(18), u32(1)),
      box('saio', u32(0, 1, 0)),
    ],
    payload: Buffer.concat([u32(1), Buffer.alloc(96)]),
  }),
];

/** Boxes that hold others, those of which all else is opaque. */
const CONTAINERS = new Set(['moof', 'traf', 'moov', 'trak', 'mfra']);
type Tree = { type: string; content: Buffer | Tree[] };

function treeOf(bytes: Buffer): Tree[] {
  const found: Tree[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const isLarge = bytes.readUInt32BE(at) === 1;
    const size = isLarge
      ? Number(bytes.readBigUInt64BE(at + 8))
      : bytes.readUInt32BE(at) || bytes.length - at;
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + (isLarge ? 16 : 8), at + size);
    found.push({ type, content: CONTAINERS.has(type) ? treeOf(content) : Buffer.from(content) });
    at += size;
  }
  return found;
}
const bytesOf = (tree: readonly Tree[]): Buffer =>
  Buffer.concat(
    tree.map(({ type, content }) => box(type, Array.isArray(content) ? bytesOf(content) : content)),
  );
/** All boxes, each with the list that it lies in. */
const placesOf = (list: Tree[]): { list: Tree[]; at: number }[] =>
  list.flatMap(({ content }, at) => [{ list, at }, ...(Array.isArray(content) ? placesOf(content) : [])]);

const ODD_WORDS = [
  0, 1, 2, 7, 8, 16, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x0f01, 0x20039,
];
const TYPES = [
  'free',
  'moof',
  'mdat',
  'traf',
  'trun',
  'tfhd',
  'tfdt',
  'sdtp',
  'senc',
  'saiz',
  'saio',
  'sgpd',
  'sbgp',
  'uuid',
  'ABCD',
];

type Change = (list: Tree[], at: number, number: number) => void;
/** Of `mdat` only the first bytes count: the rest is not read. */
const CHANGES: readonly Change[] = [
  (list, at) => list.splice(at, 1),
  (list, at, number) => list.splice((at + number) % (list.length + 1), 0, ...list.slice(at, at + 1)),
  (list, at, number) => list.splice((at + number) % list.length, 0, ...list.splice(at, 1)),
  (list, at, number) =>
    list.splice(at, 0, { type: TYPES[number % TYPES.length] ?? '', content: u32(number, 0) }),
  (list, at, number) => {
    const one = list[at];
    if (one) list[at] = { ...one, type: TYPES[number % TYPES.length] ?? '' };
  },
  (list, at, number) => {
    const content = list[at]?.content;
    if (Buffer.isBuffer(content) && content.length >= 4) {
      const words = Math.min(16, content.length >> 2);
      content.writeUInt32BE(ODD_WORDS[number % ODD_WORDS.length] ?? 0, 4 * (number % words));
    }
  },
  (list, at, number) => {
    const one = list[at];
    if (one && Buffer.isBuffer(one.content))
      one.content = one.content.subarray(0, number % (one.content.length + 1));
  },
  (list, at, number) => {
    const one = list[at];
    if (one && Buffer.isBuffer(one.content))
      one.content = Buffer.concat([one.content, Buffer.alloc(number % 99)]);
  },
];
/** Done to the bytes at last: nothing, a cut, a size that lies. */
const DAMAGES: readonly ((bytes: Buffer, number: number) => Buffer)[] = [
  (bytes) => bytes,
  (bytes, number) => bytes.subarray(0, number % (bytes.length + 1)),
  (bytes, number) => {
    const head = Math.max(1, Math.min(bytes.length - 4, 200));
    if (bytes.length > 8) bytes.writeUInt32BE(ODD_WORDS[number % ODD_WORDS.length] ?? 0, number % head);
    return bytes;
  },
];

const changed = (bytes: Buffer) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(CHANGES.length - 1), fc.nat(9999), fc.nat(9999)), { maxLength: 4 }),
      fc.tuple(fc.nat(DAMAGES.length - 1), fc.nat(99_999)),
    )
    .map(([changes, [damage, number]]) => {
      const tree = treeOf(bytes);
      for (const [kind, where, how] of changes) {
        const places = placesOf(tree);
        const place = places[where % Math.max(1, places.length)];
        if (place) CHANGES[kind]?.(place.list, place.at, how);
      }
      return DAMAGES[damage]?.(bytesOf(tree), number) ?? bytes;
    });

const LEVELS = ['H264', 'HVC1', 'AACL', 'EC-3'].map(
  (fourCC): QualityLevel => ({
    index: 0,
    bitrate: 1,
    fourCC,
    codec: fourCC === 'EC-3' ? 'ec-3' : undefined,
    codecPrivateData: new Uint8Array(),
    nalUnitLength: 4,
    customAttributes: [],
  }),
);

/** Everything that a fragment goes through; throws what is no typed error, or what came out wrong. */
function survive(input: Buffer, type: 'video' | 'audio'): void {
  const scale = timescale(10_000_000);
  try {
    const transmuxer = new FragmentTransmuxer({
      stream: { type, timescale: scale },
      start: ticks(90),
      duration: ticks(20_000_000),
      origin: ticks(0),
      isLive: input.length % 2 === 0,
      readEncryption: encryptionReader(['0'.repeat(32)]),
    });
    const parts = transmuxer.push(input);
    // Header and table of each sample; no payload is made up.
    expect(parts.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(2048 + 4 * input.length);
    const report = transmuxer.finish();
    if (report.isEmpty) return;
    const segment = Buffer.concat(parts);
    const isSingle = input.indexOf('moof') === input.lastIndexOf('moof');
    if (isSingle) expect(readBack(segment).samples).toHaveLength(report.samples);
    const sample = readTellingSample(parts, report, scale, false);
    for (const level of LEVELS) if (sample) completeLevel(level, sample);
    const [head, ...rest] = parts;
    if (head && !report.isEncrypted) replaceStartCodes(head, rest, 4);
  } catch (error) {
    if (!isSmoothError(error)) throw error;
  }
}

/** More with RUNS in the environment. */
const RUNS = Number(process.env.RUNS ?? 100);
describe('a fragment whose boxes are changed is mended or refused by name', () => {
  test.each([...OWN.map((bytes, index) => ({ file: `our own ${index}`, bytes })), ...others])(
    '$file',
    ({ bytes }) => {
      const type = fc.constantFrom('video' as const, 'audio' as const);
      const numRuns = Math.min(2 * RUNS, Math.ceil((RUNS * 20_000) / bytes.length));
      fc.assert(fc.property(changed(bytes), type, survive), { numRuns });
    },
  );
});
