/** Receives the position of a NAL unit; returning `false` ends the visit. */
type Visit = (start: number, end: number) => boolean;

/**
 * Visits the NAL units of an Annex B byte stream, without their start codes (3 or 4 bytes) and trailing zeros. ISO/IEC 14496-10,
 * Annex B.
 */
export function visitByStartCode(bytes: Uint8Array, visit: Visit): void {
  let start = afterStartCode(bytes, 0);
  while (start !== undefined) {
    const next = afterStartCode(bytes, start);
    let end = next === undefined ? bytes.length : next - 3;
    while (end > start && bytes[end - 1] === 0) end--;
    if (end > start && !visit(start, end)) return;
    start = next;
  }
}

/** Visits the NAL units of a sample, each after its length; returns whether the lengths add up and all units were visited. */
export function visitByLength(bytes: Uint8Array, lengthSize: number, visit: Visit): boolean {
  for (let at = 0; at < bytes.length; ) {
    let length = 0;
    for (let i = 0; i < lengthSize; i++) length = length * 256 + (bytes[at + i] ?? 0);
    at += lengthSize;
    if (length === 0 || at + length > bytes.length || !visit(at, at + length)) return false;
    at += length;
  }
  return true;
}

/** The NAL units of an Annex B byte stream; none when there is no start code. Views, not copies. */
export function splitNalUnits(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  visitByStartCode(bytes, (start, end) => units.push(bytes.subarray(start, end)) > 0);
  return units;
}

/** SEI, parameter sets and their extension, delimiters: the units that may precede pictures. */
const AVC_HEADERS = [6, 7, 8, 9, 13];
const HEVC_HEADERS = [32, 33, 34, 35, 39, 40];

/**
 * The NAL units of private data in any form that packagers write: after lengths of 4 or 2 bytes that add up, after
 * start codes, or a single unit with neither. `typeOf` reads their types.
 */
export function findNalUnits(bytes: Uint8Array, typeOf: typeof avcNalType): Uint8Array[] {
  const known = typeOf === avcNalType ? AVC_HEADERS : HEVC_HEADERS;
  for (const lengthSize of [4, 2]) {
    const units: Uint8Array[] = [];
    const isAll = visitByLength(bytes, lengthSize, (start, end) => {
      const unit = bytes.subarray(start, end);
      return known.includes(typeOf(unit)) && units.push(unit) > 0;
    });
    if (isAll && units.length > 0) return units;
  }
  const units = splitNalUnits(bytes);
  return units.length > 0 ? units : [bytes];
}

/** A NAL unit's bytes without emulation prevention, for reading its fields. ISO/IEC 14496-10, 7.4.1. */
export function withoutEmulationPrevention(unit: Uint8Array): Uint8Array {
  const plain = new Uint8Array(unit.length);
  let length = 0;
  let zeros = 0;
  for (const byte of unit) {
    const isPrevention = byte === 3 && zeros >= 2;
    zeros = byte === 0 ? zeros + 1 : 0;
    if (!isPrevention) plain[length++] = byte;
  }
  return plain.subarray(0, length);
}

/** H.264: 7 is a sequence, 8 a picture parameter set. ISO/IEC 14496-10, 7.3.1. */
export const avcNalType = (unit: Uint8Array): number => (unit[0] ?? 0) & 0x1f;

/** H.265: 32, 33 and 34 are video, sequence and picture parameter sets. ISO/IEC 23008-2, 7.3.1.2. */
export const hevcNalType = (unit: Uint8Array): number => ((unit[0] ?? 0) >> 1) & 0x3f;

/** The first position after a start code that begins at `from` or later. */
function afterStartCode(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(1, from + 2); at !== -1; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] === 0 && bytes[at - 2] === 0) return at + 1;
  }
  return undefined;
}
