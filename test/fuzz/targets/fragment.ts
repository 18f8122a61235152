import { isSmoothError } from '../../../src/base/errors.ts';
import { ticks, timescale } from '../../../src/base/time.ts';
import { chunkList } from '../../../src/manifest/chunk-list.ts';
import type { QualityLevel } from '../../../src/manifest/presentation.ts';
import { replaceStartCodes } from '../../../src/transmux/annex-b.ts';
import { cutPictures } from '../../../src/transmux/cut-pictures.ts';
import { type FragmentReport, FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { completeLevel, readTellingSample } from '../../../src/transmux/in-band.ts';
import type { FragmentContext } from '../../../src/transmux/movie-fragment.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import {
  box,
  buildFragment,
  type FragmentSpec,
  readBack,
  u8,
  u32,
  u64,
  uuidBox,
} from '../../support/fragment-builder.ts';
import { growBoxes, mutateBoxes } from '../boxes.ts';
import { must, type Target } from '../target.ts';

const PIFF = 'a2394f525a9b4f14a2446c427c648df4';
const KEY = '00112233445566778899aabbccddeeff';
const pictures = (count: number, duration = 400_000) =>
  Array.from({ length: count }, (_, i) => ({
    size: 20 + (i % 3),
    duration,
    offset: 400_000 * (i % 3),
    flags: i === 0 ? 0x02000000 : 0x01010000,
  }));
const LIVE: Partial<FragmentSpec> = {
  tfxd: { version: 1, time: 20_000_000n, duration: 20_000_000n },
  tfrf: [{ time: 40_000_000n, duration: 20_000_000n }],
};
const entry = (i: number) => [u64(BigInt(i)), u8(0, 1, 0, 10), u32(10 + (i % 3))];
const plain: FragmentSpec = { runs: [{ samples: pictures(50), dataOffset: 'auto' }] };

const SEEDS: readonly FragmentSpec[] = [
  plain,
  { ...plain, ...LIVE, sdtp: Array.from({ length: 50 }, () => 0x26), tfdt: 5n },
  {
    runs: [{ samples: pictures(3) }, { samples: pictures(2), dataOffset: 3 }],
    baseDataOffset: 1n << 40n,
    before: [box('styp', u32(1, 2))],
    mdatSize: '64',
  },
  {
    defaultDuration: 3600,
    runs: [{ samples: Array.from({ length: 47 }, () => ({ size: 5 })), firstSampleFlags: 0x02000000 }],
    mdatSize: 'open',
  },
  {
    runs: [{ samples: pictures(6), dataOffset: 'auto' }],
    extra: [uuidBox(PIFF, u32(2, 6), ...Array.from({ length: 6 }, (_, i) => entry(i)).flat())],
  },
  {
    runs: [{ samples: pictures(2), dataOffset: 'auto' }],
    extra: [
      uuidBox(PIFF, u32(1, 0x108), Buffer.alloc(16, 1), u32(2), u64(1n), u64(2n)),
      box('saiz', u32(0), u8(8), u32(2)),
      box('saio', u32(0, 1, 0)),
      box('sgpd', u32(0x1000000), Buffer.from('seig'), u32(20, 1), u8(0, 0, 1, 8), Buffer.alloc(16, 3)),
      box('sbgp', u32(0), Buffer.from('seig'), u32(1, 2, 0x10001)),
    ],
  },
  {
    runs: [{ samples: [{ size: 40 }, { size: 24 }], dataOffset: 'auto' }],
    payload: Buffer.concat([
      u32(1),
      Buffer.from('6742800d8d65', 'hex'),
      u32(1),
      Buffer.from('68c92352', 'hex'),
      u32(0x10000ff),
      Buffer.alloc(42, 7),
    ]),
  },
];

const LEVEL: QualityLevel = {
  index: 0,
  bitrate: 64_000,
  fourCC: 'AACL',
  codec: 'mp4a.40.2',
  codecPrivateData: Uint8Array.of(0x11, 0x90),
  samplingRate: 48_000,
  nalUnitLength: 4,
  customAttributes: [],
};
const CHUNKS = chunkList({ firsts: [0], starts: [0], durations: [20_000_000], counts: [5] });

