import { bytesFromHex } from '../../../src/base/bytes.ts';
import { codecString } from '../../../src/manifest/codec.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import {
  keyIdsOf,
  PLAYREADY,
  readPlayReady,
  unsupportedScheme,
  WIDEVINE,
} from '../../../src/manifest/protection.ts';
import { makeVps } from '../../../src/mp4/hevc-vps.ts';
import { createInitSegment } from '../../../src/transmux/init-segment.ts';
import { silentFrame } from '../../../src/transmux/silence.ts';
import { treeOf } from '../boxes.ts';
import type { Random } from '../random.ts';
import { must, repeatPart, type Target } from '../target.ts';

const hex = (text: string): Uint8Array => bytesFromHex(text) ?? new Uint8Array();

/** Bytes and bits change places and values. */
function mutateBytes(
  input: Uint8Array,
  others: readonly [Uint8Array, ...Uint8Array[]],
  random: Random,
): Uint8Array {
  let bytes = Uint8Array.from(input);
  for (let times = 1 + random.small(6); times > 0; times--) {
    const at = random.below(bytes.length);
    const change = random.below(7);
    if (change < 2) bytes[at] = random.below(256);
    else if (change === 2) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else if (change === 3)
      bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + random.small(8))]);
    else if (change === 4)
      bytes = Uint8Array.from([
        ...bytes.subarray(0, at),
        ...random.pick(others).subarray(0, random.below(200)),
      ]);
    else if (change === 5)
      bytes.set(
        bytes.slice(at, at + random.small(16)).subarray(0, bytes.length - at),
        Math.max(0, at - random.below(16)),
      );
    else bytes.fill(random.pick([0, 0xff, 1]), at, at + random.small(9));
  }
  return bytes.subarray(0, 4096);
}

const grower = (input: Uint8Array, random: Random) => {
  const from = random.below(input.length);
  return repeatPart(input, from, from + 1 + random.small(16));
};

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
function playReadyObject(text: string): Uint8Array {
  const header = utf16(text);
  const bytes = Buffer.alloc(10 + header.length);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(1, 4);
  bytes.writeUInt16LE(1, 6);
  bytes.writeUInt16LE(header.length, 8);
  header.copy(bytes, 10);
  return bytes;
}
const wrm = (version: string, data: string) =>
  playReadyObject(
    `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="${version}"><DATA>${data}</DATA></WRMHEADER>`,
  );
const KID = 'MyIRAFVEd2aImaq7zN3u/w==';

export const playReady: Target = {
  name: 'playready',
  passes: 4,
  seeds: () => [
    wrm(
      '4.0.0.0',
      `<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${KID}</KID><CHECKSUM>QuKmVjK8B3k=</CHECKSUM><LA_URL>https://a.example/</LA_URL>`,
    ),
    wrm('4.1.0.0', `<PROTECTINFO><KID ALGID="AESCTR" CHECKSUM="QuKmVjK8B3k=" VALUE="${KID}"/></PROTECTINFO>`),
    wrm(
      '4.3.0.0',
      `<PROTECTINFO><KIDS><KID ALGID="AESCBC" VALUE="${KID}"/><KID VALUE="${KID}"/></KIDS></PROTECTINFO>`,
    ),
    hex(
      '0000003470737368010000009a04f07998404286ab92e65be0885f9500000001001122334455667788 99aabbccddeeff00000000'.replace(
        ' ',
        '',
      ),
    ),
    hex('0801121000112233445566778899aabbccddeeff'),
  ],
  mutate: mutateBytes,
  grower,
  read(data) {
    const ids = [PLAYREADY, WIDEVINE].flatMap((systemId) => keyIdsOf([{ systemId, data }]));
    const scheme = unsupportedScheme([{ systemId: PLAYREADY, data }]);
    return { ids, scheme, header: readPlayReady(data) };
  },
  check(result) {
    const { header } = result as { header: ReturnType<typeof readPlayReady> };
    must(
      header.keys.every(({ id }) => /^[\da-f]{32}$/.test(id)),
      'a key id that is none',
    );
  },
};

const AVC =
  '000000016764000dac2ca50e11bff040003f0520c0c0c800001f480005dc0300001c1200038273f8c7180000e090001c139fc638768489450000000168e9093525';
const HEVC =
  '0000000140010c01ffff0408000003009e0800000300003c959809000000014201010408000003009e0800000300003c9001b101e39ef2cacd24995e02dc080800100000030010000003019080000000014401c172860c4624';
const FOUR_CCS = [
  'H264',
  'HVC1',
  'HEV1',
  'DVH1',
  'AACL',
  'AACH',
  'AACP',
  'EC-3',
  'AC-3',
  'MP3',
  'WMAP',
  '',
] as const;
const [STREAM] = parseManifest(
  '<SmoothStreamingMedia><StreamIndex Type="video" Url="a"><QualityLevel/><c d="1"/></StreamIndex></SmoothStreamingMedia>',
).streams;

/** Private data as each codec's; its first byte chooses none. */
export const codecs: Target = {
  name: 'codecs',
  passes: 24,
  seeds: () =>
    [
      AVC,
      HEVC,
      '1190',
      '2b118800',
      '119056e500',
      'f8e83e00',
      '00063F000000AF87FBA7022DFB42A4D405CD93843BDD0600200f00',
      '01640028ffe1000467640028',
      `01640028ffe10004676400280100${'04'}68ee3c80`,
    ].map(hex),
  mutate: mutateBytes,
  grower,
  read: (codecPrivateData) =>
    FOUR_CCS.map((fourCC, i): Uint8Array | undefined => {
      const codec = codecString({
        fourCC,
        audioTag: i % 2 === 0 ? undefined : 85,
        privateData: codecPrivateData,
      });
      const level: QualityLevel = {
        ...{ index: 0, bitrate: 1, fourCC, codecPrivateData, nalUnitLength: 4, customAttributes: [] },
        codec: fourCC === 'DVH1' ? 'dvh1.05.06' : codec,
        samplingRate: codecPrivateData.length * 1000,
      };
      silentFrame(level);
      makeVps(codecPrivateData);
      try {
        return STREAM && createInitSegment(STREAM as Stream, level);
      } catch (error) {
        must(
          error instanceof Error && error.message.startsWith('codec-private-data-invalid'),
          `an init segment that fails with ${String(error)}`,
        );
        return undefined;
      }
    }),
  check(segments) {
    for (const segment of segments as (Uint8Array | undefined)[]) {
      if (!segment) continue;
      const tree = treeOf(Buffer.from(segment));
      must(tree.map(({ type }) => type).join() === 'ftyp,moov', 'an init segment of other boxes');
      const entries = Buffer.from(segment).indexOf('stsd');
      must(
        entries > 0 && Buffer.from(segment).readUInt32BE(entries + 12) + entries + 12 <= segment.length,
        'a sample entry that is cut',
      );
    }
  },
};
