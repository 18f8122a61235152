import { bytesFromHex, hexFromBytes, swapGuid } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import { type Box, malformed } from '../mp4/box.ts';
import { fragmentProtection, type KeyMembers, type SampleEncryption } from '../mp4/common-encryption.ts';
import { PIFF_SAMPLE_ENCRYPTION } from '../mp4/encryption-boxes.ts';
import { BoxReader } from '../mp4/reader.ts';
import { findAuxiliaryInfo } from './auxiliary-info.ts';
import {
  type AddedSamples,
  type Encryption,
  type EncryptionReader,
  type ReadEncryption,
  trackKey,
} from './encryption.ts';
import { coverClear, type EntryWalk, measureEntries } from './encryption-entries.ts';
import { type KeyRun, type KeyUse, readKeyId, readKeyRuns } from './key-groups.ts';

const OVERRIDES = 0x1;
const HAS_SUBSAMPLES = 0x2;
const AES_CTR = 1;
const AES_CBC = 2;
/** Used if no header names a key: an app with the title's only key can still use it. */
const UNKNOWN_KEY = '0'.repeat(32);
/** More samples than any fragment has. */
const ALL = 0xffffffff;

/** For clear samples, whatever their track is. */
const CLEAR: ReadEncryption = {
  encryption: undefined,
  protect: (track) => fragmentProtection(undefined, track ? [{ count: ALL, key: 'clear' }] : []),
};

const NO_KEY: KeyUse = { isProtected: false, ivSize: 0, keyId: UNKNOWN_KEY };

/** Consecutive samples, and how to decrypt them. */
interface SealedRun {
  readonly count: number;
  readonly encryption: Encryption;
}

const sealed = (
  runs: readonly SealedRun[],
  first: Encryption,
  samples: SampleEncryption,
): ReadEncryption => ({
  encryption: first,
  protect: (track = first) => {
    const isAsTrack = runs.every(({ encryption }) => isSameKey(encryption, track));
    return fragmentProtection(samples, isAsTrack ? [] : membersOf(runs));
  },
});

const isSameKey = (a: Encryption, b: Encryption): boolean => a.keyId === b.keyId && a.ivSize === b.ivSize;

function membersOf(runs: readonly SealedRun[]): readonly KeyMembers[] {
  const keys = new Map<string, KeyMembers['key']>();
  return runs.map(({ count, encryption }) => {
    const name = `${encryption.keyId} ${encryption.ivSize}`;
    const key = keys.get(name) ?? trackKey(encryption);
    keys.set(name, key);
    return { count, key };
  });
}

/**
 * Reads how the samples of a fragment are encrypted. `keyIds` are the title's, the default first; `met` is called with
 * the ids of a fragment that has several. PIFF 1.1, 5.3.2 (`uuid`); ISO/IEC 23001-7, 7.2 (`senc`, as in PIFF 1.3).
 */
export const encryptionReader =
  (keyIds: readonly string[], met?: (keyIds: readonly string[]) => void): EncryptionReader =>
  (view, boxes, table, base, added) => {
    if (table.count === 0) return CLEAR;
    const found = findEntries(view, boxes, table.count, base);
    if (!found) return CLEAR;
    const { box, start, end, uses } = found;
    if (uses.every(({ use }) => use?.isProtected === false)) return CLEAR;
    const walk = { view, start, end, sizes: table.sizes };
    for (const hasSubsamples of found.subsamples) {
      for (const ivSize of [8, 16] as const) {
        const read = readEntries({ ...walk, hasSubsamples }, uses, ivSize, added);
        if (!read) continue;
        const all = added ? [...uses, { count: added.count, use: NO_KEY }] : uses;
        const runs = sealedRuns(all, ivSize, keyIds);
        const [first] = runs;
        if (!first) break;
        if (runs.length > 1) met?.([...new Set(runs.map(({ encryption }) => encryption.keyId))]);
        return sealed(runs, first.encryption, read);
      }
    }
    throw malformed(box.type, box.start, 'its entries do not fit its samples');
  };

