import { bytesFromHex, hexFromBytes, join, swapGuid } from '../base/bytes.ts';
import { fragmentProtection, type KeyMembers, type SampleEncryption } from '../mp4/common-encryption.ts';
import {
  type EncryptedTrack,
  type Encryption,
  type EncryptionReader,
  type ReadEncryption,
  trackKey,
} from './encryption.ts';
import { coverClear } from './encryption-entries.ts';
import type { KeyRun, KeyUse } from './key-groups.ts';
import { readTrackEntries, type TrackEntries } from './track-entries.ts';

/** Used if no header names a key: an app with the title's only key can still use it. */
const UNKNOWN_KEY = '0'.repeat(32);
/** More samples than any fragment has. */
const ALL = 0xffffffff;

/** For clear samples, whatever their track is. */
const CLEAR: ReadEncryption = {
  encryption: undefined,
  keyIds: [],
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
  keyIds: [...new Set(runs.map(({ encryption }) => encryption.keyId))],
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
 * Reads how the samples of a fragment are encrypted. `keyIds` are the title's, the default first.
 */
export const encryptionReader =
  (keyIds: readonly string[]): EncryptionReader =>
  (view, tracks, table, added) => {
    const parts = readTracks(view, tracks, table.sizes);
    const ivSize = parts.find(({ vectors }) => vectors.some(Boolean))?.ivSize;
    if (ivSize === undefined) return CLEAR;
    const all = added ? [...parts, clearPart(added.count)] : parts;
    const runs = sealedRuns(all, keyIds);
    const [first] = runs;
    if (!first) return CLEAR;
    const sizes = [...table.sizes, ...new Array<number>(added?.count ?? 0).fill(added?.frame.length ?? 0)];
    return sealed(runs, first.encryption, joinParts(all, sizes, ivSize));
  };

/** One part for each `traf` with samples. */
function readTracks(
  view: DataView,
  tracks: readonly EncryptedTrack[],
  sizes: Uint32Array,
): readonly TrackEntries[] {
  let at = 0;
  return tracks.flatMap((track) => {
    const rows = track.runs.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
    const own = sizes.subarray(at, at + rows);
    at += own.length;
    return own.length > 0 ? (readTrackEntries(view, track, own) ?? clearPart(own.length)) : [];
  });
}

function clearPart(count: number): TrackEntries {
  const none = new Array<number>(count).fill(0);
  const uses = [{ count, use: NO_KEY }];
  return {
    hasSubsamples: false,
    ivSize: 8,
    entries: new Uint8Array(),
    entrySizes: none,
    vectors: none,
    uses,
  };
}

/** The entries of all parts, in one form. */
function joinParts(
  parts: readonly TrackEntries[],
  sizes: readonly number[],
  ivSize: 8 | 16,
): SampleEncryption {
  const [first, second] = parts;
  const vectors = parts.flatMap((part) => part.vectors);
  if (first && !second && !vectors.includes(0)) return first;
  const hasSubsamples = parts.some((part) => part.hasSubsamples);
  let at = 0;
  const alike = parts.map((part) => {
    const own = sizes.slice(at, at + part.vectors.length);
    at += own.length;
    const isAlike = part.hasSubsamples === hasSubsamples || !part.vectors.some(Boolean);
    return isAlike ? part : coverClear(part, own, part.vectors, ivSize);
  });
  const joined = {
    hasSubsamples,
    entries: join(alike.map(({ entries }) => entries)),
    entrySizes: alike.flatMap(({ entrySizes }) => entrySizes),
  };
  return vectors.includes(0) ? coverClear(joined, sizes, vectors, ivSize) : joined;
}

/** Clear samples are covered by the key of those before or after them. */
function sealedRuns(parts: readonly TrackEntries[], keyIds: readonly string[]): SealedRun[] {
  const encryptionOf = ({ use }: KeyRun, ivSize: 8 | 16): Encryption | undefined => {
    if (use?.isProtected === false) return undefined;
    const keyId = use ? knownOrder(use.keyId, keyIds) : (keyIds[0] ?? UNKNOWN_KEY);
    return { keyId, ivSize: use?.ivSize === 16 ? 16 : use?.ivSize === 8 ? 8 : ivSize };
  };
  const runs: SealedRun[] = [];
  let ahead = 0;
  for (const { uses, ivSize } of parts) {
    for (const run of uses) {
      const encryption = encryptionOf(run, ivSize) ?? runs.at(-1)?.encryption;
      if (encryption) runs.push({ count: ahead + run.count, encryption });
      ahead = encryption ? 0 : ahead + run.count;
    }
  }
  return runs;
}

/** Some packagers write the id in the GUID layout of Windows: then the title's headers have it in the other byte order. */
function knownOrder(keyId: string, keyIds: readonly string[]): string {
  if (keyIds.includes(keyId)) return keyId;
  const swapped = hexFromBytes(swapGuid(bytesFromHex(keyId) ?? new Uint8Array()));
  return keyIds.includes(swapped) ? swapped : keyId;
}
