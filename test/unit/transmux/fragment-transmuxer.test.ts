import { describe, expect, test } from 'vitest';
import { asOne } from '../../../src/base/bytes.ts';
import { SmoothError } from '../../../src/base/errors.ts';
import { ticks, timescale } from '../../../src/base/time.ts';
import { type FragmentReport, FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import type { FragmentContext } from '../../../src/transmux/movie-fragment.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import {
  box,
  buildFragment,
  countedBytes,
  type FragmentSpec,
  type ReadBack,
  readBack,
  type SampleSpec,
  totalSize,
  u32,
  uuidBox,
} from '../../support/fragment-builder.ts';
import fc from '../../support/properties.ts';

const SYNC = 0x02000000;
const NON_SYNC = 0x01010000;

const context: FragmentContext = {
  stream: { type: 'video', timescale: timescale(10_000_000) },
  start: ticks(740_000_000),
  duration: ticks(1_200_000),
  origin: ticks(0),
};

/** Three pictures of 40 ms, as IIS writes them: no flags but the first's. */
const plain: SampleSpec[] = [{ size: 90 }, { size: 20 }, { size: 30 }];
const iis: FragmentSpec = {
  defaultDuration: 400_000,
  runs: [{ samples: plain, dataOffset: 'auto', firstSampleFlags: SYNC }],
  sdtp: [0x26, 0x02, 0x02],
};
const withOffsets = (...offsets: number[]): FragmentSpec => ({
  ...iis,
  runs: [{ samples: plain.map((sample, i) => ({ ...sample, offset: offsets[i] ?? 0 })), dataOffset: 'auto' }],
});

interface Outcome extends ReadBack {
  readonly segment: Buffer;
  readonly report: FragmentReport;
}

function transmux(input: Uint8Array, overrides: Partial<FragmentContext> = {}): Outcome {
  const transmuxer = new FragmentTransmuxer({ ...context, ...overrides });
  const segment = Buffer.concat(transmuxer.push(input));
  const report = transmuxer.finish();
  return { segment, report, ...readBack(segment) };
}

const kinds = ({ report }: Outcome): string[] => report.repairs.map(({ kind }) => kind);
const payloadOf = (spec: FragmentSpec): Buffer => countedBytes(totalSize(spec));
const dataOf = ({ samples }: Outcome): Buffer => Buffer.concat(samples.map(({ data }) => data));

/** A fragment with the `traf` of another behind its own; all samples are in its `mdat`. */
function withTrack(spec: FragmentSpec, other: FragmentSpec): Buffer {
  const full = buildFragment(other);
  const at = full.indexOf('traf') - 4;
  const traf = full.subarray(at, at + full.readUInt32BE(at));
  const own = buildFragment(spec);
  const moof = own.readUInt32BE(0);
  const joined = Buffer.concat([own.subarray(0, moof), traf, own.subarray(moof)]);
  joined.writeUInt32BE(moof + traf.length, 0);
  const offset = joined.indexOf('trun') + 12;
  joined.writeUInt32BE(joined.readUInt32BE(offset) + traf.length, offset);
  return joined;
}

test('of sound and picture in one moof, takes the stream’s own', () => {
  const sound: FragmentSpec = { defaultDuration: 213_333, runs: [{ samples: plain, dataOffset: 'auto' }] };
  for (const [type, own, other] of [
    ['video', iis, sound],
    ['video', withOffsets(400_000, 800_000, 0), sound],
    ['audio', sound, iis],
  ] as const) {
    const result = transmux(withTrack(own, other), { stream: { ...context.stream, type } });
    expect(dataOf(result)).toEqual(payloadOf(own));
    expect(kinds(result)).toContain('other-tracks');
  }
  for (const spec of [sound, iis])
    expect(() => transmux(withTrack(spec, { ...spec, trackId: 8 }))).toThrow('fragment-malformed');
  expect(kinds(transmux(withTrack(iis, { ...sound, runs: [] })))).not.toContain('other-tracks');
});

test('of two tracks with offsets from their moof, takes the stream’s bytes despite a base in the whole file', () => {
  const samples = plain.map((sample) => ({ ...sample, offset: 400_000 }));
  const video: FragmentSpec = {
    ...iis,
    baseDataOffset: 123_456_789n,
    runs: [{ samples, dataOffset: 'auto' }],
    payload: countedBytes(2 * totalSize(iis)),
  };
  const sound: FragmentSpec = {
    trackId: 8,
    baseDataOffset: 123_456_789n,
    defaultDuration: 213_333,
    runs: [{ samples: plain, dataOffset: 0 }],
  };
  const joined = withTrack(video, sound);
  const offset = joined.lastIndexOf('trun') + 12;
  joined.writeUInt32BE(joined.readUInt32BE(0) + 8 + totalSize(video), offset);
  const result = transmux(joined, { stream: { ...context.stream, type: 'audio' } });
  expect(dataOf(result)).toEqual(countedBytes(2 * totalSize(video)).subarray(totalSize(video)));
  expect(dataOf(transmux(joined))).toEqual(payloadOf(video));
});

test('of several traf of one track, takes all, each with its own defaults', () => {
  const second: FragmentSpec = { ...iis, defaultDuration: 200_000, runs: [{ samples: plain }] };
  const payload = countedBytes(2 * totalSize(iis));
  const result = transmux(withTrack({ ...iis, payload }, second), { duration: ticks(1_800_000) });
  expect(dataOf(result)).toEqual(payload);
  expect(result.samples.map(({ duration }) => duration)).toEqual([
    ...plain.map(() => 400_000),
    ...plain.map(() => 200_000),
  ]);
});

