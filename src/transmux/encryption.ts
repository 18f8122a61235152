import { bytesFromHex } from '../base/bytes.ts';
import type { Box } from '../mp4/box.ts';
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

/** Reads a fragment's encryption. `base` is where `tfhd` has the fragment begin. */
export type EncryptionReader = (
  view: DataView,
  boxes: readonly Box[],
  table: SampleTable,
  base: bigint | undefined,
) => ReadEncryption | undefined;

/** Thrown for a fragment with boxes that tell of encryption when there is nothing to read them with. */
export const SEALED = Symbol('sealed');

export const PIFF_SAMPLE_ENCRYPTION = 'a2394f525a9b4f14a2446c427c648df4';

/** Reads nothing: all that a clear title takes. */
export function expectNoEncryption(_view: DataView, boxes: readonly Box[]): undefined {
  const tells = ({ type, uuid }: Box) =>
    type === 'senc' || type === 'saiz' || uuid === PIFF_SAMPLE_ENCRYPTION;
  if (boxes.some(tells)) throw SEALED;
}

/** As boxes have it. */
export const trackKey = ({ keyId, ivSize }: Encryption): TrackKey => ({
  keyId: bytesFromHex(keyId) ?? new Uint8Array(16),
  ivSize,
});
