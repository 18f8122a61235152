import { BoxWriter } from '../../../src/mp4/writer.ts';
import type { FragmentBytes } from '../fragment-resource.ts';
import { packLanguage, UNITY_MATRIX } from '../ismv.ts';

const TICKS_PER_SECOND = 10_000_000;
const SYNC_FLAGS = 0x02000000;

/** Properties of a text or message track in the boxes before the first fragment. */
export interface TextTrack {
  readonly kind: 'ttml' | 'messages';
  readonly trackId: number;
  /** ISO 639-2. */
  readonly language: string;
}

/** `ftyp` and `moov` of an `.ismt`. ISO/IEC 14496-12, 12.3 and 12.6; ISO/IEC 14496-30, 5. */
export function textHeader({ kind, trackId, language }: TextTrack): Uint8Array {
  const w = new BoxWriter();
  w.box('ftyp', () => {
    w.fourCC('isml');
    w.u32(1);
    for (const brand of ['isml', 'piff', 'iso2']) w.fourCC(brand);
  });
  w.box('moov', () => {
    w.fullBox('mvhd', 0, 0, () => {
      w.zeros(8);
      w.u32(TICKS_PER_SECOND);
      w.u32(0);
      w.u32(0x10000);
      w.u16(0x100);
      w.zeros(10);
      UNITY_MATRIX.forEach((value) => void w.u32(value));
      w.zeros(24);
      w.u32(trackId + 1);
    });
    w.box('trak', () => {
      w.fullBox('tkhd', 0, 7, () => {
        w.zeros(8);
        w.u32(trackId);
        w.zeros(24);
        UNITY_MATRIX.forEach((value) => void w.u32(value));
        w.zeros(8);
      });
      w.box('mdia', () => {
        w.fullBox('mdhd', 0, 0, () => {
          w.zeros(8);
          w.u32(TICKS_PER_SECOND);
          w.u32(0);
          w.u16(packLanguage(language));
          w.zeros(2);
        });
        w.fullBox('hdlr', 0, 0, () => {
          w.u32(0);
          w.fourCC(kind === 'ttml' ? 'subt' : 'meta');
          w.zeros(13);
        });
        w.box('minf', () => {
          w.fullBox(kind === 'ttml' ? 'sthd' : 'nmhd', 0, 0);
          w.box('dinf', () => {
            w.fullBox('dref', 0, 0, () => {
              w.u32(1);
              w.fullBox('url ', 0, 1);
            });
          });
          w.box('stbl', () => {
            w.fullBox('stsd', 0, 0, () => {
              w.u32(1);
              writeEntry(w, kind);
            });
            for (const type of ['stts', 'stsc', 'stco']) w.fullBox(type, 0, 0, () => w.u32(0));
            w.fullBox('stsz', 0, 0, () => w.zeros(8));
          });
        });
      });
    });
    w.box('mvex', () => {
      w.fullBox('trex', 0, 0, () => {
        for (const value of [trackId, 1, 0, 0, 0]) w.u32(value);
      });
    });
  });
  return w.finish();
}

function writeEntry(w: BoxWriter, kind: TextTrack['kind']): void {
  const strings = kind === 'ttml' ? ['http://www.w3.org/ns/ttml', '', ''] : ['', 'application/octet-stream'];
  w.box(kind === 'ttml' ? 'stpp' : 'mett', () => {
    w.zeros(6);
    w.u16(1);
    for (const text of strings) w.bytes(Buffer.from(`${text}\0`, 'latin1'));
  });
}

/** One sample as a fragment: `moof` and `mdat`. */
export function textFragment(
  payload: Uint8Array,
  sequence: number,
  trackId: number,
  duration: bigint,
): Uint8Array {
  const w = new BoxWriter(256 + payload.length);
  let dataOffsetAt = 0;
  w.box('moof', () => {
    w.fullBox('mfhd', 0, 0, () => w.u32(sequence));
    w.box('traf', () => {
      w.fullBox('tfhd', 0, 0x20, () => {
        w.u32(trackId);
        w.u32(SYNC_FLAGS);
      });
      w.fullBox('trun', 0, 0x301, () => {
        w.u32(1);
        dataOffsetAt = w.length;
        w.u32(0);
        w.u32(Number(duration));
        w.u32(payload.length);
      });
    });
  });
  const moof = w.length;
  w.box('mdat', () => w.bytes(payload));
  const bytes = w.finish();
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(dataOffsetAt, moof + 8);
  return bytes;
}

/** The same, in parts. */
export function textFragmentBytes(payload: Uint8Array, duration: bigint): FragmentBytes {
  const bytes = Buffer.from(textFragment(payload, 1, 1, duration));
  const at = bytes.readUInt32BE(0) + 8;
  return {
    kind: 'text',
    moof: bytes.subarray(0, at - 8),
    mdatHeader: bytes.subarray(at - 8, at),
    payload: [bytes.subarray(at)],
    payloadAt: at,
  };
}