test('one picture with an absurd composition offset is shown at its turn', () => {
  const samples = Array.from({ length: 10 }, (_, i) => ({ size: 20, offset: i === 4 ? 2_147_483_000 : 0 }));
  const result = transmux(
    buildFragment({ defaultDuration: 120_000, runs: [{ samples, dataOffset: 'auto' }] }),
  );
  expect(result.samples.map(({ offset }) => offset)).toEqual(samples.map(() => 0));
  expect(kinds(result)).toContain('composition-offsets');
});

describe('plays what is there', () => {
  const halved: FragmentSpec = { ...iis, payload: payloadOf(iis).subarray(0, 139) };
  const [moof, mdat] = [buildFragment(iis), buildFragment(iis)].map((bytes, i) => {
    const size = bytes.readUInt32BE(0);
    return i === 0 ? bytes.subarray(0, size) : bytes.subarray(size);
  }) as [Buffer, Buffer];
  const withMdatOf = (size: number): Buffer => Buffer.concat([moof, u32(size), mdat.subarray(4)]);
  test.each<{ name: string; input: Buffer; samples?: number; repairs: readonly string[] }>([
    {
      name: 'of samples of which the last exceeds mdat',
      input: buildFragment(halved),
      samples: 2,
      repairs: ['lost-samples'],
    },
    {
      name: 'of one row more than there are',
      input: buildFragment({ ...iis, sdtp: [], runs: iis.runs.map((run) => ({ ...run, count: 4 })) }),
      repairs: ['lost-samples'],
    },
    {
      name: 'in an mdat that claims more bytes',
      input: withMdatOf(mdat.length + 50),
      repairs: ['mdat-size'],
    },
    { name: 'in an mdat of 2 GB', input: withMdatOf(0x7fffffff), repairs: ['mdat-size'] },
    {
      name: 'in an mdat in front of moof',
      input: Buffer.concat([mdat, moof]),
      repairs: ['data-offset', 'skipped-boxes'],
    },
    {
      name: 'behind a byte order mark',
      input: Buffer.concat([Buffer.from('\ufeff'), moof, mdat]),
      repairs: ['skipped-boxes'],
    },
    {
      name: 'behind line breaks',
      input: Buffer.concat([Buffer.from('\r\n\r\n'), moof, mdat]),
      repairs: ['skipped-boxes'],
    },
    {
      name: 'behind a warning of a script',
      input: Buffer.concat([Buffer.from('<br />\n<b>Warning</b>: no cache\n'), moof, mdat]),
      repairs: ['skipped-boxes'],
    },
    {
      name: 'behind headers, and before the end of chunked coding',
      input: Buffer.concat([
        Buffer.from('HTTP/1.1 200 OK\r\n\r\n1f0\r\n'),
        moof,
        mdat,
        Buffer.from('\r\n0\r\n\r\n'),
      ]),
      repairs: ['skipped-boxes'],
    },
  ])('$name', ({ input, samples = 3, repairs }) => {
    const result = transmux(input);
    const own = plain.slice(0, samples).reduce((sum, { size }) => sum + size, 0);
    expect(dataOf(result)).toEqual(payloadOf(iis).subarray(0, own));
    expect(
      kinds(result)
        .filter((kind) => kind !== 'sync-flags')
        .sort(),
    ).toEqual([...repairs].sort());
    // What is no box is searched as far as it has arrived.
    const isMdatFirst = input.indexOf('mdat') < input.indexOf('moof');
    for (let cut = isMdatFirst ? 1 : input.indexOf('mfhd') + 4; cut < input.length; cut += 7) {
      const transmuxer = new FragmentTransmuxer(context);
      const pieces = [...transmuxer.push(input.subarray(0, cut)), ...transmuxer.push(input.subarray(cut))];
      expect(Buffer.concat(pieces)).toEqual(result.segment);
    }
  });
});

test('rewrites moof to a track with its own time, and nothing else', () => {
  const result = transmux(buildFragment(iis));
  expect(result.trackId).toBe(1);
  expect(result.decodeTime).toBe(740_000_000n);
  expect(result.samples.map(({ duration }) => duration)).toEqual([400_000, 400_000, 400_000]);
  expect(dataOf(result)).toEqual(payloadOf(iis));
  expect(result.report).toMatchObject({
    start: 740_000_000n,
    duration: 1_200_000n,
    samples: 3,
    isEmpty: false,
  });
  expect(result.report.bytes).toBe(buildFragment(iis).length);
  // moof 8, mfhd 16, traf 8, tfhd 24, tfdt 20, trun 24 and 3 sizes, header of mdat 8.
  expect(result.segment.length).toBe(8 + 16 + 8 + 24 + 20 + 24 + 12 + 8 + 140);
});

test('subtracts the origin', () => {
  const result = transmux(buildFragment(iis), { origin: ticks(700_000_000) });
  expect(result.decodeTime).toBe(40_000_000n);
  expect(result.report.start).toBe(740_000_000n);
});

