import { bytesFromHex, hexFromBytes, swapGuid } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import { type Box, malformed } from '../mp4/box.ts';
import { fragmentProtection, type SampleEncryption } from '../mp4/common-encryption.ts';
import { BoxReader } from '../mp4/reader.ts';
import { findAuxiliaryInfo } from './auxiliary-info.ts';
import {
  type Encryption,
  type EncryptionReader,
  PIFF_SAMPLE_ENCRYPTION,
  type ReadEncryption,
  trackKey,
} from './encryption.ts';

/** The override's key and algorithm, or those of a sample group. */
interface Override {
  readonly isProtected: boolean;
  readonly ivSize: number;
  readonly keyId: string;
}

const OVERRIDES = 0x1;
const HAS_SUBSAMPLES = 0x2;
const AES_CTR = 1;
const AES_CBC = 2;
/** Stands where no header names a key: whoever has the title's one key can still use it. */
const UNKNOWN_KEY = '0'.repeat(32);

/** Of samples that are clear, whatever their track is. */
const CLEAR: ReadEncryption = {
  encryption: undefined,
  protect: (track) => track && fragmentProtection(undefined, 'clear'),
};

const sealed = (encryption: Encryption, samples: SampleEncryption): ReadEncryption => ({
  encryption,
  protect: (track) => {
    const isAsTrack = !track || (encryption.keyId === track.keyId && encryption.ivSize === track.ivSize);
    return fragmentProtection(samples, isAsTrack ? undefined : trackKey(encryption));
  },
});

/**
 * Reads how the samples of a fragment are encrypted. `keyIds` are the title's, the default first. PIFF 1.1, 5.3.2
 * (`uuid`); ISO/IEC 23001-7, 7.2 (`senc`, as in PIFF 1.3).
 */
export const encryptionReader =
  (keyIds: readonly string[]): EncryptionReader =>
  (view, boxes, table, base) => {
    if (table.count === 0) return CLEAR;
    const found = findEntries(view, boxes, table.count, base);
    if (!found) return CLEAR;
    const { box, start, end, override } = found;
    if (override?.isProtected === false) return CLEAR;
    const walk = { view, start, end, sizes: table.sizes };
    for (const hasSubsamples of found.subsamples) {
      for (const ivSize of [8, 16] as const) {
        if (override && override.ivSize !== ivSize) continue;
        const entrySizes = measureEntries({ ...walk, hasSubsamples }, ivSize);
        if (!entrySizes) continue;
        const entries = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
        const keyId = override ? knownOrder(override.keyId, keyIds) : (keyIds[0] ?? UNKNOWN_KEY);
        return sealed({ keyId, ivSize }, { hasSubsamples, entries, entrySizes });
      }
    }
    throw malformed(box.type, box.start, 'its entries do not fit its samples');
  };

/** A box with the samples' entries, or else where they lie elsewhere; `undefined` when there are none. */
function findEntries(view: DataView, boxes: readonly Box[], samples: number, base: bigint | undefined) {
  const box =
    boxes.find(({ type }) => type === 'senc') ?? boxes.find(({ uuid }) => uuid === PIFF_SAMPLE_ENCRYPTION);
  if (!box) {
    const auxiliary = findAuxiliaryInfo(view, boxes, samples, base);
    return auxiliary && { ...auxiliary, override: readKeyGroup(view, boxes, samples) };
  }
  const reader = new BoxReader(view, box);
  const { flags } = reader.versionAndFlags();
  const override = flags & OVERRIDES ? readOverride(view, reader) : readKeyGroup(view, boxes, samples);
  const count = reader.u32();
  if (count === 0 || override?.isProtected === false) return undefined;
  if (count !== samples) {
    throw malformed(box.type, box.start, `${count} samples where trun has ${samples}`);
  }
  const subsamples = [(flags & HAS_SUBSAMPLES) !== 0];
  return { box, start: reader.position, end: box.end, subsamples, override };
}

