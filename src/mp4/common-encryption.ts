import { bytesFromHex } from '../base/bytes.ts';
import type { FragmentProtection } from './fragment-writer.ts';
import type { TrackKey } from './scheme-info.ts';
import { BoxWriter } from './writer.ts';

/** How the samples of one fragment are encrypted. ISO/IEC 23001-7, 7. */
export interface SampleEncryption {
  /** Whether entries specify clear ranges of their samples. */
  readonly hasSubsamples: boolean;
  /** For each sample an initialization vector, followed by its subsamples. */
  readonly entries: Uint8Array;
  /** Size of each sample's entry in bytes. */
  readonly entrySizes: readonly number[];
}

const SUBSAMPLES = 0x2;
/** The maximum size of an entry in `saiz`, which has one byte for it. */
const MAX_MEASURED = 255;
const SEIG_SIZE = 20;
/** Size of the sample group boxes without their entries and members. */
const GROUPS_SIZE = 24 + 20;
/** Entries of a fragment's own `sgpd` are numbered from here. ISO/IEC 14496-12, 8.9.4. */
const OF_THIS_FRAGMENT = 0x10001;

/** Consecutive samples with one key, or with none although their track has one; `count` of the last may exceed the number of samples. */
export interface KeyMembers {
  readonly count: number;
  readonly key: TrackKey | 'clear';
}

/**
 * `senc`, `saiz`, `saio` and the sample groups: parsers differ in which they use. `samples` is `undefined` for clear
 * ones. `members` are all samples if their keys differ from the track's, and empty otherwise.
 */
export function fragmentProtection(
  samples: SampleEncryption | undefined,
  members: readonly KeyMembers[],
): FragmentProtection {
  const sizes = samples && isMeasurable(samples) ? 17 + measured(samples).length + 20 : 0;
  /** Each with its index in the list of groups, from 0. */
  const keys = new Map<KeyMembers['key'], number>();
  for (const { key } of members) if (!keys.has(key)) keys.set(key, keys.size);
  const groups = members.length > 0 ? GROUPS_SIZE + SEIG_SIZE * keys.size + 8 * members.length : 0;
  return {
    size: (samples ? 16 + samples.entries.length + sizes : 0) + groups,
    write: (writer, sampleCount) => {
      if (samples) writeSampleEncryption(writer, samples);
      if (members.length > 0) writeKeyGroups(writer, keys, members, sampleCount);
    },
  };
}

function writeSampleEncryption(writer: BoxWriter, samples: SampleEncryption): void {
  const { hasSubsamples, entries, entrySizes } = samples;
  let entriesAt = 0;
  writer.fullBox('senc', 0, hasSubsamples ? SUBSAMPLES : 0, () => {
    writer.u32(entrySizes.length);
    entriesAt = writer.length;
    writer.bytes(entries);
  });
  if (!isMeasurable(samples)) return;
  const own = measured(samples);
  writer.fullBox('saiz', 0, 0, () => {
    writer.u8(own.length > 0 ? 0 : (entrySizes[0] ?? 0));
    writer.u32(entrySizes.length);
    for (const size of own) writer.u8(size);
  });
  writer.fullBox('saio', 0, 0, () => {
    writer.u32(1);
    writer.u32(entriesAt);
  });
}

function writeKeyGroups(
  writer: BoxWriter,
  keys: ReadonlyMap<KeyMembers['key'], number>,
  members: readonly KeyMembers[],
  sampleCount: number,
): void {
  writer.fullBox('sgpd', 1, 0, () => {
    writer.fourCC('seig');
    writer.u32(SEIG_SIZE);
    writer.u32(keys.size);
    for (const key of keys.keys()) {
      const { keyId, ivSize } = key === 'clear' ? { keyId: new Uint8Array(16), ivSize: 0 } : key;
      writer.u16(0);
      writer.u8(key === 'clear' ? 0 : 1);
      writer.u8(ivSize);
      writer.bytes(keyId);
    }
  });
  writer.fullBox('sbgp', 0, 0, () => {
    writer.fourCC('seig');
    writer.u32(members.length);
    let left = sampleCount;
    for (const { count, key } of members) {
      writer.u32(Math.min(count, left));
      writer.u32(OF_THIS_FRAGMENT + (keys.get(key) ?? 0));
      left -= count;
    }
  });
}

const isMeasurable = ({ entrySizes }: SampleEncryption): boolean =>
  entrySizes.every((size) => size <= MAX_MEASURED);

/** Sizes that `saiz` lists; none if all are equal. */
const measured = ({ entrySizes }: SampleEncryption): readonly number[] =>
  entrySizes.every((size) => size === entrySizes[0]) ? [] : entrySizes;

/** A `pssh` box, for key systems. ISO/IEC 23001-7, 8.1. */
export function writeSystemHeader(systemId: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new BoxWriter(32 + data.length);
  writer.fullBox('pssh', 0, 0, () => {
    writer.bytes(bytesFromHex(systemId) ?? new Uint8Array(16));
    writer.u32(data.length);
    writer.bytes(data);
  });
  return writer.finish();
}