describe('finds the samples', () => {
  const twoRuns = (
    first: number | 'auto' | undefined,
    second: number | 'auto' | undefined,
  ): FragmentSpec => ({
    defaultDuration: 400_000,
    defaultFlags: NON_SYNC,
    runs: [
      {
        samples: plain.slice(0, 1),
        firstSampleFlags: SYNC,
        ...(first === undefined ? {} : { dataOffset: first }),
      },
      { samples: plain.slice(1), ...(second === undefined ? {} : { dataOffset: second }) },
    ],
  });
  test.each<{ name: string; spec: FragmentSpec; repairs: string[] }>([
    { name: 'where data_offset says', spec: iis, repairs: ['sync-flags'] },
    {
      name: 'with a stale data_offset',
      spec: { ...iis, runs: [{ samples: plain, dataOffset: 61 }] },
      repairs: ['sync-flags', 'data-offset'],
    },
    {
      name: 'without data_offset',
      spec: { ...iis, runs: [{ samples: plain }] },
      repairs: ['sync-flags', 'data-offset'],
    },
    {
      name: 'with an absolute base',
      spec: { ...iis, baseDataOffset: 123_456_789n },
      repairs: ['sync-flags', 'base-data-offset'],
    },
    { name: 'in two runs', spec: twoRuns('auto', 'auto'), repairs: [] },
    { name: 'in two runs, the second without offset', spec: twoRuns('auto', undefined), repairs: [] },
    { name: 'in two runs, both offsets stale by as much', spec: twoRuns(0, 90), repairs: ['data-offset'] },
    { name: 'in two runs, offsets beyond all bytes', spec: twoRuns(-5000, 70_000), repairs: ['data-offset'] },
    { name: 'behind a 64-bit size', spec: { ...iis, mdatSize: '64' }, repairs: ['sync-flags'] },
    {
      name: 'in mdat without size',
      spec: { ...iis, mdatSize: 'open' },
      repairs: ['sync-flags', 'mdat-size'],
    },
    {
      name: 'behind boxes of other kinds',
      spec: {
        ...iis,
        before: [box('styp', u32(0)), box('sidx'), box('free')],
        between: [box('free', u32(1))],
      },
      repairs: ['sync-flags', 'skipped-boxes'],
    },
    {
      name: 'before trailing boxes and garbage',
      spec: { ...iis, after: [box('mfra', u32(7)), Buffer.from('garbage')] },
      repairs: ['sync-flags'],
    },
    {
      name: 'beside vendor boxes',
      spec: { ...iis, extra: [uuidBox('00112233445566778899aabbccddeeff', u32(1)), box('free', u32(0))] },
      repairs: ['sync-flags'],
    },
    {
      name: 'in an mdat with bytes to spare',
      spec: { ...iis, payload: Buffer.concat([payloadOf(iis), Buffer.alloc(50)]) },
      repairs: ['sync-flags'],
    },
  ])('$name', ({ spec, repairs }) => {
    const result = transmux(buildFragment(spec));
    expect(dataOf(result)).toEqual(payloadOf(spec));
    expect(kinds(result)).toEqual(repairs);
  });

  test('in runs that lie apart, which stay apart', () => {
    const payload = countedBytes(200);
    const spec: FragmentSpec = {
      defaultDuration: 1,
      payload,
      runs: [
        { samples: [{ size: 10 }], dataOffset: 0 },
        { samples: [{ size: 10 }], dataOffset: 100 },
      ],
    };
    const result = transmux(buildFragment(spec));
    expect(result.samples.map(({ data }) => data)).toEqual([
      payload.subarray(0, 10),
      payload.subarray(100, 110),
    ]);
  });
});

describe('moves the first picture to the chunk start', () => {
  test.each([
    { name: 'no offsets', offsets: [0, 0, 0], shift: 0, out: [0, 0, 0] },
    { name: 'constant 120 ms', offsets: [1_200_000, 1_200_000, 1_200_000], shift: 1_200_000, out: [0, 0, 0] },
    {
      name: 'reordered behind 80 ms',
      offsets: [800_000, 1_600_000, 400_000],
      shift: 800_000,
      lead: 400_000,
      out: [400_000, 1_200_000, 0],
    },
    {
      name: 'first picture below its decode time',
      offsets: [-400_000, 400_000, 0],
      shift: -400_000,
      out: [0, 800_000, 400_000],
    },
  ])('$name', ({ offsets, shift, out, lead = 0 }) => {
    const result = transmux(buildFragment(withOffsets(...offsets)));
    expect(result.samples.map(({ offset }) => offset)).toEqual(out);
    expect(result.report.compositionShift).toBe(BigInt(shift));
    expect(result.decodeTime).toBe(740_000_000n - BigInt(lead));
  });

  test.each([
    { name: 'three seconds', offsets: [30_000_000, 30_000_000, 30_000_000], out: [0, 0, 0] },
    { name: 'ten minutes ago', offsets: [-6e8, -6e8, -6e8], out: [0, 0, 0] },
    { name: 'an hour, and put in order', offsets: [3.6e8, 3.608e8, 3.596e8], out: [400_000, 1_200_000, 0] },
  ])('also by a constant of $name', ({ offsets, out }) => {
    const result = transmux(buildFragment(withOffsets(...offsets)));
    expect(result.samples.map(({ offset }) => offset)).toEqual(out);
    expect(kinds(result)).toContain('composition-offsets');
  });

  test('leaves offsets that are seconds apart, and reports them', () => {
    const result = transmux(buildFragment(withOffsets(30_000_000, 90_000_000, 60_000_000)));
    expect(result.samples[0]?.offset).toBe(30_000_000);
    expect(kinds(result)).toContain('composition-offsets-left');
  });

  test('goes on with the delay of the fragment before where one begins in the midst of a group', () => {
    const goesOn = { ...withOffsets(400_000, 0, 400_000), defaultFlags: NON_SYNC };
    const shiftBefore = ticks(800_000);
    expect(transmux(buildFragment(goesOn), { shiftBefore }).report.compositionShift).toBe(800_000n);
    expect(transmux(buildFragment(goesOn)).report.compositionShift).toBe(400_000n);
    const keyed = withOffsets(400_000, 400_000, 400_000);
    expect(transmux(buildFragment(keyed), { shiftBefore }).report.compositionShift).toBe(400_000n);
  });

  test('does not where it is told not to', () => {
    const result = transmux(buildFragment(withOffsets(800_000, 800_000, 800_000)), {
      alignFirstPicture: false,
    });
    expect(result.samples[0]?.offset).toBe(800_000);
    expect(kinds(result)).toEqual(['sync-flags']);
  });
});

