import { bytesFromHex, hexFromBytes } from '../../../src/base/bytes.ts';
import type { Protection, Stream } from '../../../src/manifest/presentation.ts';
import { systemDataOf } from '../../../src/manifest/protection.ts';
import { writeSystemHeader } from '../../../src/mp4/common-encryption.ts';
import { BoxWriter } from '../../../src/mp4/writer.ts';
import { createInitSegment } from '../../../src/transmux/init-segment.ts';
import { boxesIn } from '../boxes.ts';
import type { LevelProbe } from './level-probe.ts';

/** The common system id that every player knows: it contains only key ids. W3C, "cenc" Initialization Data Format. */
export const COMMON_SYSTEM = '1077efecc0b24d02ace33c1e52e2fb4b';

/** The `pssh` boxes of a title's key systems, the common one last. */
export function systemHeaders(
  protection: readonly Protection[],
  keyIds: readonly string[],
): readonly { readonly systemId: string; readonly box: Uint8Array; readonly data: Uint8Array }[] {
  const own = protection.map((one) => {
    const data = systemDataOf(one);
    // A header that is already a box stays unchanged.
    const box = data === one.data ? writeSystemHeader(one.systemId, data) : one.data;
    return { systemId: one.systemId, box, data };
  });
  if (keyIds.length === 0) return own;
  return [...own, { systemId: COMMON_SYSTEM, box: commonHeader(keyIds), data: new Uint8Array() }];
}

/** Version 1: key ids and no data. ISO/IEC 23001-7, 8.1. */
function commonHeader(keyIds: readonly string[]): Uint8Array {
  const writer = new BoxWriter(36 + 16 * keyIds.length);
  writer.fullBox('pssh', 1, 0, () => {
    writer.bytes(bytesFromHex(COMMON_SYSTEM) ?? new Uint8Array(16));
    writer.u32(keyIds.length);
    for (const id of keyIds) writer.bytes(bytesFromHex(id) ?? new Uint8Array(16));
    writer.u32(0);
  });
  return writer.finish();
}

/** The init segment of a level, with the headers of its key systems if it is encrypted. */
export function initSegment(
  stream: Stream,
  { level, encryption }: LevelProbe,
  protection: readonly Protection[],
): Buffer {
  const init = Buffer.from(createInitSegment(stream, level, encryption));
  if (!encryption) return init;
  const headers = systemHeaders(protection, [encryption.keyId]).map(({ box }) => box);
  return appendToMovie(init, Buffer.concat(headers));
}

/** Adds boxes at the end of `moov`, which is the last box. */
function appendToMovie(init: Buffer, boxes: Buffer): Buffer {
  const moov = boxesIn(init).find(({ type }) => type === 'moov');
  if (!moov) throw new Error('The init segment has no moov.');
  const grown = Buffer.concat([init.subarray(0, moov.end), boxes, init.subarray(moov.end)]);
  grown.writeUInt32BE(moov.end - moov.at + boxes.length, moov.at);
  return grown;
}

/** A key's id as a GUID. */
export function guid(id: string): string {
  const digits = hexFromBytes(bytesFromHex(id) ?? new Uint8Array(16));
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
