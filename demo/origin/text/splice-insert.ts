import { BoxWriter } from '../../../src/mp4/writer.ts';

/** Times in 90 kHz. */
export interface SpliceOut {
  readonly eventId: number;
  readonly time: bigint;
  readonly duration: bigint;
}

const TIME_MASK = (1n << 33n) - 1n;

/** A message that takes a programme out of the network for a while, completely and at a given time. SCTE 35, 9.6.1 and 9.7.3. */
export function spliceInsert({ eventId, time, duration }: SpliceOut): Buffer {
  const command = new BoxWriter(32);
  command.u32(eventId);
  // Not cancelled; out of the network, the whole programme, with a duration, not immediate.
  command.u8(0x7f);
  command.u8(0xef);
  writeTime(command, 0xfe, time);
  // It returns by itself.
  writeTime(command, 0xfe, duration);
  command.u16(1);
  command.u8(0);
  command.u8(0);
  const body = command.finish();
  const w = new BoxWriter(64);
  w.u8(0xfc);
  // No section syntax, not private, no SAP type; then the length of the rest.
  w.u16(0x3000 + 11 + body.length + 2 + 4);
  w.zeros(7);
  // Tier 0xfff: all; then the command's length.
  w.u8(0xff);
  w.u16(0xf000 + body.length);
  w.u8(5);
  w.bytes(body);
  w.u16(0);
  const section = Buffer.from(w.finish());
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(checksum(section));
  return Buffer.concat([section, sum]);
}

/** 33 bits after seven others, or after six and a flag. */
function writeTime(w: BoxWriter, bits: number, time: bigint): void {
  const value = time & TIME_MASK;
  w.u8(bits | Number(value >> 32n));
  w.u32(Number(value & 0xffff_ffffn));
}

/** CRC-32 as in MPEG-2 systems: not reflected. ISO/IEC 13818-1, annex A. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  }
  return crc >>> 0;
}