describe('tells key frames', () => {
  const flagged = (...flags: number[]): FragmentSpec => ({
    ...iis,
    runs: [{ samples: plain.map((sample, i) => ({ ...sample, flags: flags[i] ?? 0 })), dataOffset: 'auto' }],
  });
  const { sdtp: _, ...withoutHints } = iis;
  test.each<{
    name: string;
    spec: FragmentSpec;
    flags: number[];
    type?: 'audio' | 'video';
  }>([
    { name: 'from nothing: only the first', spec: withoutHints, flags: [SYNC, NON_SYNC, NON_SYNC] },
    { name: 'from sdtp', spec: { ...iis, sdtp: [0x24, 0x18, 0x24] }, flags: [SYNC, NON_SYNC, SYNC] },
    {
      name: 'from sdtp too short: only the first',
      spec: { ...iis, sdtp: [0x24] },
      flags: [SYNC, NON_SYNC, NON_SYNC],
    },
    { name: 'from flags of each', spec: flagged(SYNC, NON_SYNC, SYNC), flags: [SYNC, NON_SYNC, SYNC] },
    {
      name: 'from flags of independent ones only',
      spec: flagged(SYNC, 0, SYNC),
      flags: [SYNC, NON_SYNC, SYNC],
    },
    { name: 'all, if flags say so', spec: flagged(SYNC, SYNC, SYNC), flags: [SYNC, SYNC, SYNC] },
    { name: 'from defaults', spec: { ...iis, defaultFlags: NON_SYNC }, flags: [SYNC, NON_SYNC, NON_SYNC] },
    {
      name: 'the first, if flags deny it of all',
      spec: flagged(NON_SYNC, NON_SYNC, NON_SYNC),
      flags: [SYNC, NON_SYNC, NON_SYNC],
    },
    { name: 'all of audio', spec: flagged(0, NON_SYNC, 0), flags: [SYNC, SYNC, SYNC], type: 'audio' },
  ])('$name', ({ spec, flags, type = 'video' }) => {
    const stream: FragmentContext['stream'] = { ...context.stream, type };
    expect(transmux(buildFragment(spec), { stream }).samples.map((sample) => sample.flags)).toEqual(flags);
  });
});

describe('takes its time', () => {
  const at = (time: bigint, version: 0 | 1 = 1): FragmentSpec => ({
    ...iis,
    tfxd: { version, time, duration: 1_200_000n },
  });
  test.each<{ name: string; spec: FragmentSpec; isLive?: boolean; start: bigint; mended: boolean }>([
    { name: 'from the URL', spec: iis, start: 740_000_000n, mended: false },
    {
      name: 'from the URL over a tfdt of its own',
      spec: { ...iis, tfdt: 5n },
      start: 740_000_000n,
      mended: true,
    },
    { name: 'in accord with tfdt', spec: { ...iis, tfdt: 740_000_000n }, start: 740_000_000n, mended: false },
    { name: 'from the URL on demand', spec: at(741_000_000n), start: 740_000_000n, mended: false },
    { name: 'from tfxd when live', spec: at(741_000_000n), isLive: true, start: 741_000_000n, mended: true },
    {
      name: 'from tfxd version 0',
      spec: at(741_000_000n, 0),
      isLive: true,
      start: 741_000_000n,
      mended: true,
    },
    {
      name: 'not from a tfxd far off',
      spec: at(790_000_000n),
      isLive: true,
      start: 740_000_000n,
      mended: false,
    },
    {
      name: 'not from a negative tfxd',
      spec: at(-213_333n),
      isLive: true,
      start: 740_000_000n,
      mended: false,
    },
  ])('$name', ({ spec, isLive = false, start, mended }) => {
    const result = transmux(buildFragment(spec), { isLive });
    expect(result.decodeTime).toBe(start);
    expect(result.report.start).toBe(start);
    expect(kinds(result).includes('decode-time')).toBe(mended);
  });

  test('and tells what tfxd and tfrf say, negative times too', () => {
    const tfrf = [
      { time: 2n ** 60n, duration: 20_000_000n },
      { time: 2n ** 60n + 20_000_000n, duration: 0n },
    ];
    const { report } = transmux(buildFragment({ ...at(-213_333n), tfrf }));
    expect(report.tfxd).toEqual({ start: -213_333n, duration: 1_200_000n });
    expect(report.lookAhead).toEqual(tfrf.map(({ time, duration }) => ({ start: time, duration })));
  });

  test('and shares the chunk out where samples have no duration', () => {
    const { defaultDuration: _, ...spec } = iis;
    const result = transmux(buildFragment(spec), { duration: ticks(1_000_000) });
    expect(result.samples.map(({ duration }) => duration)).toEqual([333_333, 333_333, 333_334]);
    expect(result.report.duration).toBe(1_000_000n);
  });
});

