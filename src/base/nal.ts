/**
 * The NAL units of an Annex B byte stream, without their start codes (3 or 4 bytes) and trailing zeros; none when
 * there is no start code. ISO/IEC 14496-10, Annex B. Views, not copies.
 */
export function splitNalUnits(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let start = afterStartCode(bytes, 0);
  while (start !== undefined) {
    const next = afterStartCode(bytes, start);
    let end = next === undefined ? bytes.length : next - 3;
    while (end > start && bytes[end - 1] === 0) end--;
    if (end > start) units.push(bytes.subarray(start, end));
    start = next;
  }
  return units;
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

function afterStartCode(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(1, from + 2); at !== -1; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] === 0 && bytes[at - 2] === 0) return at + 1;
  }
  return undefined;
}
