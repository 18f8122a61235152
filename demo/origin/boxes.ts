import type { FileHandle } from 'node:fs/promises';

/** A box by its position in the file. */
export interface FileBox {
  readonly type: string;
  readonly offset: number;
  /** Header included. */
  readonly size: number;
  readonly headerSize: number;
}

/** Reads `length` bytes at `offset`; fewer at the end of the file. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

/** The header of the box at `offset`; `undefined` if it isn't valid. ISO/IEC 14496-12, 4.2. */
export async function boxAt(file: FileHandle, offset: number, end: number): Promise<FileBox | undefined> {
  if (!(offset + 8 <= end)) return undefined;
  const header = await readAt(file, offset, 16);
  if (header.length < 8) return undefined;
  const type = header.toString('latin1', 4, 8);
  const short = header.readUInt32BE(0);
  const isLarge = short === 1 && header.length === 16;
  const headerSize = isLarge ? 16 : 8;
  const size = isLarge ? Number(header.readBigUInt64BE(8)) : short === 0 ? end - offset : short;
  if (size < headerSize || offset + size > end) return undefined;
  return { type, offset, size, headerSize };
}

/** A box within bytes in memory. */
export interface Box {
  readonly type: string;
  /** Of the box's content. */
  readonly start: number;
  readonly end: number;
  readonly at: number;
}

/** The boxes directly in a range of bytes; stops at the first invalid one. */
export function boxesIn(bytes: Buffer, start = 0, end = bytes.length): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = start; at + 8 <= end; ) {
    const short = bytes.readUInt32BE(at);
    const isLarge = short === 1 && at + 16 <= end;
    const size = isLarge ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? end - at : short;
    const headerSize = isLarge ? 16 : 8;
    if (size < headerSize || at + size > end) break;
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      start: at + headerSize,
      end: at + size,
      at,
    });
    at += size;
  }
  return boxes;
}