describe('gives nothing for an empty fragment', () => {
  test.each<{ name: string; input: Buffer }>([
    { name: 'no samples', input: buildFragment({ runs: [{ samples: [] }] }) },
    { name: 'no runs', input: buildFragment({ runs: [] }) },
    { name: 'an empty mdat', input: buildFragment({ ...iis, payload: Buffer.alloc(0) }) },
  ])('$name', ({ input }) => {
    const transmuxer = new FragmentTransmuxer(context);
    expect(transmuxer.push(input)).toEqual([]);
    expect(transmuxer.finish()).toMatchObject({ isEmpty: true, bytes: input.length });
  });
});

test('sees that samples are encrypted', () => {
  const piff = uuidBox('a2394f525a9b4f14a2446c427c648df4', u32(0, 3), Buffer.alloc(3 * 8));
  const readEncryption = encryptionReader([]);
  expect(transmux(buildFragment({ ...iis, extra: [piff] }), { readEncryption }).report.isEncrypted).toBe(
    true,
  );
  expect(transmux(buildFragment(iis), { readEncryption }).report.isEncrypted).toBe(false);
});

describe('rejects, before anything is given out,', () => {
  const good = buildFragment(iis);
  const patched = (at: number, ...values: number[]): Buffer => {
    const copy = Buffer.from(good);
    u32(...values).copy(copy, at);
    return copy;
  };
  const trun = good.indexOf('trun') - 4;
  const traf = buildFragment(iis).subarray(24, good.readUInt32BE(0));
  const otherTraf = buildFragment({ ...iis, trackId: 8 }).subarray(24, good.readUInt32BE(0));
  test.each<{ name: string; input: Buffer; box: string }>([
    { name: 'a web page', input: Buffer.from('<!DOCTYPE html><html>'), box: 'CTYP' },
    { name: 'an answer in JSON', input: Buffer.from('{"error":"no such fragment"}'), box: 'ror"' },
    {
      name: 'two mdat before moof',
      input: Buffer.concat([box('mdat', u32(1)), box('mdat', u32(1))]),
      box: 'mdat',
    },
    { name: 'a size below 8', input: Buffer.concat([u32(5), Buffer.from('moof')]), box: 'moof' },
    { name: 'a giant moof', input: Buffer.concat([u32(0x7fffffff), Buffer.from('moof')]), box: 'moof' },
    {
      name: 'a 64-bit size of 0',
      input: Buffer.concat([u32(1), Buffer.from('free'), u32(0, 0)]),
      box: 'free',
    },
    { name: 'an endless free', input: Buffer.concat([u32(0), Buffer.from('free'), u32(0, 0)]), box: 'free' },
    { name: 'moof without traf', input: box('moof', box('mfhd', u32(0, 1))), box: 'moof' },
    { name: 'traf without tfhd', input: box('moof', box('traf', box('trun', u32(0, 0)))), box: 'traf' },
    { name: 'two tracks with samples', input: box('moof', traf, otherTraf), box: 'moof' },
    { name: 'more rows than bytes', input: patched(trun + 12, 0xffffffff), box: 'trun' },
    { name: 'a box larger than its parent', input: patched(trun, 0xffff), box: 'trun' },
    {
      name: 'too many rows without bytes',
      input: box('moof', box('traf', box('tfhd', u32(0, 1)), box('trun', u32(0, 0xffffff)))),
      box: 'traf',
    },
    {
      name: 'samples larger than mdat',
      input: buildFragment({ ...iis, payload: Buffer.alloc(120) }),
      box: 'mdat',
    },
    {
      name: 'samples without size',
      input: buildFragment({ ...iis, runs: [{ samples: [{ size: 0 }] }], payload: Buffer.alloc(9) }),
      box: 'trun',
    },
    {
      name: 'moof behind moof',
      input: Buffer.concat([good.subarray(0, good.readUInt32BE(0)), good]),
      box: 'moof',
    },
    {
      name: 'too many boxes',
      input: box('moof', box('traf', ...Array.from({ length: 5000 }, () => box('free')))),
      box: 'free',
    },
  ])('$name', ({ input, box: name }) => {
    const transmuxer = new FragmentTransmuxer(context);
    let given: Uint8Array[] | undefined;
    const push = (): void => {
      given = transmuxer.push(input);
    };
    expect(push).toThrowError(
      expect.objectContaining({
        code: 'fragment-malformed',
        details: expect.objectContaining({ box: name }),
      }),
    );
    expect(given).toBeUndefined();
  });

  test('a cut one, at any byte, when it ends', () => {
    for (let length = 0; length < good.length; length++) {
      const transmuxer = new FragmentTransmuxer(context);
      transmuxer.push(good.subarray(0, length));
      expect(() => transmuxer.finish(), `${length} bytes`).toThrow(SmoothError);
    }
  });
});

test('passes mdat on as views of what was pushed, as it comes', () => {
  const input = buildFragment(iis);
  const cut = input.length - 100;
  const transmuxer = new FragmentTransmuxer(context);
  const [moof, first, ...none] = transmuxer.push(input.subarray(0, cut));
  expect(none).toEqual([]);
  if (!moof || !first) throw new Error('nothing was given out');
  expect(readBack(Buffer.concat([moof, first])).samples).toHaveLength(3);
  expect(first?.buffer).toBe(input.buffer);
  expect(first?.length).toBe(40);
  const rest = input.subarray(cut);
  const [second] = transmuxer.push(rest);
  expect(second?.buffer).toBe(rest.buffer);
  expect(second?.byteOffset).toBe(rest.byteOffset);
});