/** The entries, if they are valid for a vector size, where nothing specifies the size. */
function readEntries(
  walk: Omit<EntryWalk, 'vectors'>,
  uses: readonly KeyRun[],
  ivSize: 8 | 16,
  added: AddedSamples | undefined,
): SampleEncryption | undefined {
  const { view, start, end, hasSubsamples, sizes } = walk;
  const isKnown = ({ use }: KeyRun) => !use?.isProtected || use.ivSize === 8 || use.ivSize === 16;
  if (!uses.every(isKnown) || (uses.length === 1 && uses[0]?.use && uses[0].use.ivSize !== ivSize))
    return undefined;
  const vectorOf = ({ use }: KeyRun) => (use?.isProtected === false ? 0 : (use?.ivSize ?? ivSize));
  const vectors = uses.flatMap((run) => new Array<number>(run.count).fill(vectorOf(run)));
  const entrySizes = measureEntries({ ...walk, vectors });
  if (!entrySizes) return undefined;
  const entries = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
  const read = { hasSubsamples, entries, entrySizes };
  if (!added && !vectors.includes(0)) return read;
  const none = new Array<number>(added?.count ?? 0).fill(0);
  const all = { ...read, entrySizes: [...entrySizes, ...none] };
  const allSizes = [...sizes, ...none.map(() => added?.frame.length ?? 0)];
  return coverClear(all, allSizes, [...vectors, ...none], ivSize);
}

/** Clear samples are covered by the key of those before or after them. */
function sealedRuns(uses: readonly KeyRun[], ivSize: 8 | 16, keyIds: readonly string[]): SealedRun[] {
  const encryptionOf = ({ use }: KeyRun): Encryption | undefined => {
    if (use?.isProtected === false) return undefined;
    const keyId = use ? knownOrder(use.keyId, keyIds) : (keyIds[0] ?? UNKNOWN_KEY);
    return { keyId, ivSize: use?.ivSize === 16 ? 16 : use?.ivSize === 8 ? 8 : ivSize };
  };
  const runs: SealedRun[] = [];
  let ahead = 0;
  for (const run of uses) {
    const encryption = encryptionOf(run) ?? runs.at(-1)?.encryption;
    if (encryption) runs.push({ count: ahead + run.count, encryption });
    ahead = encryption ? 0 : ahead + run.count;
  }
  return runs;
}

/** A box with the samples' entries, or the location of entries elsewhere; `undefined` if there are none. */
function findEntries(view: DataView, boxes: readonly Box[], samples: number, base: bigint | undefined) {
  const box =
    boxes.find(({ type }) => type === 'senc') ?? boxes.find(({ uuid }) => uuid === PIFF_SAMPLE_ENCRYPTION);
  if (!box) {
    const auxiliary = findAuxiliaryInfo(view, boxes, samples, base);
    return auxiliary && { ...auxiliary, uses: readKeyRuns(view, boxes, samples) };
  }
  const reader = new BoxReader(view, box);
  const { flags } = reader.versionAndFlags();
  const uses =
    flags & OVERRIDES
      ? [{ count: samples, use: readOverride(view, reader) }]
      : readKeyRuns(view, boxes, samples);
  const count = reader.u32();
  if (count === 0 || uses.every(({ use }) => use?.isProtected === false)) return undefined;
  if (count !== samples) {
    throw malformed(box.type, box.start, `${count} samples where trun has ${samples}`);
  }
  const subsamples = [(flags & HAS_SUBSAMPLES) !== 0];
  return { box, start: reader.position, end: box.end, subsamples, uses };
}

/** 24 bits of algorithm, the vector size, and a key id. PIFF 1.1, 5.3.2. */
function readOverride(view: DataView, reader: BoxReader): KeyUse {
  const algorithmAndSize = reader.u32();
  const keyId = readKeyId(view, reader);
  const algorithm = algorithmAndSize >>> 8;
  if (algorithm === AES_CBC) throw new SmoothError('drm-scheme-unsupported', { scheme: 'PIFF AES-CBC' });
  return { isProtected: algorithm === AES_CTR, ivSize: algorithmAndSize & 0xff, keyId };
}

/** Some packagers write the id in the GUID layout of Windows: then the title's headers have it in the other byte order. */
function knownOrder(keyId: string, keyIds: readonly string[]): string {
  if (keyIds.includes(keyId)) return keyId;
  const swapped = hexFromBytes(swapGuid(bytesFromHex(keyId) ?? new Uint8Array()));
  return keyIds.includes(swapped) ? swapped : keyId;
}
