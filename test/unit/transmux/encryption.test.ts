import { createCipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { ticks, timescale } from '../../../src/base/time.ts';
import type { QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import type { Encryption } from '../../../src/transmux/encryption.ts';
import { type FragmentReport, FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { createInitSegment } from '../../../src/transmux/init-segment.ts';
import type { FragmentContext } from '../../../src/transmux/movie-fragment.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import { decrypt, readGroupKey, readScheme, trafBoxes } from '../../support/decrypt.ts';
import {
  box,
  buildFragment,
  countedBytes,
  type FragmentSpec,
  readBack,
  u8,
  u32,
  uuidBox,
} from '../../support/fragment-builder.ts';
import fc from '../../support/properties.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
const ID = '00112233445566778899aabbccddeeff';
const SWAPPED = '33221100554477668899aabbccddeeff';
const OTHER = 'ffeeddccbbaa99887766554433221100';
const PIFF = 'a2394f525a9b4f14a2446c427c648df4';
const CONTEXT: FragmentContext = {
  stream: { type: 'audio', timescale: timescale(10_000_000) },
  start: ticks(0),
  duration: ticks(1_200_000),
  origin: ticks(0),
  readEncryption: encryptionReader([ID]),
};

function transmux(
  input: Buffer,
  more: Partial<FragmentContext> = {},
): { segment: Buffer; report: FragmentReport } {
  const transmuxer = new FragmentTransmuxer({ ...CONTEXT, ...more });
  const segment = Buffer.concat(transmuxer.push(input));
  return { segment, report: transmuxer.finish() };
}

type Subsamples = readonly (readonly [clear: number, encrypted: number])[];
interface Recipe {
  readonly sizes: readonly number[];
  readonly ivSize: 8 | 16;
  /** For each sample; none: whole samples. */
  readonly subsamples?: readonly Subsamples[];
  readonly box?: 'uuid' | 'senc';
  readonly override?: { readonly algorithm?: number; readonly keyId: string };
  readonly more?: readonly Buffer[];
  /** Whether `trun` counts the last sample without a row for it. */
  readonly isLacking?: boolean;
}

const u16 = (value: number) => u8(value >> 8, value);

/** A fragment of counted bytes, encrypted as told. */
function encrypted(recipe: Recipe): { fragment: Buffer; clear: Buffer[] } {
  const { sizes, ivSize, subsamples, override } = recipe;
  const whole = countedBytes(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  const clear = sizes.map((size) => {
    at += size;
    return whole.subarray(at - size, at);
  });
  const entries: Buffer[] = [];
  const payload = clear.map((sample, i) => {
    const iv = Buffer.alloc(16);
    iv.writeUInt32BE(i + 1, 4);
    const cipher = createCipheriv('aes-128-ctr', KEY, iv);
    const pairs = subsamples?.[i];
    entries.push(iv.subarray(0, ivSize));
    if (!subsamples) return cipher.update(sample);
    entries.push(u16(pairs?.length ?? 0), ...(pairs ?? []).flatMap(([c, e]) => [u16(c), u32(e)]));
    let from = 0;
    return Buffer.concat(
      (pairs ?? []).flatMap(([c, e]) => {
        from += c + e;
        return [sample.subarray(from - c - e, from - e), cipher.update(sample.subarray(from - e, from))];
      }),
    );
  });
  const flags = (override ? 1 : 0) | (subsamples ? 2 : 0);
  const head = override
    ? [u32(((override.algorithm ?? 1) << 8) | ivSize), Buffer.from(override.keyId, 'hex')]
    : [];
  const content = [u32(flags), ...head, u32(sizes.length), ...entries];
  const own = recipe.box === 'senc' ? box('senc', ...content) : uuidBox(PIFF, ...content);
  const spec: FragmentSpec = {
    defaultDuration: 400_000,
    runs: [
      {
        samples: sizes.slice(0, recipe.isLacking ? -1 : undefined).map((size) => ({ size })),
        dataOffset: 'auto',
        count: sizes.length,
      },
    ],
    extra: [own, ...(recipe.more ?? [])],
    payload: Buffer.concat(payload),
  };
  return { fragment: buildFragment(spec), clear };
}

const SIZES = [90, 21, 300];
const PAIRS: Subsamples[] = [
  [[5, 85]],
  [[21, 0]],
  [
    [5, 95],
    [5, 195],
  ],
];

describe('sample encryption becomes senc, saiz and saio', () => {
  test.each<Recipe & { name: string }>([
    { name: 'PIFF, whole samples, 8-byte vectors', sizes: SIZES, ivSize: 8 },
    { name: 'PIFF, whole samples, 16-byte vectors', sizes: SIZES, ivSize: 16 },
    { name: 'PIFF, subsamples, 8-byte vectors', sizes: SIZES, ivSize: 8, subsamples: PAIRS },
    { name: 'PIFF, subsamples, 16-byte vectors', sizes: SIZES, ivSize: 16, subsamples: PAIRS },
    { name: 'senc, whole samples', sizes: SIZES, ivSize: 8, box: 'senc' },
    { name: 'senc, subsamples', sizes: SIZES, ivSize: 16, box: 'senc', subsamples: PAIRS },
    {
      name: 'PIFF with an override that changes nothing',
      sizes: SIZES,
      ivSize: 8,
      override: { keyId: ID },
    },
    {
      name: 'stale saiz and saio',
      sizes: SIZES,
      ivSize: 8,
      subsamples: PAIRS,
      more: [box('saiz', u32(0), u8(8), u32(3)), box('saio', u32(0, 1, 99999))],
    },
  ])('$name', (recipe) => {
    const { fragment, clear } = encrypted(recipe);
    const { segment, report } = transmux(fragment);
    expect(report.encryption).toEqual({ keyId: ID, ivSize: recipe.ivSize });
    expect(decrypt(segment, KEY, recipe.ivSize)).toEqual(clear);
    expect([...trafBoxes(segment).keys()]).toEqual(['tfhd', 'tfdt', 'trun', 'senc', 'saiz', 'saio']);
    // The same again, where the init segment before it is known.
    expect(transmux(fragment, { encryption: report.encryption }).segment).toEqual(segment);
  });

  test('whatever the samples and subsamples are', () => {
    const sample = fc.array(fc.tuple(fc.nat(40), fc.nat(200)), { minLength: 1, maxLength: 6 });
    const recipe = fc.record({
      subsamples: fc.array(sample, { minLength: 1, maxLength: 12 }),
      ivSize: fc.constantFrom<8 | 16>(8, 16),
      isPiff: fc.boolean(),
    });
    fc.assert(
      fc.property(recipe, ({ subsamples, ivSize, isPiff }) => {
        const sizes = subsamples.map((pairs) => pairs.reduce((sum, [c, e]) => sum + c + e, 0));
        fc.pre(sizes.some((size) => size > 0));
        const { fragment, clear } = encrypted({
          sizes,
          ivSize,
          subsamples,
          box: isPiff ? 'uuid' : 'senc',
        });
        const { segment, report } = transmux(fragment);
        expect(decrypt(segment, KEY, report.encryption?.ivSize ?? 0)).toEqual(clear);
      }),
      { numRuns: 200 },
    );
  });

  test('entries too long for saiz stand in senc alone', () => {
    const many: Subsamples = Array.from({ length: 60 }, () => [1, 4]);
    const { fragment } = encrypted({ sizes: [300], ivSize: 8, subsamples: [many] });
    const boxes = trafBoxes(transmux(fragment).segment);
    expect([...boxes.keys()]).toEqual(['tfhd', 'tfdt', 'trun', 'senc']);
    const senc = boxes.get('senc');
    expect((senc?.end ?? 0) - (senc?.start ?? 0)).toBe(8 + 8 + 2 + 360);
  });
});

describe('entries of samples that are lost are left out', () => {
  const EACH: readonly { readonly box: 'uuid' | 'senc'; readonly subsamples?: Subsamples[] }[] = [
    { box: 'uuid' },
    { box: 'senc', subsamples: PAIRS },
  ];

  test.each(EACH)('where an mdat is too small for the last one: $box', (form) => {
    const sizes = [400, 300, 21];
    const subsamples = form.subsamples && { subsamples: sizes.map((size): Subsamples => [[5, size - 5]]) };
    const { fragment, clear } = encrypted({ sizes, ivSize: 8, box: form.box, ...subsamples });
    const mdat = fragment.indexOf('mdat') - 4;
    fragment.writeUInt32BE(fragment.readUInt32BE(mdat) - 8, mdat);
    const { segment, report } = transmux(fragment);
    expect(report.repairs).toContainEqual({ kind: 'lost-samples', count: 1 });
    expect(decrypt(segment, KEY, 8)).toEqual(clear.slice(0, 2));
  });

  test.each(EACH)('where trun has no row for the last one: $box', (form) => {
    const { fragment, clear } = encrypted({ sizes: SIZES, ivSize: 8, ...form, isLacking: true });
    const { segment, report } = transmux(fragment);
    expect(report.repairs).toContainEqual({ kind: 'lost-samples', count: 1 });
    expect(decrypt(segment, KEY, 8)).toEqual(clear.slice(0, -1));
  });

  test('where their number is neither that of the rows nor that of the samples: an error', () => {
    const { fragment } = encrypted({ sizes: SIZES, ivSize: 8 });
    fragment.writeUInt32BE(SIZES.length + 1, fragment.indexOf(Buffer.from(PIFF, 'hex')) + 20);
    expect(() => transmux(fragment)).toThrow('fragment-malformed');
  });
});

describe('several traf of one track, each with its own entries', () => {
  /** The second `traf` of a fragment goes into the first, and its samples follow. */
  function joinedTrafs(first: Recipe, second: Recipe): { fragment: Buffer; clear: Buffer[] } {
    const [one, two] = [encrypted(first), encrypted(second)];
    const size = (bytes: Buffer) => bytes.readUInt32BE(0);
    const [moof, other] = [one, two].map(({ fragment }) => fragment.subarray(0, size(fragment))) as [
      Buffer,
      Buffer,
    ];
    const [payload, added] = [one, two].map(({ fragment }) => fragment.subarray(size(fragment) + 8)) as [
      Buffer,
      Buffer,
    ];
    const at = other.indexOf('traf') - 4;
    const traf = Buffer.from(other.subarray(at, at + other.readUInt32BE(at)));
    const fragment = Buffer.concat([
      moof,
      traf,
      u32(8 + payload.length + added.length),
      Buffer.from('mdat'),
      payload,
      added,
    ]);
    const head = moof.length + traf.length;
    fragment.writeUInt32BE(head, 0);
    fragment.writeInt32BE(head + 8, fragment.indexOf('trun') + 12);
    fragment.writeInt32BE(head + 8 + payload.length, fragment.indexOf('trun', moof.length) + 12);
    return { fragment, clear: [...one.clear, ...two.clear] };
  }

  test.each<{ name: string; first: Recipe; second: Recipe }>([
    { name: 'whole samples', first: { sizes: SIZES, ivSize: 8 }, second: { sizes: [60, 70], ivSize: 8 } },
    {
      name: 'subsamples in one of them',
      first: { sizes: SIZES, ivSize: 8, subsamples: PAIRS },
      second: { sizes: [60, 70], ivSize: 8, box: 'senc' },
    },
  ])('$name', ({ first, second }) => {
    const { fragment, clear } = joinedTrafs(first, second);
    const { segment, report } = transmux(fragment);
    expect(report.encryption).toEqual({ keyId: ID, ivSize: 8 });
    expect(decrypt(segment, KEY, 8)).toEqual(clear);
  });

  test('and with keys of their own', () => {
    const second: Recipe = { sizes: [60, 70], ivSize: 8, override: { keyId: OTHER } };
    const { segment, report } = transmux(joinedTrafs({ sizes: SIZES, ivSize: 8 }, second).fragment);
    const sbgp = trafBoxes(segment).get('sbgp');
    expect(report.encryption?.keyId).toBe(ID);
    expect(segment.toString('hex', (sbgp?.end ?? 0) - 16, sbgp?.end)).toBe(
      '00000003000100010000000200010002',
    );
  });
});

describe('saiz and saio without senc', () => {
  /** The same fragment with its entries in a box that nobody knows. */
  function scattered(recipe: Recipe, shift = 0, offsets = 1): { fragment: Buffer; clear: Buffer[] } {
    const { sizes, ivSize, subsamples } = recipe;
    const own = subsamples?.map((pairs) => ivSize + 2 + 6 * pairs.length);
    const saiz = own ? [u8(0), u32(sizes.length), u8(...own)] : [u8(ivSize), u32(sizes.length)];
    const more = [
      box('saiz', u32(0), ...saiz),
      box('saio', u32(0, offsets, ...new Array(offsets).fill(0x7fffff))),
    ];
    const { fragment, clear } = encrypted({ ...recipe, box: 'senc', more });
    const senc = fragment.indexOf('senc');
    fragment.write('abcd', senc);
    fragment.writeUInt32BE(senc + 12 + shift, fragment.indexOf('saio') + 12);
    return { fragment, clear };
  }

  test.each<Recipe & { name: string }>([
    { name: 'one size for all', sizes: SIZES, ivSize: 8 },
    { name: 'one size for all, 16-byte vectors', sizes: SIZES, ivSize: 16 },
    { name: 'subsamples', sizes: SIZES, ivSize: 8, subsamples: PAIRS },
    { name: 'subsamples, 16-byte vectors', sizes: SIZES, ivSize: 16, subsamples: PAIRS },
    {
      name: 'a subsample each, as long as a vector of 16 bytes',
      sizes: SIZES,
      ivSize: 8,
      subsamples: SIZES.map((size) => [[5, size - 5]]),
    },
  ])('$name: senc is made of what they tell of', (recipe) => {
    const { fragment, clear } = scattered(recipe);
    const { segment, report } = transmux(fragment);
    expect(report.encryption).toEqual({ keyId: ID, ivSize: recipe.ivSize });
    expect(decrypt(segment, KEY, recipe.ivSize)).toEqual(clear);
    expect([...trafBoxes(segment).keys()]).toEqual(['tfhd', 'tfdt', 'trun', 'senc', 'saiz', 'saio']);
  });

  test.each([
    { name: 'beyond moof', shift: 100_000, offsets: 1 },
    { name: 'in several places', shift: 0, offsets: 2 },
  ])('$name: an error, and no noise', ({ shift, offsets }) => {
    const { fragment } = scattered({ sizes: SIZES, ivSize: 8 }, shift, offsets);
    let code: string | undefined;
    try {
      transmux(fragment);
    } catch (error) {
      code = isSmoothError(error) ? error.code : String(error);
    }
    expect(code).toBe('drm-scheme-unsupported');
  });

  test('of something else than encryption are not looked at', () => {
    const typed = (type: string, ...content: Buffer[]) =>
      box(type, u32(1), Buffer.from('prft'), u32(0), ...content);
    const clear = buildFragment({
      defaultDuration: 400_000,
      runs: [{ samples: SIZES.map((size) => ({ size })), dataOffset: 'auto' }],
      extra: [typed('saiz', u8(8), u32(SIZES.length)), typed('saio', u32(1, 0x7fffff))],
    });
    expect(transmux(clear).report.isEncrypted).toBe(false);
  });
});

describe('keys of a fragment’s own', () => {
  const track: Encryption = { keyId: ID, ivSize: 8 };

  test.each([
    { name: 'the track’s', keyId: ID, reported: ID, group: undefined },
    { name: 'the track’s in the other byte order', keyId: SWAPPED, reported: ID, group: undefined },
    { name: 'another', keyId: OTHER, reported: OTHER, group: { isProtected: 1, ivSize: 8, keyId: OTHER } },
  ])('override: $name', ({ keyId, reported, group }) => {
    const { fragment, clear } = encrypted({ sizes: SIZES, ivSize: 8, override: { keyId } });
    const { segment, report } = transmux(fragment, { encryption: track });
    expect(report.encryption).toEqual({ keyId: reported, ivSize: 8 });
    expect(readGroupKey(segment)).toEqual(group);
    expect(decrypt(segment, KEY, 8)).toEqual(clear);
  });

  test('vectors of another length than the track’s', () => {
    const { segment } = transmux(encrypted({ sizes: SIZES, ivSize: 16 }).fragment, { encryption: track });
    expect(readGroupKey(segment)).toEqual({ isProtected: 1, ivSize: 16, keyId: ID });
  });

  const grouped = (members: readonly number[]) => {
    const entry = [u8(0, 0, 1, 8), Buffer.from(OTHER, 'hex')];
    const more = [
      box('sgpd', u32(0x1000000), Buffer.from('seig'), u32(20, 1), ...entry),
      box('sbgp', u32(0), Buffer.from('seig'), u32(members.length / 2, ...members)),
    ];
    return encrypted({ sizes: SIZES, ivSize: 8, box: 'senc', more }).fragment;
  };

  test.each([
    { name: 'one run', members: [SIZES.length, 0x10001] },
    { name: 'several runs', members: [1, 0x10001, SIZES.length - 1, 0x10001] },
  ])('a sample group that names one key for all samples, in $name', ({ members }) => {
    const { segment, report } = transmux(grouped(members), { encryption: track });
    expect(report.encryption?.keyId).toBe(OTHER);
    expect(readGroupKey(segment)).toEqual({ isProtected: 1, ivSize: 8, keyId: OTHER });
  });

  test.each([
    { name: 'of some samples alone', members: [1, 0x10001], groups: '00000001 00010001 00000002 00010002' },
    {
      name: 'between others',
      members: [1, 0, 1, 0x10001, 1, 0],
      groups: '00000001 00010001 00000001 00010002 00000001 00010001',
    },
    { name: 'that goes beyond them', members: [99, 0x10001], groups: '00000003 00010001' },
  ])('a sample group $name keeps its key, and the rest theirs', ({ members, groups }) => {
    const { segment, report } = transmux(grouped(members), { encryption: track });
    const ids = groups.includes('00010002') ? (members[1] === 0 ? [ID, OTHER] : [OTHER, ID]) : [OTHER];
    const { sgpd, sbgp } = Object.fromEntries(trafBoxes(segment));
    expect(report.encryption?.keyId).toBe(ids[0]);
    expect(report.keyIds).toEqual(ids);
    expect(segment.toString('hex', sgpd?.start, sgpd?.end)).toBe(
      `0100000073656967${'00000014'}0000000${ids.length}${ids.map((id) => `00000108${id}`).join('')}`,
    );
    expect(segment.toString('hex', sbgp?.start, sbgp?.end)).toBe(
      `0000000073656967${(groups.length / 18 + 1 / 18).toString(16).padStart(8, '0')}${groups.replaceAll(' ', '')}`,
    );
    expect([...trafBoxes(segment).keys()]).toEqual([
      'tfhd',
      'tfdt',
      'trun',
      'senc',
      'saiz',
      'saio',
      'sgpd',
      'sbgp',
    ]);
  });

  test.each([
    { name: 'with subsamples, each with an entry', subsamples: PAIRS, clearEntry: u16(0) },
    { name: 'with subsamples, without entries of their own', subsamples: PAIRS, clearEntry: u8() },
    { name: 'whole', subsamples: undefined, clearEntry: u8() },
  ])('clear samples among encrypted ones, $name, are covered by entries', ({ subsamples, clearEntry }) => {
    const more = [
      box('sgpd', u32(0x1000000), Buffer.from('seig'), u32(20, 1), Buffer.alloc(20)),
      box('sbgp', u32(0), Buffer.from('seig'), u32(1, 1, 0x10001)),
    ];
    const spec = { sizes: SIZES, ivSize: 8, box: 'senc' } as const;
    const { fragment, clear } = encrypted(subsamples ? { ...spec, subsamples, more } : { ...spec, more });
    // The first sample is clear, and its entry is none.
    const senc = fragment.indexOf('senc') - 4;
    const entry = subsamples ? 8 + 2 + 6 : 8;
    const cut = Buffer.concat([
      fragment.subarray(0, senc + 16),
      clearEntry,
      fragment.subarray(senc + 16 + entry),
    ]);
    const shrunk = cut.length - fragment.length;
    for (const type of ['moof', 'traf', 'senc']) {
      const at = cut.indexOf(type) - 4;
      cut.writeUInt32BE(cut.readUInt32BE(at) + shrunk, at);
    }
    clear[0]?.copy(cut, cut.indexOf('mdat') + 4);
    const { segment, report } = transmux(cut);
    expect(report.encryption).toEqual({ keyId: ID, ivSize: 8 });
    expect(decrypt(segment, KEY, 8)).toEqual(clear);
  });

  test('of several moof in one response: the first is for the init segment, the others are in groups', () => {
    const own = (keyId: string) => encrypted({ sizes: SIZES, ivSize: 8, override: { keyId } }).fragment;
    const { segment, report } = transmux(Buffer.concat([own(ID), own(OTHER), own(ID)]));
    expect(report.encryption).toEqual(track);
    expect(report.keyIds).toEqual([ID, OTHER]);
    const second = segment.indexOf('moof', segment.indexOf('mdat')) - 4;
    const third = segment.indexOf('moof', segment.indexOf('mdat', second)) - 4;
    expect(readGroupKey(segment.subarray(0, second))).toBeUndefined();
    expect(readGroupKey(segment.subarray(second, third))).toEqual({
      isProtected: 1,
      ivSize: 8,
      keyId: OTHER,
    });
    expect(readGroupKey(segment.subarray(third))).toBeUndefined();
  });

  test('a sample group of no samples leaves them the track’s key', () => {
    expect(transmux(grouped([SIZES.length, 0])).report.encryption?.keyId).toBe(ID);
  });

  test('clear fragments of an encrypted track say so', () => {
    const clear = buildFragment({
      defaultDuration: 400_000,
      runs: [{ samples: SIZES.map((size) => ({ size })), dataOffset: 'auto' }],
    });
    const { segment, report } = transmux(clear, { encryption: track });
    expect(report.isEncrypted).toBe(false);
    expect(readGroupKey(segment)).toEqual({ isProtected: 0, ivSize: 0, keyId: '0'.repeat(32) });
    expect([...trafBoxes(transmux(clear).segment).keys()]).toEqual(['tfhd', 'tfdt', 'trun']);
  });

  test('an override to no algorithm makes samples clear', () => {
    const { fragment } = encrypted({ sizes: SIZES, ivSize: 8, override: { algorithm: 0, keyId: ID } });
    expect(transmux(fragment).report.isEncrypted).toBe(false);
  });
});

describe('what is impossible', () => {
  const codeOf = (fragment: Buffer): string | undefined => {
    try {
      transmux(fragment);
      return undefined;
    } catch (error) {
      return isSmoothError(error) ? error.code : String(error);
    }
  };
  const sizes = SIZES;
  const build = (...content: Buffer[]): Buffer =>
    buildFragment({
      defaultDuration: 1,
      runs: [{ samples: sizes.map((size) => ({ size })) }],
      extra: [uuidBox(PIFF, ...content)],
    });

  test.each([
    { name: 'AES-CBC', override: { algorithm: 2, keyId: ID }, code: 'drm-scheme-unsupported' },
    { name: 'AES-CTR', override: { algorithm: 1, keyId: ID }, code: undefined },
  ])('$name: $code', ({ override, code }) => {
    expect(codeOf(encrypted({ sizes, ivSize: 8, override }).fragment)).toBe(code);
  });

  test.each([
    { name: 'fewer entries than samples', content: [u32(0, 2), Buffer.alloc(16)] },
    { name: 'vectors of 12 bytes', content: [u32(0, 3), Buffer.alloc(36)] },
    { name: 'subsamples beyond their sample', content: [u32(2, 3), Buffer.alloc(3 * 8 + 6, 255)] },
    { name: 'a box that ends in its header', content: [u32(1)] },
  ])('$name', ({ content }) => {
    expect(codeOf(build(...content))).toBe('fragment-malformed');
  });

  test('damage in the box gives a segment or a typed error', () => {
    const { fragment } = encrypted({ sizes, ivSize: 8, subsamples: PAIRS });
    const at = fragment.indexOf(Buffer.from(PIFF, 'hex'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const broken = Buffer.from(fragment);
        for (const [offset, value] of changes) broken[at - 8 + offset] = value;
        const code = codeOf(broken);
        expect([undefined, 'fragment-malformed', 'drm-scheme-unsupported']).toContain(code);
      }),
    );
  });
});

describe('init segments of encrypted tracks', () => {
  const level = (fourCC: string, hex: string): QualityLevel => ({
    index: 0,
    bitrate: 64_000,
    fourCC,
    codec: undefined,
    codecPrivateData: Uint8Array.from(Buffer.from(hex, 'hex')),
    nalUnitLength: 4,
    customAttributes: [],
    width: 64,
    height: 64,
  });
  const stream = (type: 'video' | 'audio') =>
    ({ type, timescale: timescale(10_000_000), displaySize: undefined, language: undefined }) as Stream;
  const avc = `00000001${'6742C00CD981013B011000000300100000030320F142A680'}00000001${'68C96092C8'}`;

  test.each([
    { type: 'video' as const, given: level('H264', avc), entry: 'encv', original: 'avc1' },
    { type: 'audio' as const, given: level('AACL', '1190'), entry: 'enca', original: 'mp4a' },
  ])('$type: $entry', ({ type, given, entry, original }) => {
    const init = Buffer.from(createInitSegment(stream(type), given, { keyId: ID, ivSize: 16 }));
    expect(readScheme(init)).toEqual({
      entry,
      original,
      scheme: 'cenc',
      isProtected: 1,
      ivSize: 16,
      keyId: ID,
    });
    const clear = Buffer.from(createInitSegment(stream(type), given));
    // frma 12, schm 20, tenc 32, and the headers of sinf and schi.
    expect(init.length - clear.length).toBe(12 + 20 + 32 + 16);
    expect(readScheme(clear)).toBeUndefined();
  });
});

const folder = fileURLToPath(new URL('../../../../shared/corpus/fragments/', import.meta.url));
const isPresent = existsSync(folder);
if (!isPresent) console.info('skipped: corpus not present');

describe.skipIf(!isPresent)('corpus', () => {
  const read = (file: string): Buffer => readFileSync(folder + file);

  test.each(['video', 'audio'] as const)('shaka-playready-%s has the structure of its clear twin', (type) => {
    const more = { stream: { type, timescale: timescale(10_000_000) }, duration: ticks(20_020_000) };
    const { segment, report } = transmux(read(`shaka-playready-${type}-0.mp4`), more);
    const clear = transmux(read(`shaka-clear-${type}-0.mp4`), more);
    const shape = (bytes: Buffer) => readBack(bytes).samples.map((s) => ({ ...s, data: s.data.length }));
    expect(shape(segment)).toEqual(shape(clear.segment));
    expect(report.encryption).toEqual({ keyId: ID, ivSize: 8 });
    const boxes = [...trafBoxes(segment).keys()];
    expect(boxes).toEqual(['tfhd', 'tfdt', 'trun', 'senc', 'saiz', 'saio']);
    // Subsamples cover their samples: this throws where they don't.
    const samples = decrypt(segment, KEY, 8);
    const twins = readBack(clear.segment).samples;
    if (type === 'video') {
      // The length of each picture's first NAL unit is clear in both.
      expect(samples.map((data) => data.subarray(0, 5))).toEqual(
        twins.map(({ data }) => data.subarray(0, 5)),
      );
    }
  });

  test('mp4ff-piff-audio decrypts to its twin byte for byte', () => {
    const key = Buffer.from('602a9289bfb9b1995b75ac63f123fc86', 'hex');
    const init = readScheme(read('mp4ff-piff-audio-init.mp4'));
    const { segment, report } = transmux(read('mp4ff-piff-audio.mp4'), {
      readEncryption: encryptionReader([init?.keyId ?? '']),
    });
    const twin = transmux(read('mp4ff-piff-audio-dec.mp4'));
    expect(report.encryption).toEqual({ keyId: init?.keyId, ivSize: init?.ivSize });
    const samples = decrypt(segment, key, report.encryption?.ivSize ?? 0);
    expect(Buffer.concat(samples)).toEqual(Buffer.concat(readBack(twin.segment).samples.map((s) => s.data)));
  });
});

test.each(['uuid', 'senc'] as const)(
  'with nothing to read it with, a fragment with %s is told to be encrypted',
  (box) => {
    const { fragment } = encrypted({ sizes: SIZES, ivSize: 8, box });
    let thrown: unknown;
    try {
      transmux(fragment, { readEncryption: undefined });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'fragment-encrypted' });
  },
);
