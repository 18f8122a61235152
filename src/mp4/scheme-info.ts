import type { BoxWriter } from './writer.ts';

/** Fields of `tenc`: the encryption of a track's samples. ISO/IEC 23001-7, 8.2. */
export interface TrackKey {
  /** 16 bytes. */
  readonly keyId: Uint8Array;
  /** Size of each sample's initialization vector in bytes. */
  readonly ivSize: number;
}

const SCHEME_VERSION = 0x10000;

/** `sinf` of an encrypted sample entry whose type was `original`. ISO/IEC 14496-12, 8.12. */
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
