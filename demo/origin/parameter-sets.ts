/** The parameter sets of an `avcC`, each after a start code. ISO/IEC 14496-15, 5.3.3.1. */
export function parameterSets(config: Uint8Array): { lengthSize: number; startCoded: Uint8Array } {
  const view = new DataView(config.buffer, config.byteOffset, config.byteLength);
  const units: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = view.getUint8(at++) & mask;
    for (let i = 0; i < count; i++) {
      const length = view.getUint16(at);
      units.push(config.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return {
    lengthSize: (view.getUint8(4) & 3) + 1,
    startCoded: Uint8Array.from(units.flatMap((unit) => [0, 0, 0, 1, ...unit])),
  };
}