/** How a fragment is read; what its bytes decide, so that the same ones are read the same way. */
function contextOf(input: Uint8Array): FragmentContext {
  const choice = input.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
  const type = choice % 3 === 0 ? 'audio' : 'video';
  return {
    stream: {
      type,
      timescale: timescale([10_000_000, 90_000, 1000, 48_000][(choice >> 3) % 4] ?? 1),
      ...((choice >> 5) % 2 === 0 && { chunks: CHUNKS }),
    },
    level: LEVEL,
    start: ticks(20_000_000),
    duration: ticks(20_000_000),
    origin: ticks(0),
    isLive: (choice >> 6) % 2 === 0,
    readEncryption: (choice >> 7) % 3 === 0 ? undefined : encryptionReader([KEY]),
    ...((choice >> 9) % 4 === 0 && { edit: (samples) => cutPictures(samples, 10_000_000, 10_000_000) }),
  };
}

interface Transmuxed {
  readonly parts: readonly Uint8Array[];
  readonly report: FragmentReport;
}

function transmux(input: Uint8Array, pieceSize: number): Transmuxed | 'sealed' {
  const transmuxer = new FragmentTransmuxer(contextOf(input));
  const parts: Uint8Array[] = [];
  try {
    for (let at = 0; at < input.length; at += pieceSize)
      parts.push(...transmuxer.push(input.subarray(at, at + pieceSize)));
    return { parts, report: transmuxer.finish() };
  } catch (error) {
    // What tells the player to load what decrypts.
    if (typeof error === 'symbol') return 'sealed';
    throw error;
  }
}

export const fragment: Target<Transmuxed | 'sealed'> = {
  name: 'fragment',
  passes: 1,
  seeds: () => [...SEEDS.map(buildFragment), Buffer.concat([buildFragment(plain), buildFragment(plain)])],
  mutate: mutateBoxes,
  grower: growBoxes,
  read: (input) => transmux(input, 16_384),
  check(result, input) {
    if (result === 'sealed') return;
    const { parts, report } = result;
    checkSegments(Buffer.concat(parts), report);
    must(report.duration >= 0n && report.lookAhead.length <= 255, 'an impossible report');
    const cut = transmux(input, 1 + (input.length % 97));
    must(
      cut !== 'sealed' && Buffer.concat(cut.parts).equals(Buffer.concat(parts)),
      'another segment for other pieces',
    );
    const [head, ...rest] = parts;
    if (!head || report.samples === 0) return;
    tolerant(() => {
      const told = readTellingSample(parts, report, timescale(10_000_000), false);
      for (const fourCC of ['H264', 'HVC1', 'EC-3', 'AACL'])
        if (told)
          completeLevel({ ...LEVEL, fourCC, codec: undefined, codecPrivateData: new Uint8Array() }, told);
    });
    if (parts.filter(isHead).length > 1) return;
    tolerant(() => {
      const { head: moof, payload } = replaceStartCodes(head, rest, 4);
      const read = readBack(Buffer.concat([moof, payload]));
      must(
        read.samples.reduce((sum, { data }) => sum + data.length, 0) === payload.length,
        'samples that lost bytes',
      );
    });
  },
};

function tolerant(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!isSmoothError(error)) throw error;
  }
}

const isHead = (part: Uint8Array): boolean => Buffer.from(part.subarray(4, 8)).toString('latin1') === 'moof';

/** What a browser would read out of what was written. */
function checkSegments(bytes: Buffer, report: FragmentReport): void {
  let samples = 0;
  for (let at = 0; at < bytes.length; ) {
    must(bytes.toString('latin1', at + 4, at + 8) === 'moof', 'a segment that begins with something else');
    const moof = bytes.readUInt32BE(at);
    const isLarge = bytes.readUInt32BE(at + moof) === 1;
    const mdat = isLarge ? Number(bytes.readBigUInt64BE(at + moof + 8)) : bytes.readUInt32BE(at + moof);
    must(bytes.toString('latin1', at + moof + 4, at + moof + 8) === 'mdat', 'a moof without mdat');
    must(mdat >= 8 && at + moof + mdat <= bytes.length, 'an mdat that is cut');
    const { trackId, decodeTime, samples: read } = readBack(bytes.subarray(at, at + moof + mdat));
    must(trackId === 1 && decodeTime < 1n << 63n, 'a track or a time of another');
    const payload = at + moof + (isLarge ? 16 : 8);
    for (const { data } of read) {
      must(
        data.byteOffset >= bytes.byteOffset + payload &&
          data.byteOffset + data.length <= bytes.byteOffset + at + moof + mdat,
        'a sample outside of mdat',
      );
    }
    samples += read.length;
    at += moof + mdat;
  }
  must(report.isEmpty || samples === report.samples, 'another number of samples than reported');
}