describe('may overwrite what was pushed', () => {
  const tfxd = uuidBox('6d1d9b0542d544e680e2141daff757b2', u32(0x01000000, 0, 740_000_000, 0, 1_200_000));
  const push = (spec: FragmentSpec, overrides: Partial<FragmentContext> = {}) => {
    const input = Uint8Array.from(buildFragment(spec));
    const transmuxer = new FragmentTransmuxer({ ...context, mayOverwrite: true, ...overrides });
    return { input, out: transmuxer.push(input) };
  };

  test('moof is put where the old one was, so that the segment is in one place', () => {
    const { input, out } = push({ ...iis, extra: [tfxd] });
    const segment = asOne(out);
    expect(segment.buffer).toBe(input.buffer);
    expect(Buffer.from(segment)).toEqual(transmux(buildFragment({ ...iis, extra: [tfxd] })).segment);
  });

  test('but not where it has no room', () => {
    const { input, out } = push({ defaultDuration: 400_000, runs: [{ samples: plain, dataOffset: 'auto' }] });
    expect(out[0]?.buffer).not.toBe(input.buffer);
    expect(input).toEqual(
      Uint8Array.from(
        buildFragment({ defaultDuration: 400_000, runs: [{ samples: plain, dataOffset: 'auto' }] }),
      ),
    );
  });

  test('nor where it says how samples are encrypted', () => {
    const piff = uuidBox('a2394f525a9b4f14a2446c427c648df4', u32(0, 3), Buffer.alloc(3 * 8));
    const { input, out } = push({ ...iis, extra: [piff, tfxd] }, { readEncryption: encryptionReader([]) });
    expect(out[0]?.buffer).not.toBe(input.buffer);
  });
});

describe('several moof in one response', () => {
  const moved = (input: Buffer, fill: number): Buffer => {
    const copy = Buffer.from(input);
    return copy.fill(fill, copy.length - totalSize(iis));
  };
  /** The segments of a response, and what is reported of all of them. */
  const transmuxAll = (input: Buffer, overrides: Partial<FragmentContext> = {}, step = input.length) => {
    const transmuxer = new FragmentTransmuxer({ ...context, ...overrides });
    const out: Uint8Array[] = [];
    for (let at = 0; at < input.length; at += step)
      out.push(...transmuxer.push(input.subarray(at, at + step)));
    const report = transmuxer.finish();
    const bytes = Buffer.concat(out);
    const segments: ReadBack[] = [];
    for (let at = 0; at < bytes.length; ) {
      const mdat = at + bytes.readUInt32BE(at);
      const end = mdat + bytes.readUInt32BE(mdat);
      segments.push(readBack(bytes.subarray(at, end)));
      at = end;
    }
    return { report, segments };
  };
  const two = Buffer.concat([
    moved(buildFragment(iis), 1),
    box('styp', u32(0)),
    moved(buildFragment({ ...iis, before: [box('prft')] }), 2),
    box('mfra', u32(1)),
  ]);

  test.each([1, 7, 4096])('go on where the one before ends, in pieces of %i bytes', (step) => {
    const { report, segments } = transmuxAll(two, {}, step);
    expect(segments.map(({ decodeTime }) => decodeTime)).toEqual([740_000_000n, 741_200_000n]);
    const [first, second] = segments.map(({ samples }) => Buffer.concat(samples.map(({ data }) => data)));
    expect(first).toEqual(Buffer.alloc(140, 1));
    expect(second).toEqual(Buffer.alloc(140, 2));
    expect(report).toMatchObject({ samples: 6, duration: 2_400_000n, isEmpty: false, bytes: two.length });
    expect(report.repairs).toContainEqual({ kind: 'skipped-boxes', count: 2 });
  });

  test.each(['first', 'last'])('of which the %s has no bytes for its samples: it takes no time', (which) => {
    const whole = buildFragment(iis);
    const bare = Buffer.concat([whole.subarray(0, -totalSize(iis) - 8), box('mdat')]);
    const { report, segments } = transmuxAll(
      Buffer.concat(which === 'first' ? [bare, whole] : [whole, bare]),
    );
    expect(segments.map(({ decodeTime }) => decodeTime)).toEqual([740_000_000n]);
    expect(report).toMatchObject({ samples: 3, duration: 1_200_000n, isEmpty: false });
  });

  test('of which only the first is said to begin with a key frame', () => {
    const { segments } = transmuxAll(two.subarray(0));
    expect(segments[0]?.samples[0]?.flags).toBe(SYNC);
    const silent = buildFragment({
      defaultDuration: 400_000,
      runs: [{ samples: plain, dataOffset: 'auto' }],
    });
    const told = transmuxAll(Buffer.concat([silent, silent])).segments;
    expect(told.map(({ samples }) => samples[0]?.flags)).toEqual([SYNC, NON_SYNC]);
  });

  test('have their pictures moved as those of the first were', () => {
    const parts = [withOffsets(800_000, 400_000, 400_000), withOffsets(1_200_000, 400_000, 800_000)];
    const { segments } = transmuxAll(Buffer.concat(parts.map(buildFragment)));
    expect(segments.map(({ samples }) => samples.map(({ offset }) => offset))).toEqual([
      [400_000, 0, 0],
      [800_000, 0, 400_000],
    ]);
    expect(segments.map(({ decodeTime }) => decodeTime)).toEqual([739_600_000n, 740_800_000n]);
  });

  test.each(['video', 'audio'] as const)('of another track are left out of %s', (type) => {
    const sound: FragmentSpec = {
      defaultDuration: 213_333,
      trackId: 8,
      runs: [{ samples: plain, dataOffset: 'auto' }],
    };
    const picture = withOffsets(400_000, 800_000, 0);
    const [own, other] = type === 'video' ? [picture, sound] : [sound, picture];
    const stream = { ...context.stream, type };
    const alone = transmuxAll(buildFragment(own), { stream });
    const large = { ...other, payload: Buffer.alloc(5_000_000) };
    for (const between of [other, large]) {
      const input = Buffer.concat([buildFragment(own), buildFragment(between)]);
      const { report, segments } = transmuxAll(input, { stream });
      expect(segments).toEqual(alone.segments);
      expect(report).toMatchObject({ samples: 3, duration: alone.report.duration });
      expect(report.repairs).toContainEqual({ kind: 'other-tracks', count: 1 });
    }
    const twice = Buffer.concat([own, other, own].map(buildFragment));
    expect(transmuxAll(twice, { stream }).report.samples).toBe(6);
  });

  test('of one type are taken, whatever their track is called', () => {
    const second = { ...withOffsets(400_000, 800_000, 0), trackId: 8 };
    const input = Buffer.concat([withOffsets(400_000, 800_000, 0), second].map(buildFragment));
    expect(transmuxAll(input).report.samples).toBe(6);
  });

  test('an empty one is no end', () => {
    const empty = buildFragment({ runs: [{ samples: [] }] });
    const { segments, report } = transmuxAll(Buffer.concat([empty, buildFragment(iis)]));
    expect(segments).toHaveLength(1);
    expect(report).toMatchObject({ isEmpty: false, samples: 3 });
  });

  test('the last of them cut is the fragment cut', () => {
    const last = two.length - 12;
    for (let length = last - 200; length < last; length += 1) {
      const transmuxer = new FragmentTransmuxer(context);
      transmuxer.push(two.subarray(0, length));
      expect(() => transmuxer.finish(), `${length} bytes`).toThrow(SmoothError);
    }
  });
});