/** 24 bits of algorithm, the size of vectors, and a key id. PIFF 1.1, 5.3.2. */
function readOverride(view: DataView, reader: BoxReader): Override {
  const algorithmAndSize = reader.u32();
  const keyId = readKeyId(view, reader);
  const algorithm = algorithmAndSize >>> 8;
  if (algorithm === AES_CBC) throw new SmoothError('drm-scheme-unsupported', { scheme: 'PIFF AES-CBC' });
  return { isProtected: algorithm === AES_CTR, ivSize: algorithmAndSize & 0xff, keyId };
}

/** The fragment's own `seig` group, if all its samples are in one. ISO/IEC 23001-7, 6; ISO/IEC 14496-12, 8.9. */
function readKeyGroup(view: DataView, boxes: readonly Box[], sampleCount: number): Override | undefined {
  const groups = readSeig(view, boxes, 'sgpd');
  const members = readSeig(view, boxes, 'sbgp');
  if (!groups || !members) return undefined;
  if (members.version > 0) members.reader.u32();
  const indices = new Set<number>();
  let covered = 0;
  for (let runs = members.reader.u32(); runs > 0; runs--) {
    covered += members.reader.u32();
    indices.add(members.reader.u32() & 0xffff);
  }
  // The rest is in no group.
  if (covered < sampleCount) indices.add(0);
  const [index = 0, ...others] = indices;
  if (others.length > 0)
    throw malformed('sbgp', members.reader.position, 'keys that change within a fragment');
  if (index === 0) return undefined;
  const length = groups.version > 0 ? groups.reader.u32() : 20;
  groups.reader.u32();
  groups.reader.skip((length === 0 ? 24 : length) * (index - 1) + (length === 0 ? 4 : 0));
  const head = groups.reader.u32();
  return {
    isProtected: (head & 0xff00) !== 0,
    ivSize: head & 0xff,
    keyId: readKeyId(view, groups.reader),
  };
}

function readSeig(view: DataView, boxes: readonly Box[], type: string) {
  for (const box of boxes.filter((candidate) => candidate.type === type)) {
    const reader = new BoxReader(view, box);
    const { version } = reader.versionAndFlags();
    if (reader.u32() === 0x73656967) return { reader, version };
  }
  return undefined;
}

function readKeyId(view: DataView, reader: BoxReader): string {
  const at = reader.skip(16);
  return hexFromBytes(new Uint8Array(view.buffer, view.byteOffset + at, 16));
}

/** Some packagers write the id as Windows lays GUIDs out: then the title's headers have it the other way round. */
function knownOrder(keyId: string, keyIds: readonly string[]): string {
  if (keyIds.includes(keyId)) return keyId;
  const swapped = hexFromBytes(swapGuid(bytesFromHex(keyId) ?? new Uint8Array()));
  return keyIds.includes(swapped) ? swapped : keyId;
}

interface Walk {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  readonly sizes: Uint32Array;
  readonly hasSubsamples: boolean;
}

/** The size of each sample's entry, if the box holds just such entries, and they cover just their samples. */
function measureEntries({ view, start, end, sizes, hasSubsamples }: Walk, ivSize: number) {
  const entrySizes: number[] = [];
  let at = start;
  for (const size of sizes) {
    let entrySize = ivSize;
    if (hasSubsamples) {
      if (at + ivSize + 2 > end) return undefined;
      const count = view.getUint16(at + ivSize);
      entrySize += 2 + 6 * count;
      if (at + entrySize > end) return undefined;
      let covered = 0;
      for (let pair = at + ivSize + 2; pair < at + entrySize; pair += 6) {
        covered += view.getUint16(pair) + view.getUint32(pair + 2);
      }
      if (count > 0 && covered !== size) return undefined;
    }
    at += entrySize;
    entrySizes.push(entrySize);
  }
  return at === end ? entrySizes : undefined;
}
