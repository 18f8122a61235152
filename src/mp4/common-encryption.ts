import { bytesFromHex } from '../base/bytes.ts';
import { BoxWriter } from './writer.ts';

/** What `tenc` says of a track's samples. ISO/IEC 23001-7, 8.2. */
export interface TrackKey {
  /** 16 bytes. */
  readonly keyId: Uint8Array;
  /** Bytes of each sample's initialization vector. */
  readonly ivSize: number;
}

/** How the samples of one fragment are encrypted. ISO/IEC 23001-7, 7. */
export interface SampleEncryption {
  /** Whether entries tell which stretches of their samples are clear. */
  readonly hasSubsamples: boolean;
  /** An initialization vector for each sample, and its subsamples behind it. */
  readonly entries: Uint8Array;
  /** Bytes of each sample's entry. */
  readonly entrySizes: readonly number[];
}

/** What a fragment is written with beyond its samples. */
export interface FragmentProtection {
  /** `undefined`: its samples are clear. */
  readonly samples: SampleEncryption | undefined;
  /** Key of all samples, where it isn't the track's; `clear` where they need none though the track does. */
  readonly key: TrackKey | 'clear' | undefined;
}

const SCHEME_VERSION = 0x10000;
const SUBSAMPLES = 0x2;
/** A sample's entry is measured with one byte in `saiz`. */
const MAX_MEASURED = 255;
/** Of a `seig` entry, and what its sample group boxes take. */
const SEIG_SIZE = 20;
const GROUP_SIZE = 24 + SEIG_SIZE + 28;
/** Entries of a fragment's own `sgpd` count from here. ISO/IEC 14496-12, 8.9.4. */
const OF_THIS_FRAGMENT = 0x10001;

/** `sinf` of an encrypted sample entry that was of type `original`. ISO/IEC 14496-12, 8.12. */
export function writeSchemeInfo(writer: BoxWriter, original: string, { keyId, ivSize }: TrackKey): void {
  writer.box('sinf', () => {
    writer.box('frma', () => writer.fourCC(original));
    writer.fullBox('schm', 0, 0, () => {
      writer.fourCC('cenc');
      writer.u32(SCHEME_VERSION);
    });
    writer.box('schi', () => {
      writer.fullBox('tenc', 0, 0, () => {
        writer.u16(0);
        writer.u8(1);
        writer.u8(ivSize);
        writer.bytes(keyId);
      });
    });
  });
}

/** Bytes that `writeProtection` writes. */
export function protectionSize({ samples, key }: FragmentProtection): number {
  const sizes = samples && isMeasurable(samples) ? 17 + measured(samples).length + 20 : 0;
  return (samples ? 16 + samples.entries.length + sizes : 0) + (key ? GROUP_SIZE : 0);
}

/**
 * Writes `senc`, `saiz`, `saio` and the sample group into a `traf`: readers differ in which they use. The writer must
 * have begun with `moof`, from which offsets count.
 */
export function writeProtection(
  writer: BoxWriter,
  { samples, key }: FragmentProtection,
  sampleCount: number,
): void {
  if (samples) writeSampleEncryption(writer, samples);
  if (key) writeKeyGroup(writer, key, sampleCount);
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

function writeKeyGroup(writer: BoxWriter, key: TrackKey | 'clear', sampleCount: number): void {
  const { keyId, ivSize } = key === 'clear' ? { keyId: new Uint8Array(16), ivSize: 0 } : key;
  writer.fullBox('sgpd', 1, 0, () => {
    writer.fourCC('seig');
    writer.u32(SEIG_SIZE);
    writer.u32(1);
    writer.u16(0);
    writer.u8(key === 'clear' ? 0 : 1);
    writer.u8(ivSize);
    writer.bytes(keyId);
  });
  writer.fullBox('sbgp', 0, 0, () => {
    writer.fourCC('seig');
    for (const value of [1, sampleCount, OF_THIS_FRAGMENT]) writer.u32(value);
  });
}

const isMeasurable = ({ entrySizes }: SampleEncryption): boolean =>
  entrySizes.every((size) => size <= MAX_MEASURED);

/** Sizes that `saiz` lists; none when all are alike. */
const measured = ({ entrySizes }: SampleEncryption): readonly number[] =>
  entrySizes.every((size) => size === entrySizes[0]) ? [] : entrySizes;

/** A `pssh` box, as key systems take it. ISO/IEC 23001-7, 8.1. */
export function writeSystemHeader(systemId: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new BoxWriter(32 + data.length);
  writer.fullBox('pssh', 0, 0, () => {
    writer.bytes(bytesFromHex(systemId) ?? new Uint8Array(16));
    writer.u32(data.length);
    writer.bytes(data);
  });
  return writer.finish();
}