test('skips boxes that nobody knows, before moof and behind it', () => {
  const unknown = [box('mfra', u32(1)), box('\u00a9xyz', u32(2, 3)), box('wxyz')];
  const result = transmux(buildFragment({ ...iis, before: unknown, between: unknown }));
  expect(result.report.repairs).toContainEqual({ kind: 'skipped-boxes', count: 6 });
  expect(dataOf(result)).toEqual(payloadOf(iis));
});

test('reports as soon as moof has been read', () => {
  const input = buildFragment(iis);
  const transmuxer = new FragmentTransmuxer(context);
  transmuxer.push(input.subarray(0, input.readUInt32BE(0) - 1));
  expect(transmuxer.report).toBeUndefined();
  expect(transmuxer.push(input.subarray(input.readUInt32BE(0) - 1, input.readUInt32BE(0)))).toEqual([]);
  expect(transmuxer.report).toMatchObject({ samples: 3 });
});

describe('rows with nothing to mend', () => {
  const flat = (offset = 0, version: 0 | 1 = 0): FragmentSpec => ({
    defaultFlags: NON_SYNC,
    runs: [
      {
        samples: plain.map((one) => ({ ...one, duration: 400_000, offset })),
        version,
        dataOffset: 'auto',
        firstSampleFlags: SYNC,
      },
    ],
  });
  /** In a table of their own: asked to edit samples, the transmuxer writes all rows again. */
  const rewrite = (input: Uint8Array) => transmux(input, { edit: (samples) => samples });

  test('stay as they came, behind a header of their own', () => {
    const kept = transmux(buildFragment(flat()));
    const written = rewrite(buildFragment(flat()));
    // A duration and an offset in each row, where all are the same.
    expect(kept.segment.length - written.segment.length).toBe(4 * 3 - 4 + 4 * 3);
    expect(kept.samples).toEqual(written.samples);
    expect(kept.report).toEqual(written.report);
  });

  test.each([
    { name: 'pictures that begin late', spec: flat(400_000), kind: 'composition-offsets' },
    { name: 'signed offsets where none are', spec: flat(-400_000), kind: 'signed-offsets' },
    { name: 'no flags', spec: { ...flat(), defaultFlags: 0 }, kind: 'sync-flags' },
  ])('$name are mended all the same', ({ spec, kind }) => {
    const result = transmux(buildFragment(spec));
    expect(kinds(result)).toContain(kind);
    expect(result.samples).toEqual(rewrite(buildFragment(spec)).samples);
  });
});

