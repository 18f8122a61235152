import { withoutEmulationPrevention } from '../../base/nal.ts';

/** A pair of caption bytes of one picture, with its type. CTA-708, 4.4 (`cc_data`). */
export interface CaptionTriplet {
  /** 0 and 1: a field of CEA-608. 3 and 2: the first bytes of a packet of CEA-708, and further ones. */
  readonly type: 0 | 1 | 2 | 3;
  readonly first: number;
  readonly second: number;
}

const USER_DATA_REGISTERED = 4;
const UNITED_STATES = 0xb5;
const ATSC = 0x0031;
const GA94 = 0x47413934;
const CC_DATA = 3;
const HAS_CC_DATA = 0x40;

/**
 * Caption bytes of an SEI NAL unit, with header and emulation prevention; all of them, because encoders spread them
 * over several messages. ISO/IEC 14496-10, 7.3.2.3; ATSC A/53 part 4, 6.2.3.
 */
export function readSei(unit: Uint8Array, headerSize: 1 | 2, found: CaptionTriplet[]): void {
  const bytes = withoutEmulationPrevention(unit);
  for (let at = headerSize; at + 2 < bytes.length; ) {
    let [type, size] = [0, 0];
    for (; bytes[at] === 0xff; at++) type += 0xff;
    type += bytes[at++] ?? 0;
    for (; bytes[at] === 0xff; at++) size += 0xff;
    size += bytes[at++] ?? 0;
    if (type === USER_DATA_REGISTERED) readUserData(bytes.subarray(at, at + size), found);
    at += size;
  }
}

function readUserData(data: Uint8Array, found: CaptionTriplet[]): void {
  if (data.length < 10 || data[0] !== UNITED_STATES) return;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (view.getUint16(1) !== ATSC || view.getUint32(3) !== GA94 || data[7] !== CC_DATA) return;
  const flags = data[8] ?? 0;
  if ((flags & HAS_CC_DATA) === 0) return;
  const count = Math.min(flags & 0x1f, Math.floor((data.length - 10) / 3));
  for (let i = 0, at = 10; i < count; i++, at += 3) {
    const marker = data[at] ?? 0;
    const isValid = (marker & 4) !== 0;
    const type = (marker & 3) as CaptionTriplet['type'];
    // Bytes of a packet may be marked as invalid: then it has ended.
    if (isValid) found.push({ type, first: data[at + 1] ?? 0, second: data[at + 2] ?? 0 });
  }
}

/** Whether a triplet has content, rather than padding. */
export function saysSomething({ type, first, second }: CaptionTriplet): boolean {
  if (type === 3) return true;
  return type < 2 && ((first & 0x7f) !== 0 || (second & 0x7f) !== 0);
}
