import { bytesFromHex } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import type { Box } from '../mp4/box.ts';
import { tellsOfEncryption } from '../mp4/encryption-boxes.ts';
import type { SampleTable } from '../mp4/fragment.ts';
import type { FragmentProtection } from '../mp4/fragment-writer.ts';
import type { TrackKey } from '../mp4/scheme-info.ts';

/** What decrypts samples: a key, and how long their initialization vectors are. */
export interface Encryption {
  /** 32 lower-case digits, in the order of Common Encryption. */
  readonly keyId: string;
  readonly ivSize: 8 | 16;
}

/** A fragment's encryption as read. */
export interface ReadEncryption {
  /** Of the fragment's own, or the title's; `undefined` when its samples are clear. */
  readonly encryption: Encryption | undefined;
  /**
   * What it must be written with, given what the init segment says of its track: a sample group wherever the two
   * differ.
   */
  readonly protect: (track: Encryption | undefined) => FragmentProtection | undefined;
}

/** Clear samples that are written behind those that were read. */
export interface AddedSamples {
  readonly count: number;
  /** The bytes of each. */
  readonly frame: Uint8Array;
}

/** Reads a fragment's encryption. `base` is where `tfhd` has the fragment begin; what is `added` is in no box of it. */
export type EncryptionReader = (
  view: DataView,
  boxes: readonly Box[],
  table: SampleTable,
  base: bigint | undefined,
  added?: AddedSamples,
) => ReadEncryption | undefined;

/** Reads nothing: all that a clear title takes. Throws `fragment-encrypted` for boxes that tell of encryption. */
export function expectNoEncryption(_view: DataView, boxes: readonly Box[]): undefined {
  if (boxes.some(tellsOfEncryption)) throw new SmoothError('fragment-encrypted', {});
}

/** As boxes have it. */
export const trackKey = ({ keyId, ivSize }: Encryption): TrackKey => ({
  keyId: bytesFromHex(keyId) ?? new Uint8Array(16),
  ivSize,
});