describe('for all input', () => {
  const sample = fc.record({
    size: fc.integer({ min: 1, max: 300 }),
    duration: fc.integer({ min: 100_000, max: 800_000 }),
    flags: fc.constantFrom(0, SYNC, NON_SYNC),
    offset: fc.integer({ min: -2_000_000, max: 2_000_000 }),
  });
  const spec: fc.Arbitrary<FragmentSpec> = fc.record({
    runs: fc.array(
      fc.record({
        samples: fc.array(sample, { minLength: 1, maxLength: 12 }),
        version: fc.constantFrom(0, 1),
        dataOffset: fc.constantFrom<'auto'>('auto'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    mdatSize: fc.constantFrom('32', '64', 'open'),
    before: fc.constantFrom([], [box('styp', u32(0))]),
    between: fc.constantFrom([], [box('free')]),
  });

  test('samples keep their bytes, their durations and the distances between pictures', () => {
    fc.assert(
      fc.property(spec, (given) => {
        const wanted = given.runs.flatMap(({ samples }) => samples);
        const is64 = given.mdatSize === '64';
        const input = buildFragment(given);
        const duration = ticks(wanted.reduce((sum, one) => sum + (one.duration ?? 0), 0));
        const result = transmux(input, { duration });
        expect(dataOf(result)).toEqual(payloadOf(given));
        expect(is64).toBe(result.segment.includes(Buffer.concat([u32(1), Buffer.from('mdat')])));
        expect(result.samples.map(({ duration }) => duration)).toEqual(
          wanted.map(({ duration }) => duration),
        );

        const { compositionShift, lead } = result.report;
        expect(result.decodeTime).toBe(740_000_000n - BigInt(lead));
        expect(Math.min(...result.samples.map(({ offset }) => offset))).toBeGreaterThanOrEqual(0);
        const shift = Number(compositionShift) - lead;
        expect(result.samples.map(({ offset }) => offset + shift)).toEqual(
          wanted.map(({ offset }) => offset),
        );
        let decode = 0;
        const shown = result.samples.map(({ duration, offset }) => {
          const at = decode + offset;
          decode += duration;
          return at;
        });
        expect(Math.min(...shown)).toBe(lead);
      }),
    );
  });

  test('rows that stay say the same as rows written again', () => {
    const mostlyPlain = fc.record({
      runs: fc
        .record({
          samples: fc.array(
            fc.record({
              size: fc.integer({ min: 1, max: 300 }),
              duration: fc.constantFrom(400_000, 400_001, 0),
              flags: fc.constantFrom(SYNC, NON_SYNC, NON_SYNC, 0),
              offset: fc.constantFrom(0, 0, 400_000),
            }),
            { minLength: 1, maxLength: 5 },
          ),
          version: fc.constantFrom(0, 1),
          dataOffset: fc.constantFrom('auto', 0, undefined),
        })
        .map((run) => [run] as FragmentSpec['runs']),
      defaultFlags: fc.constantFrom(SYNC, NON_SYNC, 0),
      defaultDuration: fc.constantFrom(400_000, undefined),
      tfdt: fc.constantFrom(740_000_000n, 1n, undefined),
    }) as fc.Arbitrary<FragmentSpec>;
    fc.assert(
      fc.property(mostlyPlain, fc.constantFrom('video', 'audio'), (given, type) => {
        const stream = { ...context.stream, type } as FragmentContext['stream'];
        const input = buildFragment(given);
        const kept = transmux(input, { stream });
        const written = transmux(input, { stream, edit: (samples) => samples });
        // Sound can be begun anywhere, whether the flags say so or say nothing.
        const said = ({ samples }: Outcome) =>
          samples.map((one) => ({ ...one, flags: type === 'audio' ? one.flags & 0x01010000 : one.flags }));
        expect(said(kept)).toEqual(said(written));
        expect(kept.report).toEqual(written.report);
        expect(kept.decodeTime).toBe(written.decodeTime);
      }),
    );
  });

  test('what may be overwritten gives the same', () => {
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1 }), (given, step) => {
        const parts = given.map((one) => buildFragment({ ...one, mdatSize: '32' }));
        const segmentsOf = (mayOverwrite: boolean): Buffer => {
          const transmuxer = new FragmentTransmuxer({ ...context, mayOverwrite });
          const input = Uint8Array.from(Buffer.concat(parts));
          const length = 1 + (step % input.length);
          const out: Uint8Array[] = [];
          for (let at = 0; at < input.length; at += length)
            out.push(...transmuxer.push(input.slice(at, at + length)));
          transmuxer.finish();
          return Buffer.concat(out);
        };
        expect(segmentsOf(true)).toEqual(segmentsOf(false));
      }),
    );
  });

  test('any cut of the bytes gives the same', () => {
    fc.assert(
      fc.property(spec, fc.array(fc.integer({ min: 1, max: 200 })), (given, lengths) => {
        const input = buildFragment({ ...given, after: [box('free')] });
        const transmuxer = new FragmentTransmuxer(context);
        const out: Uint8Array[] = [];
        let at = 0;
        for (let i = 0; at < input.length; i++) {
          const length = lengths[i] ?? 1;
          out.push(...transmuxer.push(input.subarray(at, at + length)));
          at += length;
        }
        const whole = transmux(input);
        expect(transmuxer.finish()).toEqual(whole.report);
        expect(Buffer.concat(out)).toEqual(whole.segment);
      }),
    );
  });

  test('broken bytes give a typed error or a segment, never anything else', () => {
    const broken = fc.record({
      given: spec,
      changes: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(255) }), {
        minLength: 1,
        maxLength: 8,
      }),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(broken, fc.boolean(), ({ given, changes, cut }, isCut) => {
        const input = buildFragment(given);
        const moofEnd = input.indexOf('mdat') + 4;
        for (const { at, value } of changes) input[Math.floor(at * (moofEnd - 1))] = value;
        expectOnlyTypedErrors(isCut ? input.subarray(0, Math.floor(input.length * cut)) : input);
      }),
      { numRuns: 2000 },
    );
  });

  test('random bytes give a typed error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), expectOnlyTypedErrors), { numRuns: 500 });
  });

  function expectOnlyTypedErrors(input: Uint8Array): void {
    try {
      const transmuxer = new FragmentTransmuxer(context);
      const segment = Buffer.concat(transmuxer.push(input));
      const report = transmuxer.finish();
      if (!report.isEmpty) expect(readBack(segment).samples).toHaveLength(report.samples);
    } catch (error) {
      if (!(error instanceof SmoothError)) throw error;
      expect(error.code).toBe('fragment-malformed');
    }
  }
});
