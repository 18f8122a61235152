/** A number in binary digits. */
export const bits = (value: number | bigint, width: number) => value.toString(2).padStart(width, '0');
/** The identifier of descriptors that SCTE 35 defines. */
export const CUEI = bits(0x43554549, 32);

/** A splice information section around a command and descriptors, in binary digits, with a correct CRC. ANSI/SCTE 35, 9.6. */
export function section(
  type: number,
  command: string,
  descriptors = '',
  { length = command.length / 8, encrypted = 0 } = {},
): Uint8Array {
  const loop = bits(descriptors.length / 8, 16) + descriptors;
  const body =
    bits(0, 8) +
    bits(encrypted, 1) +
    bits(0, 6) +
    bits(0, 33) +
    bits(0, 8) +
    bits(0xfff, 12) +
    bits(length, 12) +
    bits(type, 8) +
    command +
    loop +
    bits(0, 32);
  const all = `${bits(0xfc, 8)}0011${bits(body.length / 8, 12)}${body}`;
  const bytes = Uint8Array.from(all.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  let crc = 0xffffffff;
  for (const byte of bytes.subarray(0, -4)) {
    crc ^= byte << 24;
    for (let i = 0; i < 8; i++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc >>> 0);
  return bytes;
}

/** A time signal with segmentation descriptors. */
export const signal = (...segments: string[]) => section(6, `0${bits(0x7f, 7)}`, segments.join(''));

/** A segmentation descriptor of a type; without one it cancels. The duration is in seconds. */
export function segment(id: number, type?: number, duration?: number): string {
  const timed = duration === undefined ? '' : bits(duration * 90_000, 40);
  const flags = `1${timed ? 1 : 0}1${bits(0x1f, 5)}`;
  const rest = type === undefined ? '' : `${flags}${timed}${bits(0, 16)}${bits(type, 8)}${bits(0, 16)}`;
  const body = CUEI + bits(id, 32) + bits(type === undefined ? 0xff : 0x7f, 8) + rest;
  return bits(2, 8) + bits(body.length / 8, 8) + body;
}
