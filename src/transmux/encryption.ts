import { bytesFromHex } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import { tellsOfEncryption } from '../mp4/encryption-boxes.ts';
import type { SampleTable, TrackFragment } from '../mp4/fragment.ts';
import type { FragmentProtection } from '../mp4/fragment-writer.ts';
import type { TrackKey } from '../mp4/scheme-info.ts';

/** How samples are decrypted: the key, and the size of their initialization vectors. */
export interface Encryption {
  /** 32 lower-case digits, in the byte order of Common Encryption. */
  readonly keyId: string;
  readonly ivSize: 8 | 16;
}

/** The encryption of a fragment. */
export interface ReadEncryption {
  /** From the fragment, or else the title's; `undefined` if its samples are clear. */
  readonly encryption: Encryption | undefined;
  /** All keys of its samples, the first one first. */
  readonly keyIds: readonly string[];
  /** The boxes to write, given the encryption in the init segment: a sample group wherever the two differ. */
  readonly protect: (track: Encryption | undefined) => FragmentProtection | undefined;
}

/** Clear samples that are added after the fragment's own. */
export interface AddedSamples {
  readonly count: number;
  /** The bytes of each sample. */
  readonly frame: Uint8Array;
}

/** A `traf` as far as its encryption concerns it: its boxes, and the samples that entries belong to. */
export type EncryptedTrack = Pick<TrackFragment, 'extensions' | 'runs' | 'defaults'>;

/**
 * Reads a fragment's encryption from each `traf` of its track. `table` may have only the first samples of them; `added`
 * samples have no entries in their boxes.
 */
export type EncryptionReader = (
  view: DataView,
  tracks: readonly EncryptedTrack[],
  table: SampleTable,
  added?: AddedSamples,
) => ReadEncryption | undefined;

/** Reads nothing, for clear titles. Throws `fragment-encrypted` if a box signals encryption. */
export function expectNoEncryption(_view: DataView, tracks: readonly EncryptedTrack[]): undefined {
  if (tracks.some(({ extensions }) => extensions.some(tellsOfEncryption)))
    throw new SmoothError('fragment-encrypted', {});
}

/** In the form of the boxes. */
export const trackKey = ({ keyId, ivSize }: Encryption): TrackKey => ({
  keyId: bytesFromHex(keyId) ?? new Uint8Array(16),
  ivSize,
});
